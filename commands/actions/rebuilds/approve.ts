import { ApproveValue, modalTitles } from '../../../views/ids.ts';
import { strangeRebuildButtonAnswer } from '../../../views/messages/rebuilds/rebuild-answers.ts';
import type { RebuildSurface } from '../../deps.ts';
import { placeOf } from '../../middleware/boundary.ts';
import { answerClick } from '../../rebuilds/answer.ts';
import { approveShown } from '../../rebuilds/approve.ts';
import { reply } from '../../reply.ts';
import type { ButtonListener } from '../alerts/on-alert.ts';

/** Approve: what was shown beside the button, and nothing else. */
export const approve =
  (deps: RebuildSurface): ButtonListener =>
  async (args) => {
    await args.ack();
    const value = ApproveValue.safeParse(args.action.value).data;
    if (value === undefined) {
      await reply(placeOf(args), strangeRebuildButtonAnswer());
      return;
    }
    const { rebuild, hash } = value;
    const { user } = args.body;
    await answerClick(args, { title: modalTitles.rebuild, what: rebuild }, async () =>
      approveShown(deps, rebuild, hash, await deps.people.person(args.client, user.id, user.name)),
    );
  };
