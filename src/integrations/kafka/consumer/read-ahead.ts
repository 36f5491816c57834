import type { EachBatchPayload } from 'kafkajs';
import { placeKey } from '../health/positions.ts';

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
  readonly durable: Promise<void>;
  /** Committed, too. */
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
export const createReadAhead = ({ work, stopping, atOnce, limit = aheadLimit }: ReadAheadDeps): ReadAhead => {
  const inWork = new Set<InWork>();
  /** By partition. */
  const latest = new Map<string, InWork>();
  /** Of those that are written now. */
  const writing = new Set<Promise<void>>();
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
    const bytes = batch.messages.reduce((sum, { value }) => sum + (value?.length ?? 0), 0);
    const ahead = hasMore(batch) && bytesInWork + bytes <= limit;
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
    const done = work(payload, turn).finally(() => {
      durable.resolve();
      inWork.delete(entry);
      if (latest.get(key) === entry) latest.delete(key);
    });
    const supersede = (): void => {
      superseded = true;
    };
    const entry: InWork = { key, durable: durable.promise, done, supersede };
    inWork.add(entry);
    latest.set(key, entry);
    writing.add(durable.promise);
    void durable.promise.then(() => {
      writing.delete(durable.promise);
      bytesInWork -= bytes;
    });
    return { ahead, done };
  };

  const take = async (payload: EachBatchPayload): Promise<void> => {
    const { topic, partition } = payload.batch;
    const mine = term;
    await latest.get(placeKey(topic, partition))?.durable;
    while (writing.size >= atOnce) await Promise.race(writing);
    if (mine.isOver || mine.ending.aborted || stopping.aborted) return giveUp(mine);
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
    joined: begin,
    leave: async () => {
      term.end(left);
      await settled();
    },
    settled,
  };
};

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
