import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createSpanQueue, type QueueOptions } from '../../../src/integrations/opentelemetry/span-queue.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** As much of one as the queue looks at. */
const span = (flags = 1) => ({ spanContext: () => ({ traceFlags: flags }) }) as unknown as ReadableSpan;

type Answer = 'takes' | 'refuses' | 'throws' | 'hangs';
const open = (over: Partial<QueueOptions> = {}) => {
  const sizes: number[] = [];
  const outcomes: string[] = [];
  let answer: Answer = 'takes';
  let closed = 0;
  const exporter: SpanExporter = {
    export: (spans, done) => {
      sizes.push(spans.length);
      if (answer === 'throws') throw new Error('broken');
      if (answer !== 'hangs') queueMicrotask(() => done({ code: answer === 'takes' ? 0 : 1 }));
    },
    shutdown: async () => {
      closed++;
    },
  };
  const queue = createSpanQueue({
    ...{ exporter, queue: 10, batch: 4, delay: 5_000, timeout: 30_000 },
    told: (outcome, count) => outcomes.push(`${outcome} ${count}`),
    ...over,
  });
  const end = (count: number, flags?: number) => {
    for (let i = 0; i < count; i++) queue.onEnd(span(flags));
  };
  return {
    queue,
    end,
    sizes,
    outcomes,
    closed: () => closed,
    answers: (next: Answer) => {
      answer = next;
    },
  };
};

test('spans wait for others, and go together', async () => {
  const { end, sizes, outcomes } = open();
  end(2);
  await vi.advanceTimersByTimeAsync(4_999);
  expect(sizes).toEqual([]);
  await vi.advanceTimersByTimeAsync(1);
  expect([sizes, outcomes]).toEqual([[2], ['sent 2']]);
});

test('a full batch goes at once, one batch at a time', async () => {
  const { end, sizes } = open();
  end(9);
  expect(sizes).toEqual([4]);
  await vi.advanceTimersByTimeAsync(0);
  expect(sizes).toEqual([4, 4]);
  await vi.advanceTimersByTimeAsync(5_000);
  expect(sizes).toEqual([4, 4, 1]);
});

test('whoever is not sampled is not sent', async () => {
  const { end, sizes, outcomes } = open();
  end(5, 0);
  await vi.advanceTimersByTimeAsync(60_000);
  expect([sizes, outcomes]).toEqual([[], []]);
});

test('a receiver that hangs: the queue has its length, the rest is dropped and counted, and nobody waits', async () => {
  const { end, sizes, outcomes, answers } = open();
  answers('hangs');
  end(30);
  expect(sizes).toEqual([4]);
  expect(outcomes).toEqual(Array(16).fill('dropped 1'));
  await vi.advanceTimersByTimeAsync(30_000);
  expect(outcomes.at(-1)).toBe('failed 4');
  answers('takes');
  await vi.advanceTimersByTimeAsync(60_000);
  expect(outcomes.slice(16)).toEqual(['failed 4', 'failed 4', 'sent 4', 'sent 2']);
});

test.each(['refuses', 'throws'] as const)(
  'a receiver that %s fails a batch, and the next one is tried',
  async (how) => {
    const { end, outcomes, answers } = open();
    answers(how);
    end(4);
    await vi.advanceTimersByTimeAsync(0);
    answers('takes');
    end(4);
    await vi.advanceTimersByTimeAsync(0);
    expect(outcomes).toEqual(['failed 4', 'sent 4']);
  },
);

test('the end sends what waits, closes, and takes no more', async () => {
  const { queue, end, sizes, closed } = open();
  end(7);
  await queue.shutdown();
  expect([sizes, closed()]).toEqual([[4, 3], 1]);
  end(1);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(sizes).toEqual([4, 3]);
});
