import { setTimeout as sleep } from 'node:timers/promises';
import { backoff } from '../../../core/backoff.ts';
import { messageOf } from '../../../core/errors.ts';
import type { RawMessage } from '../../../intake/wire/raw.ts';
import type { Log } from '../../../observability/log.ts';
import { blame } from '../client/failures.ts';

/** Between attempts to make messages durable; ms. */
const storeAway = { first: 250, most: 5_000 };

export interface HandOverDeps {
  readonly take: (messages: readonly RawMessage[]) => Promise<void>;
  readonly hold: Backpressure;
  readonly log: Log;
  readonly random: () => number;
}

/**
 * Hands messages over until they are durable, however long that takes: nothing is dropped while the store is away.
 * False when `signal` ended it first; then the messages count as not read.
 */
export const handOver = async (
  messages: readonly RawMessage[],
  signal: AbortSignal,
  { take, hold, log, random }: HandOverDeps,
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

/** How many messages in a row may be to blame before it is not the messages. */
export const maxInARow = 20;

export interface BisectDeps {
  readonly ingest: (messages: readonly RawMessage[]) => Promise<unknown>;
  readonly isFault: (error: unknown) => boolean;
  readonly quarantine: (message: RawMessage, error: unknown) => Promise<void>;
}

/**
 * Takes messages in, in order. When a batch fails by a fault, it is halved until the one message is found that
 * fails alone; that one is put aside and the rest goes on. Other errors, and a fault that `maxInARow` messages
 * have each alone, come out: then nothing of the rest was put aside.
 */
export const createPoisonBisection = ({ ingest, isFault, quarantine }: BisectDeps) => {
  let inARow = 0;
  const take = async (messages: readonly RawMessage[]): Promise<void> => {
    try {
      await ingest(messages);
      inARow = 0;
    } catch (error) {
      const [first] = messages;
      if (first === undefined || !isFault(error) || inARow >= maxInARow) throw error;
      if (messages.length === 1) {
        await quarantine(first, error);
        inARow++;
        return;
      }
      const middle = messages.length >> 1;
      await take(messages.slice(0, middle));
      await take(messages.slice(middle));
    }
  };
  return take;
};

export interface Backpressure {
  /** The reason of the first that waits; undefined when nobody does. */
  readonly reason: string | undefined;
  /** One more batch waits for the store; the result ends its waiting. */
  enter(reason: string): () => void;
}

/**
 * Reading is paused from the first batch that has to wait until the last one need not. Everyone who waits leaves at
 * last, however it ends, so a pause cannot outlive its cause.
 */
export const createBackpressure = (change: (held: boolean) => void): Backpressure => {
  const waiting = new Set<symbol>();
  let reason: string | undefined;
  return {
    get reason() {
      return reason;
    },
    enter: (why) => {
      const ticket = Symbol(why);
      waiting.add(ticket);
      if (waiting.size === 1) {
        reason = why;
        change(true);
      }
      return () => {
        if (!waiting.delete(ticket) || waiting.size > 0) return;
        reason = undefined;
        change(false);
      };
    },
  };
};
