import type { EachBatchPayload } from 'kafkajs';
import type { RawMessage } from '../../../intake/wire/raw.ts';
import { toRawMessage } from '../client/raw-message.ts';
import { commitNote, type Standing } from '../health/positions.ts';

export interface BatchDeps {
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
}

const after = (offset: string): string => (BigInt(offset) + 1n).toString();

/**
 * Works through one batch, chunk by chunk: durable first, then resolved, then committed. When it ends early (stop,
 * rebalance) the rest is neither resolved nor committed, and is read again by whoever has the partition then.
 */
export const handleBatch = async (payload: EachBatchPayload, deps: BatchDeps): Promise<void> => {
  const { batch } = payload;
  const { topic, partition } = batch;
  const life = deps.lifeOf(topic);
  const origin = {
    topic,
    partition,
    tier: deps.tierOf(topic),
    cluster: deps.clusterOf(topic),
    receivedAt: deps.now(),
    life,
  };
  const last = batch.messages.at(-1)?.offset;
  let committedAt = deps.now();
  let committed: string | undefined;
  let next: string | undefined;
  const behind = (offset: string): number => Number(BigInt(batch.highWatermark) - BigInt(offset));

  const commit = async (): Promise<void> => {
    if (next === undefined || next === committed) return;
    const offset = next;
    // kafkajs passes the note on, though its types do not know it there.
    const place = { partition, offset, metadata: commitNote(life) };
    await payload.commitOffsetsIfNecessary({ topics: [{ topic, partitions: [place] }] });
    committed = offset;
    committedAt = deps.now();
    deps.onDone(topic, partition, { next: offset, ...(life !== undefined && { life }) }, behind(offset));
  };

  const first = batch.messages[0]?.offset;
  if (first !== undefined) deps.onBegin(topic, partition, behind(first));
  using _inHand = { [Symbol.dispose]: () => deps.onEnd(topic, partition) };
  using beats = startHeartbeats(payload.heartbeat, deps.heartbeatEvery);
  const signal = AbortSignal.any([deps.stopping, beats.signal]);
  for (const chunk of chunks(batch.messages)) {
    if (!payload.isRunning() || payload.isStale() || signal.aborted) break;
    const taken = await deps.handOver(
      chunk.map((message) => toRawMessage(message, origin)),
      signal,
    );
    const end = chunk.at(-1)?.offset;
    if (!taken || end === undefined) break;
    payload.resolveOffset(end);
    // Behind the last message may lie records that are no messages (transaction markers).
    next = after(end === last ? batch.lastOffset() : end);
    if (deps.now() - committedAt >= deps.commitEvery) await commit();
  }
  await commit();
  if (beats.lost !== undefined) throw beats.lost;
};

/** What one call of the intake gets at most. Bounds what a crash repeats, and how long a commit waits. */
export const chunkLimits = { messages: 250, bytes: 2 * 1024 * 1024 } as const;

/** Splits `messages` in order; a message larger than the limit goes alone. */
export function* chunks<M extends { readonly value: { readonly length: number } | null }>(
  messages: readonly M[],
  limits: { readonly messages: number; readonly bytes: number } = chunkLimits,
): Generator<readonly M[]> {
  let start = 0;
  let bytes = 0;
  for (const [index, message] of messages.entries()) {
    const size = message.value?.length ?? 0;
    if (index > start && (index - start >= limits.messages || bytes + size > limits.bytes)) {
      yield messages.slice(start, index);
      start = index;
      bytes = 0;
    }
    bytes += size;
  }
  if (start < messages.length) yield messages.slice(start);
}

interface Heartbeats extends Disposable {
  /** The first refusal: this consumer is about to lose its partitions, or has. */
  readonly lost: unknown;
  /** Aborted with the first refusal. */
  readonly signal: AbortSignal;
}

/**
 * Beats in the background while a batch is worked on; kafkajs by itself does it only between batches. `beat` decides
 * whether one is due.
 */
const startHeartbeats = (beat: () => Promise<void>, everyMs: number): Heartbeats => {
  const controller = new AbortController();
  let beating = false;
  const timer = setInterval(() => {
    if (beating || controller.signal.aborted) return;
    beating = true;
    beat()
      .catch((error: unknown) => controller.abort(error))
      .finally(() => {
        beating = false;
      });
  }, everyMs);
  return {
    signal: controller.signal,
    get lost() {
      return controller.signal.aborted ? controller.signal.reason : undefined;
    },
    [Symbol.dispose]: () => clearInterval(timer),
  };
};
