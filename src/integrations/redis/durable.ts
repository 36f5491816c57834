import type { Redis } from 'ioredis';
import { StoreUnavailable } from '../../errors.ts';
import { guarded } from './client.ts';

export interface DurableDeps {
  readonly redis: Redis;
  readonly now: () => number;
  /** How far Redis' clock is ahead of ours; ms. */
  readonly skew: () => number;
  /** ms */
  readonly commandTimeout: number;
  /** Replicas that must confirm; 0 for none. */
  readonly waitReplicas: number;
}

/** A write that starts later than this share of its time would be answered too late to be known. */
const answerShare = 0.8;

/** The moment, by Redis' clock, from which on Redis itself refuses a write that is sent now; see client.ts. */
export const deadlineOf = ({ now, skew, commandTimeout }: DurableDeps): number =>
  Math.floor(now() + skew() + commandTimeout * answerShare);

export const tooLate = (): StoreUnavailable =>
  new StoreUnavailable('Redis answered too late; nothing was changed.');

/** @throws StoreUnavailable when fewer replicas than wanted have what was written on this connection. */
export const confirmReplicas = async ({
  redis,
  waitReplicas,
  commandTimeout,
}: DurableDeps): Promise<void> => {
  if (waitReplicas === 0) return;
  const confirmed = await guarded('WAIT', () => redis.wait(waitReplicas, Math.floor(commandTimeout / 2)));
  if (confirmed < waitReplicas) {
    throw new StoreUnavailable(
      `Only ${confirmed} of ${waitReplicas} replicas have the record; it does not count as durable yet.`,
    );
  }
};
