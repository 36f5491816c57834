import type { Message } from '../../../views/blocks.ts';
import { messageOf } from '../../core/errors.ts';
import { createSlackClient, type SlackClientOptions } from './client/client.ts';
import { platformError } from './client/identity.ts';

export type OneMessage =
  | { readonly ok: true; remove(): Promise<string | undefined> }
  /** Slack's word, or what else went wrong. */
  | { readonly ok: false; readonly error: string };

const wordOf = (error: unknown): string => platformError(error) ?? messageOf(error);

/** Posts one message that is on no record, and takes it away again: for whoever looks on while it is there. */
export const postOne = async (
  options: SlackClientOptions,
  channel: string,
  { text, blocks }: Message,
): Promise<OneMessage & AsyncDisposable> => {
  const client = createSlackClient(options);
  const close = () => client[Symbol.asyncDispose]();
  try {
    const posted = await client.web.chat.postMessage({ channel, text, blocks });
    const place = { channel: posted.channel ?? channel, ts: posted.ts ?? '' };
    return {
      ok: true,
      remove: () => client.web.chat.delete(place).then(() => undefined, wordOf),
      [Symbol.asyncDispose]: close,
    };
  } catch (error) {
    return { ok: false, error: wordOf(error), [Symbol.asyncDispose]: close };
  }
};
