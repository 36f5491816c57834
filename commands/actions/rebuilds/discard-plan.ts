import { modalTitles } from '../../../views/ids.ts';
import { discardedAnswer } from '../../../views/messages/rebuilds/rebuild-answers.ts';
import { noticeModal } from '../../../views/modals/notice.ts';
import { placeOf } from '../../middleware/boundary.ts';
import { isOnlyTheirs } from '../../rebuilds/answer.ts';
import { reply } from '../../reply.ts';
import type { ButtonListener } from '../alerts/on-alert.ts';
import { fill } from '../open-modal.ts';

/** Discard: the plan goes; its draft is forgotten by itself. */
export const discard = (): ButtonListener => async (args) => {
  await args.ack();
  const { view } = args.body;
  if (view) await fill(args.client, view.id, noticeModal(modalTitles.start, discardedAnswer()));
  else await reply(placeOf(args), discardedAnswer(), { replacing: isOnlyTheirs(args.body) });
};
