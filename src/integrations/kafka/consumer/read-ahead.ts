import type { EachBatchPayload } from 'kafkajs';
import { placeKey } from '../health/positions.ts';
import type { PutOff } from './put-off.ts';

/** So many bytes of messages may be in work while the next ones are fetched. With less left, fetching waits. */
export const aheadLimit = 8 * 1024 * 1024;

/** One life as a member of the group, from one assignment to the next. */
export interface MemberTerm {
  /** Aborted when it is about to end: all batches stop behind their chunk and commit what is durable. */
  readonly ending: AbortSignal;
  /** Others may have the partitions by now: nothing is committed or sought any more. */
  readonly isOver: boolean;
  end(reason: unknown): void;
}

/** What one batch is worked on with. */
export interface BatchTurn {
  readonly term: MemberTerm;
  /** The next fetch goes on behind this batch: where it ends early, reading is sought back. */
  readonly ahead: boolean;
  /** The partition is read from elsewhere by now: this batch is neither gone on with nor committed. */
  readonly superseded: () => boolean;
  /** What was in work of the partition before this batch is committed, or given up. */
  readonly before: Promise<void>;
  /** To be told once the batch is durable, or has ended early: the next one begins while this one is committed. */
  readonly durable: () => void;
}

export interface ReadAheadDeps {
  /** Never rejects: what goes wrong ends the membership. */
  readonly work: (payload: EachBatchPayload, turn: BatchTurn) => Promise<void>;
  readonly stopping: AbortSignal;
  /** So many batches are written at the same time; kafkajs counts only those that it waits for. */
  readonly atOnce: number;
  /** Default: `aheadLimit`. */
  readonly limit?: number;
  /** Several tiers are read, and none may keep the others waiting; absent: there is one. */
  readonly sharing?: Sharing;
}

/** How tiers share the reading. */
export interface Sharing {
  readonly tierOf: (topic: string) => string;
  /** So many batches of one tier are written at the same time, instead of `atOnce` of all. */
  readonly each: number;
  /** So many bytes of one tier may be in hand; with more its partitions are not fetched. */
  readonly bytes: number;
  /** ms until more of a tier may be taken in; 0: now. */
  readonly waitMs: (tier: string) => number;
  readonly putOff: PutOff;
}

export interface ReadAhead {
  /**
   * For kafkajs, which fetches again once this resolves: with a backlog as soon as the batch is in work, else when it is done.
   * @throws why the membership ends, once nothing is in work any more
   */
  take(payload: EachBatchPayload): Promise<void>;
  readonly busy: boolean;
  /** Nothing of the partition is in work, and it is still this member's. */
  doneWith(topic: string, partition: number): Promise<boolean>;
  /** The partition is about to be read from elsewhere. */
  supersede(topic: string, partition: number): void;
  /** A new membership has begun. */
  joined(): void;
  /** This membership is left: resolves when all in work is committed. */
  leave(): Promise<void>;
  /** Nothing is in work any more. */
  settled(): Promise<void>;
}

interface InWork {
  readonly key: string;
  /** Durable and committed. */
  readonly done: Promise<void>;
  readonly supersede: () => void;
}

const left = Symbol('left');

/**
 * Lets kafkajs fetch (and unpack) the next batches while those before are written. Of a partition one batch is in work and at
 * most one more waits for it, so order stays, and memory is bound: `aheadLimit`, and one answer of the broker.
 *
 * What is fetched ahead is resolved before it is durable. That is for kafkajs to know where to fetch, and never committed:
 * a commit names its offset itself. Whoever ends early seeks back to the first message that is not durable.
 */
export const createReadAhead = ({
  work,
  stopping,
  atOnce,
  limit = aheadLimit,
  sharing,
}: ReadAheadDeps): ReadAhead => {
  const inWork = new Set<InWork>();
  /** By partition. */
  const latest = new Map<string, InWork>();
  /** By partition, of which one batch is written now, or waits for its place: resolves when that is durable. */
  const writing = new Map<string, Promise<void>>();
  const tiers = new Map<string, InHand>();
  const inHandOf = (tier: string, each: number): InHand => {
    const known = tiers.get(tier) ?? { batches: 0, bytes: 0, places: createPlaces(each) };
    tiers.set(tier, known);
    return known;
  };
  let takes = 0;
  let bytesInWork = 0;
  let term = newTerm();

  const settled = async (): Promise<void> => {
    while (inWork.size > 0) await Promise.all([...inWork].map(({ done }) => done));
  };

  /** kafkajs joins again, or takes up its positions, only when no batch can commit any more. */
  const giveUp = async (mine: OwnMemberTerm): Promise<void> => {
    await settled();
    const { reason } = mine.ending;
    if (reason === left || stopping.aborted || mine.isOver) return;
    if (term === mine) begin();
    throw reason;
  };
  const begin = (): void => {
    term.over();
    term = newTerm();
  };

  const start = (payload: EachBatchPayload, mine: OwnMemberTerm): { ahead: boolean; done: Promise<void> } => {
    const { batch } = payload;
    const key = placeKey(batch.topic, batch.partition);
    const bytes = bytesOf(batch);
    const tier = sharing && inHandOf(sharing.tierOf(batch.topic), sharing.each);
    // Where tiers share, nobody waits for the end of another's batch, not even of its last one.
    const ahead = tier !== undefined || (hasMore(batch) && bytesInWork + bytes <= limit);
    const durable = Promise.withResolvers<void>();
    let superseded = false;
    bytesInWork += bytes;
    if (ahead) payload.resolveOffset(batch.messages.at(-1)?.offset ?? batch.lastOffset());
    const turn: BatchTurn = {
      term: mine,
      ahead,
      superseded: () => superseded,
      before: latest.get(key)?.done ?? Promise.resolve(),
      durable: durable.resolve,
    };
    const worked = tier ? tier.places.take().then(() => work(payload, turn)) : work(payload, turn);
    const done = worked.finally(() => {
      durable.resolve();
      inWork.delete(entry);
      if (latest.get(key) === entry) latest.delete(key);
    });
    const supersede = (): void => {
      superseded = true;
    };
    const entry: InWork = { key, done, supersede };
    inWork.add(entry);
    latest.set(key, entry);
    writing.set(key, durable.promise);
    if (tier) {
      tier.batches++;
      tier.bytes += bytes;
    }
    void durable.promise.then(() => {
      if (writing.get(key) === durable.promise) writing.delete(key);
      bytesInWork -= bytes;
      if (!tier) return;
      tier.batches--;
      tier.bytes -= bytes;
      tier.places.give();
      sharing?.putOff.freed(sharing.tierOf(batch.topic), tier.batches);
    });
    return { ahead, done };
  };

  /** Nothing of it is resolved: it is fetched again when it is its turn, and those of other tiers go on meanwhile. */
  const isPutOff = (
    { tierOf, each, bytes, waitMs, putOff }: Sharing,
    batch: EachBatchPayload['batch'],
  ): boolean => {
    const { topic, partition } = batch;
    const tier = tierOf(topic);
    const ms = waitMs(tier);
    const inHand = inHandOf(tier, each);
    const full =
      writing.has(placeKey(topic, partition)) ||
      (inHand.batches > 0 && inHand.bytes + bytesOf(batch) > bytes);
    if (ms > 0) putOff.forMs(topic, partition, ms);
    else if (full) putOff.untilFree(topic, partition, tier);
    return ms > 0 || full;
  };

  const isEnding = (mine: OwnMemberTerm): boolean => mine.isOver || mine.ending.aborted || stopping.aborted;

  const take = async (payload: EachBatchPayload): Promise<void> => {
    const { topic, partition } = payload.batch;
    const mine = term;
    // From that look to `start` nothing is waited for: others look meanwhile.
    if (sharing) {
      if (!isEnding(mine) && isPutOff(sharing, payload.batch)) return;
    } else {
      await writing.get(placeKey(topic, partition));
      while (writing.size >= atOnce) await Promise.race(writing.values());
    }
    if (isEnding(mine)) return giveUp(mine);
    if (payload.isStale()) return;
    const { ahead, done } = start(payload, mine);
    if (!ahead) await done;
    // Then kafkajs has no beat to make by itself, whose failure would not wait for what is in work.
    else await payload.heartbeat().catch(mine.end);
    if (mine.ending.aborted) await giveUp(mine);
  };

  return {
    take: async (payload) => {
      takes++;
      try {
        await take(payload);
      } finally {
        takes--;
      }
    },
    get busy() {
      return takes > 0 || inWork.size > 0;
    },
    doneWith: async (topic, partition) => {
      const mine = term;
      await latest.get(placeKey(topic, partition))?.done;
      return !mine.isOver && !mine.ending.aborted;
    },
    supersede: (topic, partition) => {
      const key = placeKey(topic, partition);
      for (const each of inWork) if (each.key === key) each.supersede();
    },
    joined: () => {
      begin();
      sharing?.putOff.clear();
    },
    leave: async () => {
      term.end(left);
      await settled();
    },
    settled,
  };
};

/** What of a tier is written, or waits for its place. */
interface InHand {
  batches: number;
  bytes: number;
  readonly places: Places;
}

interface Places {
  /** Resolves when there is one. */
  take(): Promise<void>;
  give(): void;
}

const createPlaces = (count: number): Places => {
  let free = count;
  const waiting: (() => void)[] = [];
  return {
    take: async () => {
      if (free > 0) free--;
      else await new Promise<void>((resolve) => waiting.push(resolve));
    },
    give: () => {
      const next = waiting.shift();
      if (next) next();
      else free++;
    },
  };
};

const bytesOf = ({ messages }: EachBatchPayload['batch']): number =>
  messages.reduce((sum, { value }) => sum + (value?.length ?? 0), 0);

interface OwnMemberTerm extends MemberTerm {
  over(): void;
}

const newTerm = (): OwnMemberTerm => {
  const ending = new AbortController();
  let isOver = false;
  return {
    ending: ending.signal,
    get isOver() {
      return isOver;
    },
    end: (reason) => ending.abort(reason),
    over: () => {
      isOver = true;
    },
  };
};

const hasMore = (batch: EachBatchPayload['batch']): boolean =>
  BigInt(batch.highWatermark) > BigInt(batch.lastOffset()) + 1n;
