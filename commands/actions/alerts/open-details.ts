import { modalTitles } from '../../../views/ids.ts';
import { goneAnswer, strangeButtonAnswer } from '../../../views/messages/answers.ts';
import { detailsModal } from '../../../views/modals/details.ts';
import { noticeModal } from '../../../views/modals/notice.ts';
import { alertOfButton } from '../../alert-of.ts';
import { trailOf } from '../../alerts/trail.ts';
import type { CommandDeps } from '../../deps.ts';
import { placeOf } from '../../middleware/boundary.ts';
import { reply } from '../../reply.ts';
import { openModal } from '../open-modal.ts';
import type { ButtonListener } from './on-alert.ts';

/** Details…: all labels and annotations, and the decision trail. */
export const openDetails =
  (deps: CommandDeps): ButtonListener =>
  async (args) => {
    await args.ack();
    const id = alertOfButton(args.action);
    if (id === undefined) {
      await reply(placeOf(args), strangeButtonAnswer());
      return;
    }
    const content = trailOf(deps, id).then((trail) =>
      trail ? detailsModal(trail, deps.view()) : noticeModal(modalTitles.details, goneAnswer()),
    );
    await openModal(args.client, args.body.trigger_id, modalTitles.details, content);
  };
