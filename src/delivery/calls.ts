/** What every step of a delivery does the same way: ask Slack, put what it said on record, remove what is too many. */
import { StoreUnavailable, messageOf as textOf } from '../core/errors.ts';
import type { Delivered, Delivery } from './delivery.ts';
import type { MessageChange, MessageState } from './message.ts';
import type { PaceKind } from './pacer.ts';
import type { PostedMessage, SlackResult } from './slack-result.ts';
import type { Failed } from './timing.ts';
import { duplicatesLeft } from './transitions.ts';

/** A store that fails over, or a lost connection, is back within this: so often, and so long between; ms. */
export const storeBack = { times: 8, after: 500 } as const;

/**
 * What Slack has answered is put on record also while the store fails over: else everybody would have to wait until the
 * claim is old. Only for outcomes that change nothing when they are applied twice: the first try may have arrived.
 */
export const writeSurely = async <R>(
  d: Delivery<R>,
  seen: R,
  outcome: (message: MessageState) => MessageChange | undefined,
): Promise<Delivered<R> | undefined> => {
  for (let tries = 0; ; tries++) {
    try {
      return await d.write(seen, outcome);
    } catch (error) {
      if (!(error instanceof StoreUnavailable) || tries === storeBack.times || !d.pause) throw error;
      await d.pause(storeBack.after);
    }
  }
};

export const answered = <R, T>(
  { onDefect }: Delivery<R>,
  call: Promise<SlackResult<T>>,
): Promise<SlackResult<T>> =>
  onDefect === undefined
    ? call
    : call.catch((error: unknown) => {
        onDefect(error);
        return { ok: false, kind: 'ambiguous', error: textOf(error) } as const;
      });

export const held = async <R>(
  d: Delivery<R>,
  kind: PaceKind,
  channel: string,
  result: Failed,
): Promise<void> => {
  if (result.kind === 'rate_limited') await d.pacer?.hold(kind, channel, result.retryAfterMs);
};

export const others = (
  messages: readonly PostedMessage[],
  ts: string | undefined,
): readonly PostedMessage[] => messages.filter((message) => message.ts !== ts);

export const removed = async <R>(
  d: Delivery<R>,
  done: Delivered<R> | undefined,
  messages: readonly PostedMessage[],
): Promise<R | undefined> => {
  if (!done || (await allRemoved(d, messages))) return done?.record;
  return (await d.write(done.record, (message) => duplicatesLeft(message, d.now())))?.record;
};

/** True when none of them is there any more, as far as Slack lets farmhand see to it. */
export const allRemoved = async <R>(d: Delivery<R>, messages: readonly PostedMessage[]): Promise<boolean> => {
  let all = true;
  for (const message of messages) {
    const result = await answered(d, d.slack.remove(message));
    if (!result.ok && result.kind !== 'refused') all = false;
  }
  return all;
};
