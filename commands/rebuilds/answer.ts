import type { BlockAction, ButtonAction, SlackActionMiddlewareArgs, webApi } from '@slack/bolt';
import type { Message } from '../../views/blocks.ts';
import { lookingAnswer } from '../../views/messages/rebuild-answers.ts';
import { loadingModal, noticeModal } from '../../views/modals/notice.ts';
import { fill, openModal } from '../actions/open-modal.ts';
import { placeOf } from '../middleware/boundary.ts';
import { type Place, tell } from '../tell.ts';

/** After this a person is told that it takes a while; ms. */
const patienceMs = 1_000;

/** Answers when `work` is done, and says that it looks when that takes a while. `what` is looked at. */
export const tellInTime = async (
  place: Place,
  what: string,
  work: Promise<Message>,
  { replacing }: { readonly replacing?: Promise<boolean> } = {},
): Promise<void> => {
  const timer = setTimeout(() => {
    tell(place, lookingAnswer(what)).catch(() => undefined);
  }, patienceMs);
  try {
    const message = await work;
    await tell(place, message, { replacing: (await replacing) ?? false });
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
    await fill(client, body.view.id, noticeModal(title, await work()));
  } else if (body.view) {
    const content = work().then((message) => noticeModal(title, message));
    await openModal(client, body.trigger_id, title, content);
  } else {
    await tellInTime(placeOf(args), what, work());
  }
};
