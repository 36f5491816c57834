import type { Alert } from '../../../src/alerts/model/alert.ts';
import type { ModalView } from '../../../views/blocks.ts';
import { modalTitles } from '../../../views/ids.ts';
import { goneAnswer, nothingToSilenceAnswer, strangeButtonAnswer } from '../../../views/messages/answers.ts';
import { noticeModal } from '../../../views/modals/notice.ts';
import { silenceModal } from '../../../views/modals/silence.ts';
import { alertOfButton } from '../../alert-of.ts';
import { withDeadline } from '../../deadline.ts';
import type { CommandDeps } from '../../deps.ts';
import { placeOf } from '../../middleware/boundary.ts';
import { reply } from '../../reply.ts';
import { openModal } from '../open-modal.ts';
import type { ButtonListener } from './on-alert.ts';

/** Silence…: asks for how long and why. */
export const openSilence =
  (deps: CommandDeps): ButtonListener =>
  async (args) => {
    await args.ack();
    const id = alertOfButton(args.action);
    const place = placeOf(args);
    const { channel } = place;
    if (id === undefined || channel === undefined) {
      await reply(place, strangeButtonAnswer());
      return;
    }
    const content = withDeadline(deps.queries.get(id), deps.deadlineMs).then((alert) =>
      modal(alert, channel, place.thread),
    );
    await openModal(args.client, args.body.trigger_id, modalTitles.silence, content);
  };

const modal = (alert: Alert | undefined, channel: string, thread: string | undefined): ModalView => {
  if (!alert) return noticeModal(modalTitles.silence, goneAnswer());
  if (alert.status === 'resolved') return noticeModal(modalTitles.silence, nothingToSilenceAnswer());
  return silenceModal(alert, { alert: alert.id, channel, ...(thread !== undefined && { thread }) });
};
