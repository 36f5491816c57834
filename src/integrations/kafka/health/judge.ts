import type { PartitionView, TopicView } from './broker-view.ts';
import type { Standing } from './positions.ts';
import type { ReadingProblem } from './problems.ts';

/** Behind, and not a record further for this long, is not by chance; ms. */
export const stuckAfter = 30_000;

/** One partition that this process has to read, as it is now. */
export interface PartitionFacts {
  readonly topic: string;
  readonly view: PartitionView;
  readonly standing: Standing | undefined;
  /** Since when it is behind and has not moved, ms since the epoch; undefined where it moves or is not behind. */
  readonly stillSince?: number;
  /** Since when messages of it are in hand. */
  readonly inHandSince?: number;
}

/** Records between the next one to read and the end, by the broker's word; undefined while there is none. */
export const lagOf = (view: PartitionView, standing: Standing | undefined): number | undefined => {
  const { low, high } = view;
  if (low === undefined || high === undefined) return undefined;
  return Math.max(0, Number(BigInt(high) - from(low, standing)));
};

const from = (low: string, standing: Standing | undefined): bigint => {
  const next = BigInt(standing?.next ?? low);
  return next > BigInt(low) ? next : BigInt(low);
};

/** True when everything that may be read by now is read: what is left waits for the end of a transaction. */
const atStable = ({ low, stable }: PartitionView, standing: Standing | undefined): boolean =>
  low !== undefined && stable !== undefined && from(low, standing) >= BigInt(stable);

/** What keeps a partition from being read; undefined when nothing does. */
export const partitionProblem = (facts: PartitionFacts, now: number): ReadingProblem | undefined => {
  const { topic, view, standing, stillSince, inHandSince } = facts;
  const place = { topic, partition: view.partition };
  if (!view.hasLeader) return { code: 'no_leader', ...place };
  const lag = lagOf(view, standing) ?? 0;
  if (lag === 0 || stillSince === undefined || now - stillSince < stuckAfter) return undefined;
  const behind = { ...place, lag, stillMs: now - stillSince };
  if (inHandSince !== undefined) return { code: 'in_hand', ...behind };
  return { code: atStable(view, standing) ? 'transaction_open' : 'stuck', ...behind };
};

/** What keeps a whole topic from being read. */
export const topicProblem = ({ topic, wrong }: TopicView): ReadingProblem | undefined =>
  wrong && { code: wrong, topic };

/**
 * True when a topic is another one than was read: deleted and made again. By its id where brokers tell one; else by
 * what must not be: nothing is committed although this process has, or the end lies before what it has read.
 */
export const isRemade = (
  id: string | undefined,
  view: PartitionView,
  facts: {
    readonly standing: Standing | undefined;
    readonly own: Standing | undefined;
    readonly uncommitted: boolean;
  },
): boolean => {
  if (id !== undefined) return facts.standing?.life !== undefined && facts.standing.life !== id;
  if (facts.own === undefined) return false;
  const shorter = view.high !== undefined && BigInt(view.high) < BigInt(facts.own.next);
  return facts.uncommitted || shorter;
};
