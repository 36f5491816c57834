import { setTimeout as sleep } from 'node:timers/promises';
import { backoff } from '../../../core/backoff.ts';
import { messageOf } from '../../../core/errors.ts';
import type { RawMessage } from '../../../intake/wire/raw.ts';
import type { Log } from '../../../observability/log.ts';
import { blame } from '../client/failures.ts';
import type { Backpressure } from './backpressure.ts';

/** Between attempts to make messages durable; ms. */
const storeAway = { first: 250, most: 5_000 };

export interface DeliverDeps {
  readonly take: (messages: readonly RawMessage[]) => Promise<void>;
  readonly hold: Backpressure;
  readonly log: Log;
  readonly random: () => number;
}

/**
 * Hands messages over until they are durable, however long that takes: nothing is dropped while the store is away.
 * False when `signal` ended it first; then the messages count as not read.
 */
export const deliver = async (
  messages: readonly RawMessage[],
  signal: AbortSignal,
  { take, hold, log, random }: DeliverDeps,
): Promise<boolean> => {
  let leave: (() => void) | undefined;
  try {
    for (let attempt = 0; !signal.aborted; attempt++) {
      try {
        await take(messages);
        return true;
      } catch (error) {
        leave ??= hold.enter(messageOf(error));
        const data = { error, messages: messages.length, position: messages[0]?.position, attempt };
        if (blame(error) === 'store') {
          if (attempt === 0) log.warn(data, 'Messages cannot be made durable now; reading waits');
        } else {
          log.error(data, 'Messages cannot be taken in for an unknown reason; reading waits and tries again');
        }
        await sleep(backoff(attempt + 1, storeAway, { from: 0.75, to: 1.25, random: random() }), undefined, {
          signal,
        }).catch(() => undefined);
      }
    }
    return false;
  } finally {
    leave?.();
  }
};
