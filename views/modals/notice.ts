import { type Message, type ModalView, plainText, section } from '../blocks.ts';
import { callbackIds } from '../ids.ts';
import { limits } from '../limits.ts';

/** A modal that only says something: while the record is read, or when there is nothing to ask. */
export const noticeModal = (title: string, message: Message | string): ModalView => ({
  type: 'modal',
  callback_id: callbackIds.notice,
  title: plainText(title, limits.modalTitle),
  close: plainText('Close', limits.modalTitle),
  blocks: typeof message === 'string' ? [section(message)] : message.blocks,
});

export const loadingModal = (title: string): ModalView => noticeModal(title, '⏳ One moment …');
