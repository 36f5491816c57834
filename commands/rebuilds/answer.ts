import type { BlockAction, ButtonAction, SlackActionMiddlewareArgs, webApi } from '@slack/bolt';
import type { Message } from '../../views/blocks.ts';
import { lookingAnswer } from '../../views/messages/rebuilds/rebuild-answers.ts';
import { loadingModal, noticeModal } from '../../views/modals/notice.ts';
import { fill, fillWith, openModal } from '../shared/modal.ts';
import { type ReplyTarget, reply, replyTargetOf } from '../shared/reply.ts';

/** After this a person is told that it takes a while; ms. */
const patienceMs = 1_000;

/**
 * Answers when `work` is done, and says that it looks at `what` when that takes a while. `replaces`: whether the answer
 * takes the place of the message that was clicked; asked when it is there.
 */
export const replyInTime = async (
  to: ReplyTarget,
  what: string,
  work: Promise<Message>,
  replaces: () => boolean = () => false,
): Promise<void> => {
  const timer = setTimeout(() => {
    reply(to, lookingAnswer(what)).catch(() => undefined);
  }, patienceMs);
  try {
    const message = await work;
    await reply(to, message, { replacing: replaces() });
  } finally {
    clearTimeout(timer);
  }
};

/** A message that only this person sees may be replaced; one in the channel belongs to everybody. */
export const isOnlyTheirs = (body: BlockAction): boolean =>
  body.container['is_ephemeral'] === true || (body.view === undefined && body.message === undefined);

/** A click on a button. */
export type Click = SlackActionMiddlewareArgs<BlockAction<ButtonAction>> & {
  readonly client: webApi.WebClient;
};

/**
 * Answers a click where it happened: under a message for the one who clicked, in a modal as its content, in App Home
 * as a modal over it.
 */
export const answerClick = async (
  args: Click,
  about: { readonly title: string; readonly what: string },
  work: () => Promise<Message>,
): Promise<void> => {
  const { body, client } = args;
  const { title, what } = about;
  const content = async () => noticeModal(title, await work());
  if (body.view?.type === 'modal') {
    await fill(client, body.view.id, loadingModal(title));
    await fillWith(client, body.view.id, title, content());
  } else if (body.view) await openModal({ client, trigger: body.trigger_id }, title, content());
  else await replyInTime(replyTargetOf(args), what, work());
};
