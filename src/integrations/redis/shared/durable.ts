import type { Redis } from 'ioredis';
import { StoreUnavailable } from '../../../core/errors.ts';
import type { Watch } from '../../../recovery/watch.ts';
import { guardedClient } from './client.ts';

export interface DurableDeps {
  /** The connection that writes, and waits for replicas: WAIT counts what was written on its own connection. */
  readonly redis: Redis;
  readonly now: () => number;
  /** How far Redis' clock is ahead of ours; ms. */
  readonly skew: () => number;
  /** ms */
  readonly commandTimeout: number;
  /** Replicas that must confirm; 0 for none. */
  readonly waitReplicas: number;
  /** Knows whether the store is the one that was written to before. Absent: whatever store is there is written to. */
  readonly watch?: Pick<Watch, 'fence' | 'wrote' | 'suspect' | 'epoch'> | undefined;
}

/** A write that starts later than this share of its time would be answered too late to be known. */
const answerShare = 0.8;

/** The moment, by Redis' clock, from which on Redis itself refuses a write that is sent now; see client.ts. */
export const commitDeadline = ({ now, skew, commandTimeout }: DurableDeps): number =>
  Math.floor(now() + skew() + commandTimeout * answerShare);

export const tooLate = (): StoreUnavailable =>
  new StoreUnavailable('Redis answered too late; nothing was changed.');

/** The script found another store than this process knows: an empty one, or an older copy. */
export const lostStore = ({ watch }: DurableDeps): StoreUnavailable => {
  watch?.suspect();
  return new StoreUnavailable(
    'Redis is not as farmhand left it: records are missing. Nothing was changed; farmhand looks what is there and goes on.',
  );
};

/** @throws StoreUnavailable when fewer replicas than wanted have what was written on this connection. */
export const confirmReplicas = async ({
  redis,
  waitReplicas,
  commandTimeout,
}: DurableDeps): Promise<void> => {
  if (waitReplicas === 0) return;
  const confirmed = await guardedClient('WAIT', () =>
    redis.wait(waitReplicas, Math.floor(commandTimeout / 2)),
  );
  if (confirmed < waitReplicas) {
    throw new StoreUnavailable(
      `Only ${confirmed} of ${waitReplicas} replicas have the record; it does not count as durable yet.`,
    );
  }
};
