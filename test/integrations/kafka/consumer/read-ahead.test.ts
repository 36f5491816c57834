import type { EachBatchPayload } from 'kafkajs';
import { KafkaJSError } from 'kafkajs';
import { expect, test } from 'vitest';
import { StoreUnavailable } from '../../../../src/core/errors.ts';
import type { RawMessage } from '../../../../src/intake/wire/raw.ts';
import { createBatches } from '../../../../src/integrations/kafka/consumer/batch.ts';
import { chunkLimits } from '../../../../src/integrations/kafka/consumer/chunks.ts';
import { createPutOff } from '../../../../src/integrations/kafka/consumer/put-off.ts';
import { aheadLimit } from '../../../../src/integrations/kafka/consumer/read-ahead.ts';
import { memoryDeadLetters, memoryLog, memoryObserver } from '../../../support/kafka.ts';

/** What kafkajs is told of a batch, and when: the batches themselves are in consumer.int.test.ts on a real broker. */

const turn = () => new Promise((resolve) => setImmediate(resolve));
const perChunk = chunkLimits.messages;

interface Call {
  readonly offsets: readonly number[];
  readonly end: (error?: unknown) => void;
}

/** Batches whose chunks are written when a test says so, and a kafkajs that notes what it is told. */
const reading = (shared?: { each: number; bytes?: number; waitMs?: (tier: string) => number }) => {
  const calls: Call[] = [];
  const said: string[] = [];
  const failed: unknown[] = [];
  const stopping = new AbortController();
  const stale = new Set<number>();
  let beat: () => Promise<void> = async () => {};
  let commits: (offset: string) => Promise<void> = async () => {};
  const ingest = (messages: readonly RawMessage[]) => {
    const { promise, resolve, reject } = Promise.withResolvers<{ ids: []; rejected: [] }>();
    calls.push({
      offsets: messages.map(({ position }) => (position.via === 'kafka' ? Number(position.offset) : -1)),
      end: (error) => (error === undefined ? resolve({ ids: [], rejected: [] }) : reject(error)),
    });
    return promise;
  };
  const timers: (() => void)[] = [];
  const putOff = createPutOff({
    pause: (topic, partition) => void said.push(`${topic}${partition} paused`),
    resume: (topic, partition) => void said.push(`${topic}${partition} resumed`),
    after: (_, run) => void timers.push(run),
  });
  const sharing = shared && {
    tierOf: (topic: string) => topic,
    each: shared.each,
    bytes: shared.bytes ?? 2,
    waitMs: shared.waitMs ?? (() => 0),
    putOff,
  };
  const batches = createBatches({
    sharing,
    ...{ topics: [{ name: 't' }], ingest: { ingest }, deadLetters: memoryDeadLetters() },
    life: { stopping: stopping.signal, fail: (_, cause) => void failed.push(cause) },
    ...{ givingUp: new AbortController().signal, lifeOf: () => undefined, onReached: () => {} },
    ...{ hold: () => {}, heartbeatInterval: 20, observer: memoryObserver(), log: memoryLog() },
    seekBack: (_, partition, offset) => {
      stale.add(partition);
      said.push(`p${partition} seek ${offset}`);
    },
    ...{ atOnce: 3, now: () => 0, random: () => 0 },
  });
  /** `count` messages from `first` on, `more` behind them in the partition. */
  const batch = (first: number, count: number, { more = 1, partition = 0, size = 1, topic = 't' } = {}) => {
    const messages = Array.from({ length: count }, (_, i) => ({
      ...{ offset: String(first + i), value: Buffer.alloc(size) },
    }));
    const lastOffset = () => String(first + count - 1);
    return {
      batch: { topic, partition, messages, lastOffset, highWatermark: String(first + count + more) },
      resolveOffset: (offset: string) => said.push(`p${partition} resolved ${offset}`),
      heartbeat: () => beat(),
      isRunning: () => true,
      isStale: () => stale.has(partition),
      commitOffsetsIfNecessary: async (offsets?: { topics: { partitions: { offset: string }[] }[] }) => {
        const offset = offsets?.topics[0]?.partitions[0]?.offset ?? '';
        await commits(offset);
        said.push(`p${partition} committed ${offset}`);
      },
    } as unknown as EachBatchPayload;
  };
  const take = (payload: EachBatchPayload) => {
    const state = { ended: false, error: undefined as unknown };
    batches.eachBatch(payload).then(
      () => {
        state.ended = true;
      },
      (error: unknown) => Object.assign(state, { ended: true, error }),
    );
    return state;
  };
  return {
    ...{ batches, batch, take, calls, said, failed, stopping, timers },
    beats: (by: typeof beat) => {
      beat = by;
    },
    onCommit: (by: typeof commits) => {
      commits = by;
    },
  };
};

test('with a backlog the next fetch begins while a batch is written; the next of its partition waits', async () => {
  const r = reading();
  const first = r.take(r.batch(0, 2));
  await turn();
  expect([first.ended, r.calls.length, r.said]).toEqual([true, 1, ['p0 resolved 1']]);
  const second = r.take(r.batch(2, 2));
  await turn();
  expect([second.ended, r.calls.length]).toEqual([false, 1]);
  r.calls[0]?.end();
  await turn();
  expect([second.ended, r.calls[1]?.offsets]).toEqual([true, [2, 3]]);
  expect(r.said).toEqual(['p0 resolved 1', 'p0 resolved 3', 'p0 committed 2']);
  r.calls[1]?.end();
  await r.batches.settled();
  expect([r.said.at(-1), r.batches.busy]).toEqual(['p0 committed 4', false]);
});

test('the last of a partition is waited for, and resolved when it is durable', async () => {
  const r = reading();
  const only = r.take(r.batch(0, 2, { more: 0 }));
  await turn();
  expect([only.ended, r.said]).toEqual([false, []]);
  r.calls[0]?.end();
  await turn();
  expect([only.ended, r.said]).toEqual([true, ['p0 resolved 1', 'p0 committed 2']]);
});

test('what is in work has an upper limit: over it, fetching waits', async () => {
  const r = reading();
  const size = aheadLimit / 2;
  const taken = [0, 1, 2].map((partition) => r.take(r.batch(0, 1, { partition, size })));
  await turn();
  expect(taken.map(({ ended }) => ended)).toEqual([true, true, false]);
  for (const { end } of r.calls) end();
  await r.batches.settled();
  await turn();
  expect(taken.map(({ ended }) => ended)).toEqual([true, true, true]);
});

test('no more partitions are written at once than the config says, though kafkajs waits for none', async () => {
  const r = reading();
  const taken = [0, 1, 2, 3].map((partition) => r.take(r.batch(0, 1, { partition })));
  await turn();
  expect([r.calls.length, taken.map(({ ended }) => ended)]).toEqual([3, [true, true, true, false]]);
  r.calls[1]?.end();
  await turn();
  expect([r.calls.length, taken[3]?.ended]).toEqual([4, true]);
});

test('a commit that hangs does not hold the next batch up, and their commits keep their order', async () => {
  const r = reading();
  const gate = Promise.withResolvers<void>();
  r.onCommit((offset) => (offset === '1' ? gate.promise : Promise.resolve()));
  r.take(r.batch(0, 1));
  r.take(r.batch(1, 1));
  await turn();
  r.calls[0]?.end();
  await turn();
  r.calls[1]?.end();
  await turn();
  expect([r.calls.length, r.said.filter((line) => line.includes('committed'))]).toEqual([2, []]);
  gate.resolve();
  await r.batches.settled();
  expect(r.said.filter((line) => line.includes('committed'))).toEqual(['p0 committed 1', 'p0 committed 2']);
});

test('a lost membership: chunks under way end, what is durable is committed, the rest sought back, and then it is told', async () => {
  const r = reading();
  const lost = new KafkaJSError('rebalancing');
  r.take(r.batch(0, perChunk * 3));
  r.take(r.batch(0, perChunk * 2, { partition: 1 }));
  await turn();
  r.beats(() => Promise.reject(lost));
  const next = r.take(r.batch(perChunk * 3, 1));
  await new Promise((resolve) => setTimeout(resolve, 40));
  expect([r.calls.length, next.ended]).toEqual([2, false]);
  r.calls[0]?.end();
  await turn();
  expect(next.ended).toBe(false);
  r.calls[1]?.end(new StoreUnavailable('away'));
  await turn();
  await turn();
  expect(next).toEqual({ ended: true, error: lost });
  expect(r.said.slice(2)).toEqual([`p0 seek ${perChunk}`, `p0 committed ${perChunk}`, 'p1 seek 0']);
  expect([r.calls.length, r.batches.busy, r.failed]).toEqual([2, false, []]);
});

test('a new membership: what is still in work commits nothing, and seeks nowhere', async () => {
  const r = reading();
  r.take(r.batch(0, perChunk * 2));
  await turn();
  r.batches.joined();
  r.calls[0]?.end();
  await r.batches.settled();
  expect([r.calls.length, r.said]).toEqual([1, [`p0 resolved ${perChunk * 2 - 1}`]]);
});

test('a partition that is read from elsewhere: its batches commit nothing, those of others do', async () => {
  const r = reading();
  r.take(r.batch(0, 1));
  r.take(r.batch(0, 1, { partition: 1 }));
  await turn();
  r.batches.supersede('t', 0);
  for (const { end } of r.calls) end();
  await r.batches.settled();
  expect(r.said.slice(2)).toEqual(['p1 committed 1']);
});

test.for(['left', 'stopped'] as const)(
  '%s: the chunk under way is finished and committed, and no other begun',
  async (how) => {
    const r = reading();
    r.take(r.batch(0, perChunk * 2));
    await turn();
    const next = r.take(r.batch(perChunk * 2, 1));
    if (how === 'stopped') r.stopping.abort();
    const left = how === 'left' ? r.batches.leave() : r.batches.settled();
    r.calls[0]?.end();
    await left;
    await turn();
    expect(r.said.slice(1)).toEqual([`p0 seek ${perChunk}`, `p0 committed ${perChunk}`]);
    expect([next, r.calls.length, r.failed]).toEqual([{ ended: true, error: undefined }, 1, []]);
  },
);

test('a commit that is refused is told with the next batch, and nothing is begun on it', async () => {
  const r = reading();
  const refused = new KafkaJSError('the coordinator is gone');
  r.onCommit(() => Promise.reject(refused));
  r.take(r.batch(0, 1));
  await turn();
  r.calls[0]?.end();
  await turn();
  const next = r.take(r.batch(1, 1));
  await turn();
  expect([next, r.calls.length, r.failed]).toEqual([{ ended: true, error: refused }, 1, []]);
  // kafkajs tries again by itself, as the same member.
  r.onCommit(async () => {});
  r.take(r.batch(1, 1));
  await turn();
  r.calls[1]?.end();
  await r.batches.settled();
  expect(r.said.at(-1)).toBe('p0 committed 2');
});

test('a mistake of farmhand’s own ends the process, and not only kafkajs', async () => {
  const r = reading();
  const mistake = new TypeError('x is not a function');
  r.onCommit(() => Promise.reject(mistake));
  const taken = r.take(r.batch(0, 1, { more: 0 }));
  await turn();
  r.calls[0]?.end();
  await turn();
  await turn();
  expect(r.failed).toEqual([mistake]);
  expect(taken.error).toEqual(new Error('a batch could not be handled', { cause: mistake }));
});

test('tiers that share: one that has its places waits for them in hand, or is not fetched, and holds up no other', async () => {
  const r = reading({ each: 1 });
  const flood = [0, 1, 2, 3].map((partition) => r.take(r.batch(0, 1, { topic: 'a', partition })));
  const calm = r.take(r.batch(0, 1, { topic: 'b', more: 0 }));
  await turn();
  // Written: one of each tier. In hand, and so far that kafkajs goes on: one more. The others are fetched again.
  expect([r.calls.length, [...flood, calm].every(({ ended }) => ended)]).toEqual([2, true]);
  expect(r.said.filter((line) => line.includes('paused'))).toEqual(['a2 paused', 'a3 paused']);
  r.calls[0]?.end();
  await turn();
  expect([r.calls.length, r.said.includes('a2 resumed'), r.said.includes('a3 resumed')]).toEqual([
    3,
    true,
    false,
  ]);
  for (const { end } of r.calls) end();
  await turn();
  expect(r.said.filter((line) => line.includes('resumed'))).toEqual(['a2 resumed', 'a3 resumed']);
  await r.batches.settled();
});

test('the next batch of a partition is not fetched while one is in hand', async () => {
  const r = reading({ each: 1, bytes: 100 });
  r.take(r.batch(0, 1, { topic: 'a' }));
  await turn();
  const next = r.take(r.batch(1, 1, { topic: 'a' }));
  await turn();
  expect([next.ended, r.calls.length, r.said.at(-1)]).toEqual([true, 1, 'a0 paused']);
  r.calls[0]?.end();
  await r.batches.settled();
  expect(r.said).toContain('a0 resumed');
});

test('what waits for its place when the membership ends is not begun, and sought back', async () => {
  const r = reading({ each: 1 });
  for (const partition of [0, 1]) r.take(r.batch(0, 1, { topic: 'a', partition }));
  await turn();
  const left = r.batches.leave();
  r.calls[0]?.end();
  await left;
  expect([r.calls.length, r.said.filter((line) => line.includes('p1'))]).toEqual([
    1,
    ['p1 resolved 0', 'p1 seek 0'],
  ]);
});

test('a tier over its quota: what is durable is committed, the rest sought back and fetched again in time', async () => {
  let wait = 0;
  const r = reading({ each: 1, waitMs: (tier) => (tier === 'a' ? wait : 0) });
  r.take(r.batch(0, 120, { topic: 'a' }));
  await turn();
  expect(r.calls[0]?.offsets.length).toBe(20);
  wait = 700;
  r.calls[0]?.end();
  await r.batches.settled();
  expect(r.said).toEqual(['p0 resolved 119', 'a0 paused', 'p0 seek 20', 'p0 committed 20']);
  const again = r.take(r.batch(20, 100, { topic: 'a', partition: 1 }));
  const other = r.take(r.batch(0, 1, { topic: 'b', partition: 5 }));
  await turn();
  expect([again.ended, other.ended, r.calls.length]).toEqual([true, true, 2]);
  wait = 0;
  for (const run of r.timers) run();
  expect(r.said.filter((line) => line.includes('resumed'))).toEqual(['a0 resumed', 'a1 resumed']);
  r.calls[1]?.end();
  await r.batches.settled();
});

test('a new membership fetches all again, whatever was put off', async () => {
  const r = reading({ each: 1, bytes: 1 });
  for (const partition of [0, 1]) r.take(r.batch(0, 1, { topic: 'a', partition }));
  await turn();
  r.batches.joined();
  expect(r.said.at(-1)).toBe('a1 resumed');
  r.calls[0]?.end();
  await r.batches.settled();
});
