import type { BlockAction, ButtonAction, SlackActionMiddlewareArgs, webApi } from '@slack/bolt';
import type { Message, ModalView } from '../../views/blocks.ts';
import { lookingAnswer } from '../../views/messages/rebuilds/rebuild-answers.ts';
import { loadingModal, noticeModal } from '../../views/modals/notice.ts';
import { fill, fillWith, openModal } from '../actions/open-modal.ts';
import { placeOf } from '../middleware/boundary.ts';
import { type ReplyTarget, reply } from '../reply.ts';

/** After this a person is told that it takes a while; ms. */
const patienceMs = 1_000;

/** An answer, and whether it takes the place of the message that was clicked. */
export interface Answered {
  readonly message: Message;
  readonly replacing: boolean;
}

/** Answers when `work` is done, and says that it looks when that takes a while. `what` is looked at. */
export const tellInTime = (place: ReplyTarget, what: string, work: Promise<Message>): Promise<void> =>
  answerInTime(
    place,
    what,
    work.then((message) => ({ message, replacing: false })),
  );

/** The same where the answer says for itself what it replaces. One promise: a second one would fail with nobody there. */
export const answerInTime = async (
  place: ReplyTarget,
  what: string,
  work: Promise<Answered>,
): Promise<void> => {
  const timer = setTimeout(() => {
    reply(place, lookingAnswer(what)).catch(() => undefined);
  }, patienceMs);
  try {
    const { message, replacing } = await work;
    await reply(place, message, { replacing });
  } finally {
    clearTimeout(timer);
  }
};

/** A message that only this person sees may be replaced; one in the channel belongs to everybody. */
export const isOnlyTheirs = (body: BlockAction): boolean =>
  body.container['is_ephemeral'] === true || (body.view === undefined && body.message === undefined);

type Click = SlackActionMiddlewareArgs<BlockAction<ButtonAction>> & { readonly client: webApi.WebClient };

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
  if (body.view?.type === 'modal') {
    await fill(client, body.view.id, loadingModal(title));
    await fillWith(client, body.view.id, title, inModal(title, work()));
  } else if (body.view) {
    await openModal(client, body.trigger_id, title, inModal(title, work()));
  } else {
    await tellInTime(placeOf(args), what, work());
  }
};

const inModal = async (title: string, work: Promise<Message>): Promise<ModalView> =>
  noticeModal(title, await work);
