import { setTimeout as sleep } from 'node:timers/promises';
import type { EachBatchPayload } from 'kafkajs';
import { backoff } from '../../../core/backoff.ts';
import { FarmhandError } from '../../../core/errors.ts';
import type { ArchivedRange } from '../../../intake/archive/object-name.ts';
import type { Log } from '../../../observability/log.ts';
import { isKafkaError } from '../client/failures.ts';
import type { Batches } from '../consumer/batch.ts';
import type { BatchesOf } from '../consumer/consumer.ts';
import { startHeartbeats } from '../consumer/heartbeats.ts';
import { commitNote, placeKey } from '../health/positions.ts';
import { after, type Collected, collect, collectFrom, rangeOf } from './collect.ts';

export interface ArchiveLimits {
  /** An object is written when its records have so many bytes, or its oldest record was read so long ago (ms). */
  readonly bytes: number;
  readonly age: number;
}

export interface ArchiveWriter {
  /** Resolves when the object is durable. */
  write(range: ArchivedRange, lines: readonly Buffer[], signal: AbortSignal): Promise<void>;
  /** It was not written; it is tried again. */
  onFailed(range: ArchivedRange, error: unknown): void;
  /** Since when the oldest record is read and not in an object, ms since the epoch; undefined: there is none. */
  onWaiting(since: number | undefined): void;
}

const isWithin = ({ from, to }: Collected, offset: string): boolean =>
  BigInt(from) <= BigInt(offset) && BigInt(offset) <= BigInt(to);

/** So many objects' bytes are held in memory at most; then nothing more is read until one is written. */
const heldAtMost = 4;
const retryAfter = { first: 500, most: 30_000 } as const;
const lookEvery = 1_000;

/**
 * Collects the records of each partition, and writes them as objects. An offset is committed only when the object that
 * ends with it is durable; who dies before reads the same records again, and writes them again. While the storage is away
 * nothing is given up, and no more is held than the limit: Kafka keeps the rest.
 */
export const createArchiveBatches = (
  { life, positions, member, lifeOf, givingUp, heartbeatInterval, now }: BatchesOf,
  limits: ArchiveLimits,
  writer: ArchiveWriter,
  log: Log,
): Batches => {
  /** What grows, by partition. */
  const growing = new Map<string, Collected>();
  /** Where the next object of a partition begins. */
  const reached = new Map<string, string>();
  /** What is being written, in the order of its offsets by partition. */
  const writing = new Map<string, Promise<void>>();
  const underWay = new Set<Collected>();
  /** Of this membership: what was read in it may be committed. */
  let term = new AbortController();
  /** Its topic was made again meanwhile: what it ends with is no place in the new one. */
  const strange = new WeakSet<Collected>();
  let problem: string | undefined;
  let wrote = Promise.withResolvers<void>();

  const held = (): number => [...growing.values(), ...underWay].reduce((sum, { bytes }) => sum + bytes, 0);

  const write = async (all: Collected, mine: AbortSignal): Promise<void> => {
    const range = rangeOf(all);
    const signal = AbortSignal.any([mine, givingUp]);
    for (let failures = 1; ; failures++) {
      signal.throwIfAborted();
      try {
        await writer.write(range, all.lines, signal);
        problem = undefined;
        break;
      } catch (error) {
        signal.throwIfAborted();
        problem = error instanceof FarmhandError ? error.message : 'The archive could not be written.';
        writer.onFailed(range, error);
        const jitter = { from: 0.5, to: 1, random: Math.random() };
        await sleep(backoff(failures, retryAfter, jitter), undefined, { signal });
      }
    }
    if (mine.aborted || strange.has(all)) return;
    const { topic, partition, life: of } = all;
    await member
      .commit({ topic, partition, offset: all.to, metadata: commitNote(of) })
      .catch((error: unknown) =>
        log.warn(
          { error, topic, partition },
          'What is archived could not be committed; it is archived again',
        ),
      );
  };

  /** What has grown so far becomes an object. */
  const seal = (key: string): void => {
    const all = growing.get(key);
    if (all === undefined || all.lines.length === 0) return;
    growing.delete(key);
    reached.set(key, all.to);
    underWay.add(all);
    const mine = term.signal;
    const before = writing.get(key) ?? Promise.resolve();
    const done = before
      .then(() => write(all, mine))
      .catch((error: unknown) => {
        if (!mine.aborted && !givingUp.aborted) log.error({ error }, 'An object of the archive was given up');
      })
      .finally(() => {
        underWay.delete(all);
        if (writing.get(key) === done) writing.delete(key);
        wrote.resolve();
        wrote = Promise.withResolvers();
      });
    writing.set(key, done);
  };

  const sealAll = (): void => {
    for (const key of [...growing.keys()]) seal(key);
  };

  /** Waits until there is room for more; false: it is to be left. */
  const room = async (leave: AbortSignal): Promise<boolean> => {
    if (held() < heldAtMost * limits.bytes) return !leave.aborted;
    const left = Promise.withResolvers<void>();
    leave.addEventListener('abort', () => left.resolve(), { once: true });
    while (!leave.aborted && held() >= heldAtMost * limits.bytes) {
      if (underWay.size === 0) {
        const [biggest] = [...growing].toSorted(([, one], [, other]) => other.bytes - one.bytes);
        if (biggest === undefined) break;
        seal(biggest[0]);
      }
      await Promise.race([wrote.promise, left.promise]);
    }
    return !leave.aborted;
  };

  /** What is read from `from` on is added to: what was there, or, where that does not reach to it, something new. */
  const openAt = (key: string, topic: string, partition: number, from: string): Collected => {
    const there = growing.get(key);
    const of = lifeOf(topic);
    if (there !== undefined && there.life === of && isWithin(there, from)) return there;
    // What lies behind is read again.
    if (there !== undefined && BigInt(from) < BigInt(there.from)) growing.delete(key);
    seal(key);
    const opened = collectFrom({ topic, partition, life: of }, from);
    growing.set(key, opened);
    return opened;
  };

  const take = async (payload: EachBatchPayload): Promise<void> => {
    const { batch } = payload;
    const { topic, partition } = batch;
    const key = placeKey(topic, partition);
    const [first] = batch.messages;
    if (first === undefined) return;
    const asked: unknown = Reflect.get(batch, 'fetchedOffset');
    const from = typeof asked === 'string' && BigInt(asked) <= BigInt(first.offset) ? asked : first.offset;
    const mine = term.signal;
    using beats = startHeartbeats(payload.heartbeat, heartbeatInterval / 2);
    const leave = AbortSignal.any([mine, beats.signal, life.stopping]);
    openAt(key, topic, partition, from);
    for (const message of batch.messages) {
      if (payload.isStale() || !payload.isRunning() || !(await room(leave))) return;
      // Sealed meanwhile, it goes on where that ended.
      const into = growing.get(key) ?? openAt(key, topic, partition, reached.get(key) ?? message.offset);
      collect(into, message, now());
      if (into.bytes >= limits.bytes) seal(key);
    }
    const end = after(batch.lastOffset());
    const last = growing.get(key) ?? openAt(key, topic, partition, reached.get(key) ?? end);
    // Behind the last message may lie records that are no messages (transaction markers).
    if (BigInt(last.to) < BigInt(end)) last.to = end;
    const of = lifeOf(topic);
    positions.reached(topic, partition, { next: end, ...(of !== undefined && { life: of }) });
    payload.resolveOffset(batch.lastOffset());
  };

  const waitingSince = (): number | undefined => {
    const all = [...growing.values(), ...underWay].flatMap(({ since }) => since ?? []);
    return all.length === 0 ? undefined : Math.min(...all);
  };
  const timer = setInterval(() => {
    for (const [key, { since }] of [...growing]) {
      if (since !== undefined && now() - since >= limits.age) seal(key);
    }
    writer.onWaiting(waitingSince());
  }, lookEvery).unref();
  givingUp.addEventListener('abort', () => clearInterval(timer));

  const settled = async (): Promise<void> => {
    sealAll();
    await Promise.allSettled([...writing.values()]);
  };

  return {
    eachBatch: async (payload) => {
      try {
        await take(payload);
      } catch (error) {
        if (isKafkaError(error)) throw error;
        // As it is, a TypeError would stop kafkajs for good and tell nobody.
        life.fail('A batch could not be archived', error);
        throw new Error('a batch could not be archived', { cause: error });
      }
    },
    passed: (topic, partition, next) => {
      const key = placeKey(topic, partition);
      // Where nothing was read before, it is not known from where on: less is claimed then.
      const from = growing.get(key)?.to ?? reached.get(key) ?? next;
      const into = growing.get(key) ?? openAt(key, topic, partition, from);
      if (BigInt(into.to) < BigInt(next)) into.to = next;
    },
    lost: ({ topic, partition, to }) => {
      const key = placeKey(topic, partition);
      seal(key);
      growing.delete(key);
      if (/^\d+$/.test(to)) reached.set(key, to);
    },
    doneWith: async (topic, partition) => {
      const key = placeKey(topic, partition);
      return (growing.get(key)?.lines.length ?? 0) === 0 && !writing.has(key);
    },
    supersede: (topic, partition) => {
      const key = placeKey(topic, partition);
      seal(key);
      growing.delete(key);
      reached.delete(key);
      for (const all of underWay) {
        if (all.topic === topic && all.partition === partition) strange.add(all);
      }
    },
    leave: settled,
    settled: async () => {
      await settled();
      clearInterval(timer);
    },
    joined: () => {
      // Others may have read on: what is not written yet is read again from where it is committed.
      term.abort(new Error('the membership ended'));
      term = new AbortController();
      growing.clear();
      reached.clear();
    },
    get busy() {
      return underWay.size > 0 || waitingSince() !== undefined;
    },
    get held() {
      return problem;
    },
    inHandSince: (topic, partition) => growing.get(placeKey(topic, partition))?.since,
  };
};
