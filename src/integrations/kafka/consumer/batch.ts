import type { EachBatchPayload } from 'kafkajs';
import { messageOf } from '../../../core/errors.ts';
import type { DeadLetterPort, IngestPort, RawMessage } from '../../../intake/wire/raw.ts';
import type { Log } from '../../../observability/log.ts';
import { blame, isKafkaError } from '../client/failures.ts';
import { toRawMessage } from '../client/raw-message.ts';
import type { KafkaSettings } from '../client/security.ts';
import type { KafkaObserver } from '../health/observer.ts';
import { commitNote, type OffsetGap, type Positions, placeKey, type Standing } from '../health/positions.ts';
import { chunkLimits, chunks, sharedChunks } from './chunks.ts';
import { createBackpressure, createPoisonBisection, handOver } from './hand-over.ts';
import { startHeartbeats } from './heartbeats.ts';
import type { Lifecycle } from './lifecycle.ts';
import { type BatchTurn, createReadAhead, type ReadAhead, type Sharing } from './read-ahead.ts';

interface BatchDeps {
  /** False: not taken in, and not to be counted as read. */
  readonly handOver: (messages: readonly RawMessage[], signal: AbortSignal) => Promise<boolean>;
  /** Aborted when the consumer stops: what is under way is finished, nothing more is begun. */
  readonly stopping: AbortSignal;
  readonly tierOf: (topic: string) => string | undefined;
  readonly clusterOf: (topic: string) => string | undefined;
  /** The topic's id, which tells it from one of the same name before it; undefined where nobody knows. */
  readonly lifeOf: (topic: string) => string | undefined;
  readonly heartbeatEvery: number;
  /** Milliseconds between commits within one long batch. */
  readonly commitEvery: number;
  readonly now: () => number;
  /** A batch begins; with it `behind` messages are left in the partition. */
  readonly onBegin: (topic: string, partition: number, behind: number) => void;
  /** Every message before `next` is durable and committed; `behind` are left in the partition. */
  readonly onDone: (topic: string, partition: number, standing: Standing, behind: number) => void;
  /** The batch is no longer in hand. */
  readonly onEnd: (topic: string, partition: number) => void;
  /** The next fetch is from there. */
  readonly seekBack: (topic: string, partition: number, offset: string) => void;
  /** Absent: one tier is read. */
  readonly sharing: Sharing | undefined;
}

const after = (offset: string): string => (BigInt(offset) + 1n).toString();

/**
 * Works through one batch, chunk by chunk: durable first, then committed. When it ends early (stop, rebalance) the rest
 * is not committed, and is read again by whoever has the partition then.
 */
const workThrough = async (payload: EachBatchPayload, turn: BatchTurn, deps: BatchDeps): Promise<void> => {
  const { batch } = payload;
  const { topic, partition } = batch;
  const life = deps.lifeOf(topic);
  let committedAt = deps.now();
  let committed: string | undefined;

  const commit = async (next: string | undefined): Promise<void> => {
    if (next === undefined || next === committed) return;
    await turn.before;
    if (!isMine(turn)) return;
    // kafkajs passes the note on, though its types do not know it there.
    const place = { partition, offset: next, metadata: commitNote(life) };
    await payload.commitOffsetsIfNecessary({ topics: [{ topic, partitions: [place] }] });
    committed = next;
    committedAt = deps.now();
    const standing = { next, ...(life !== undefined && { life }) };
    deps.onDone(topic, partition, standing, behindIn(batch, next));
  };
  const { next, lost } = await makeDurable(payload, turn, life, deps, async (offset) => {
    if (deps.now() - committedAt >= deps.commitEvery) await commit(offset);
  });
  if (lost !== undefined) turn.term.end(lost);
  turn.durable();
  await commit(next);
};

const isMine = ({ term, superseded }: BatchTurn): boolean => !term.isOver && !superseded();

const behindIn = ({ highWatermark }: EachBatchPayload['batch'], offset: string): number =>
  Number(BigInt(highWatermark) - BigInt(offset));

interface Durable {
  /** Everything before it is; undefined: nothing of this batch. */
  readonly next: string | undefined;
  /** Why the partitions are about to go, or are gone. */
  readonly lost: unknown;
}

const makeDurable = async (
  payload: EachBatchPayload,
  turn: BatchTurn,
  life: string | undefined,
  deps: BatchDeps,
  reached: (next: string) => Promise<void>,
): Promise<Durable> => {
  const { batch } = payload;
  const { topic, partition } = batch;
  const origin = {
    topic,
    partition,
    tier: deps.tierOf(topic),
    cluster: deps.clusterOf(topic),
    receivedAt: deps.now(),
    life,
  };
  const first = batch.messages[0]?.offset;
  const last = batch.messages.at(-1)?.offset;
  let next: string | undefined;
  let whole = false;
  if (first !== undefined) deps.onBegin(topic, partition, behindIn(batch, first));
  using _inHand = {
    [Symbol.dispose]: () => {
      deps.onEnd(topic, partition);
      const back = next ?? first;
      if (turn.ahead && !whole && back !== undefined && isMine(turn)) deps.seekBack(topic, partition, back);
    },
  };
  using beats = startHeartbeats(payload.heartbeat, deps.heartbeatEvery);
  const signal = AbortSignal.any([deps.stopping, turn.term.ending, beats.signal]);
  for (const chunk of chunks(batch.messages, deps.sharing ? sharedChunks : chunkLimits)) {
    if (!payload.isRunning() || payload.isStale() || signal.aborted || !isMine(turn)) break;
    if (deps.sharing && overQuota(deps.sharing, topic, partition)) break;
    const taken = await deps.handOver(
      chunk.map((message) => toRawMessage(message, origin)),
      signal,
    );
    const end = chunk.at(-1)?.offset;
    if (!taken || end === undefined) break;
    whole = end === last;
    if (!turn.ahead && isMine(turn)) payload.resolveOffset(end);
    // Behind the last message may lie records that are no messages (transaction markers).
    next = after(whole ? batch.lastOffset() : end);
    if (!whole) await reached(next);
  }
  return { next, lost: beats.lost };
};

/** The rest of the batch waits until its tier may have more; what is durable of it is committed meanwhile. */
const overQuota = ({ tierOf, waitMs, putOff }: Sharing, topic: string, partition: number): boolean => {
  const ms = waitMs(tierOf(topic));
  if (ms > 0) putOff.forMs(topic, partition, ms);
  return ms > 0;
};

export interface BatchesDeps {
  readonly topics: KafkaSettings['topics'];
  readonly ingest: IngestPort;
  readonly deadLetters: DeadLetterPort;
  readonly life: Pick<Lifecycle, 'stopping' | 'fail'>;
  /** Aborted when there is no more time: what is under way counts as not read. */
  readonly givingUp: AbortSignal;
  /** See `BatchDeps`. */
  readonly lifeOf: (topic: string) => string | undefined;
  readonly onReached: Positions['reached'];
  /** Reading waits, or goes on. */
  readonly hold: (held: boolean) => void;
  readonly seekBack: BatchDeps['seekBack'];
  /** Absent: one tier is read. */
  readonly sharing?: Sharing | undefined;
  /** Partitions that are written at the same time. */
  readonly atOnce: number;
  readonly heartbeatInterval: number;
  readonly observer: Pick<KafkaObserver, 'held' | 'changed' | 'lag'>;
  readonly log: Log;
  readonly now: () => number;
  readonly random: () => number;
}

export interface Batches extends Pick<ReadAhead, 'busy' | 'doneWith' | 'supersede' | 'leave' | 'settled'> {
  /** For kafkajs. @throws only what kafkajs knows what to do with */
  eachBatch(payload: EachBatchPayload): Promise<void>;
  /** Why reading waits, while it does. */
  readonly held: string | undefined;
  /** Since when messages of a partition are in hand, ms since the epoch. */
  inHandSince(topic: string, partition: number): number | undefined;
  /** Others may have the partitions by now. */
  joined(): void;
  /** Of a partition everything before `next` held no messages. */
  passed?(topic: string, partition: number, next: string): void;
  /** Records were gone before they were read. */
  lost?(gap: OffsetGap): void;
}

/** The batches of a consumer, on their way into the intake. */
export const createBatches = (deps: BatchesDeps): Batches => {
  const { log, observer, now, lifeOf, givingUp, random } = deps;
  const settingsOf = new Map(deps.topics.map((topic) => [topic.name, topic]));
  const inHand = new Map<string, number>();

  const hold = createBackpressure((held) => {
    observer.held(held);
    observer.changed();
    deps.hold(held);
    if (!held) log.info({}, 'Reading from Kafka goes on');
  });
  const take = createPoisonBisection({
    ingest: (messages) => deps.ingest.ingest(messages, givingUp),
    isFault: (error) => blame(error) === 'message',
    quarantine: async (message, error) => {
      log.error({ error, position: message.position }, 'A message makes farmhand fail; it was put aside');
      const detail = `farmhand failed on it: ${messageOf(error)}`;
      await deps.deadLetters.keep([{ reason: 'internal_error', detail, message }]);
    },
  });
  const each: BatchDeps = {
    handOver: (messages, signal) =>
      handOver(messages, AbortSignal.any([signal, givingUp]), { take, hold, log, random }),
    stopping: deps.life.stopping,
    lifeOf,
    tierOf: (topic) => settingsOf.get(topic)?.tier,
    clusterOf: (topic) => settingsOf.get(topic)?.cluster,
    heartbeatEvery: deps.heartbeatInterval / 2,
    commitEvery: 1000,
    now,
    onBegin: (topic, partition, behind) => {
      inHand.set(placeKey(topic, partition), now());
      observer.lag(topic, partition, behind);
    },
    onDone: (topic, partition, standing, behind) => {
      // What was still in hand of a topic that is gone says nothing about the one that took its name.
      if (standing.life !== lifeOf(topic)) return;
      deps.onReached(topic, partition, standing);
      observer.lag(topic, partition, behind);
    },
    onEnd: (topic, partition) => void inHand.delete(placeKey(topic, partition)),
    seekBack: deps.seekBack,
    sharing: deps.sharing,
  };
  const ahead = createReadAhead({
    atOnce: deps.atOnce,
    stopping: deps.life.stopping,
    ...(deps.sharing && { sharing: deps.sharing }),
    work: async (payload, turn) => {
      try {
        await workThrough(payload, turn, each);
      } catch (error) {
        if (isKafkaError(error)) return turn.term.end(error);
        // As it is, a TypeError would stop kafkajs for good and tell nobody.
        deps.life.fail('A batch could not be handled', error);
        turn.term.end(new Error('a batch could not be handled', { cause: error }));
      }
    },
  });

  return {
    eachBatch: ahead.take,
    doneWith: ahead.doneWith,
    supersede: ahead.supersede,
    leave: ahead.leave,
    settled: ahead.settled,
    get busy() {
      return ahead.busy;
    },
    get held() {
      return hold.reason;
    },
    inHandSince: (topic, partition) => inHand.get(placeKey(topic, partition)),
    joined: () => {
      inHand.clear();
      ahead.joined();
    },
  };
};
