import { DraftIdValue, modalTitles } from '../../../views/ids.ts';
import { strangeRebuildButtonAnswer } from '../../../views/messages/rebuilds/rebuild-answers.ts';
import { loadingModal, noticeModal } from '../../../views/modals/notice.ts';
import type { RebuildSurface } from '../../deps.ts';
import { placeOf } from '../../middleware/boundary.ts';
import { answerInTime, isOnlyTheirs } from '../../rebuilds/answer.ts';
import { confirmPlan } from '../../rebuilds/plan.ts';
import { reply } from '../../reply.ts';
import type { ButtonListener } from '../alerts/on-alert.ts';
import { fill, fillWith } from '../open-modal.ts';

/** Start it: the plan is made once more, and only the same one is started. The answer takes the plan's place. */
export const confirm =
  (deps: RebuildSurface): ButtonListener =>
  async (args) => {
    await args.ack();
    const { body, client } = args;
    const draft = DraftIdValue.safeParse(args.action.value).data;
    if (draft === undefined) {
      await reply(placeOf(args), strangeRebuildButtonAnswer());
      return;
    }
    const by = await deps.people.person(client, body.user.id, body.user.name);
    if (body.view) {
      await fill(client, body.view.id, loadingModal(modalTitles.start));
      const content = confirmPlan(deps, draft, by).then(({ message }) =>
        noticeModal(modalTitles.start, message),
      );
      await fillWith(client, body.view.id, modalTitles.start, content);
      return;
    }
    const work = confirmPlan(deps, draft, by).then(({ message, settled }) => ({
      message,
      replacing: settled && isOnlyTheirs(body),
    }));
    await answerInTime(placeOf(args), 'the cluster', work);
  };
