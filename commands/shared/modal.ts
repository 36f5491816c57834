import type { webApi } from '@slack/bolt';
import { StoreUnavailable } from '../../src/core/errors.ts';
import type { Person } from '../../src/core/person.ts';
import type { ModalView } from '../../views/blocks.ts';
import type { RebuildModalContext } from '../../views/ids.ts';
import { failedModalAnswer, unavailableAnswer } from '../../views/messages/answers.ts';
import { loadingModal, noticeModal } from '../../views/modals/notice.ts';

/** Where a modal can be opened: with the trigger of a click or a command, good for three seconds. */
export interface ModalTrigger {
  readonly client: webApi.WebClient;
  readonly trigger: string;
  /** Who asked for it; never fails. */
  readonly by: () => Promise<Person>;
  /** Where its submission is answered. */
  readonly where: Pick<RebuildModalContext, 'channel' | 'thread'>;
}

/** What a submitted modal says. */
export type Form<T> =
  | { readonly ok: true; readonly value: T }
  /** By block id, all at once: Slack shows each below its input. */
  | { readonly ok: false; readonly errors: Readonly<Record<string, string>> };

/**
 * Opens a modal at once, since a trigger is good for three seconds only, and fills it when `content` is there. When
 * that fails the modal says so, and the error goes on to the boundary.
 */
export const openModal = async (
  { client, trigger }: Pick<ModalTrigger, 'client' | 'trigger'>,
  title: string,
  content: Promise<ModalView>,
): Promise<void> => {
  // Nobody may be listening yet when it fails.
  content.catch(() => undefined);
  const opened = await client.views.open({ trigger_id: trigger, view: loadingModal(title) });
  const viewId = opened.view?.id;
  if (viewId === undefined) throw new Error('Slack opened a view without an id.');
  await fillWith(client, viewId, title, content);
};

/** Puts `content` into an open modal when it is there; when that fails the modal says so, and the error goes on. */
export const fillWith = async (
  client: webApi.WebClient,
  viewId: string,
  title: string,
  content: Promise<ModalView>,
): Promise<void> => {
  try {
    await fill(client, viewId, await content);
  } catch (error) {
    const answer = error instanceof StoreUnavailable ? unavailableAnswer(error.why) : failedModalAnswer();
    await fill(client, viewId, noticeModal(title, answer));
    throw error;
  }
};

/** A person may have closed it in the meantime: then there is nothing left to show. */
export const fill = async (client: webApi.WebClient, viewId: string, view: ModalView): Promise<void> => {
  try {
    await client.views.update({ view_id: viewId, view });
  } catch (error) {
    if (slackWord(error) !== 'not_found') throw error;
  }
};

/** Slack's own word for why it refused a call (`expired_trigger_id`); undefined for any other failure. */
export const slackWord = (error: unknown): string | undefined => {
  const data: unknown = error instanceof Error && 'data' in error ? error.data : undefined;
  const word: unknown = typeof data === 'object' && data !== null && 'error' in data ? data.error : undefined;
  return typeof word === 'string' ? word : undefined;
};
