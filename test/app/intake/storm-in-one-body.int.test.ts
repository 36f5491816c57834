import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type RedisServer, startRedis } from '../../../sandbox/redis/start.ts';
import { openHttpIntake, storm } from '../../support/http-intake.ts';
import { watchTurns } from '../../support/longest-turn.ts';

let redis: RedisServer;
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis.stop());
const open = (over: { maxBodyBytes?: number } = {}) => openHttpIntake({ redisUrl: redis.url, ...over });

describe('a storm in one group', () => {
  test('10,000 alerts in one body are on record before it is answered, in time, and nothing else is held up', {
    timeout: 120_000,
  }, async () => {
    await using it = await open();
    const body = storm(10_000);
    expect(body.length).toBeGreaterThan(7_500_000);
    const turns = watchTurns();
    const began = performance.now();
    const answer = await it.post(body);
    const ms = performance.now() - began;
    const longest = turns.stop();
    expect(answer.status).toBe(202);
    const { ids, rejected } = (await answer.json()) as { ids: string[]; rejected: unknown[] };
    expect([ids.length, new Set(ids).size, rejected]).toEqual([10_000, 10_000, []]);
    expect(await it.client.queries.books()).toMatchObject({ received: 10_000, pending: 10_000, rejected: 0 });
    console.info(
      `10,000 alerts in ${body.length} bytes: ${Math.round(ms)} ms, longest turn ${Math.round(longest)} ms`,
    );
    // Of a processor. About 60 are usual.
    expect(longest).toBeLessThan(200);
  });

  test('compressed, it is as good; what unpacks to more than the limit is put aside, and costs no more memory than that', {
    timeout: 120_000,
  }, async () => {
    await using it = await open({ maxBodyBytes: 4 * 1024 * 1024 });
    expect((await it.post(gzipSync(storm(4_000)), { 'content-encoding': 'gzip' })).status).toBe(202);
    const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024, ' '));
    const answer = await it.post(bomb, { 'content-encoding': 'gzip' });
    expect(answer.status).toBe(422);
    expect(it.deadLetters.map(({ reason }) => reason)).toEqual(['too_large']);
    expect((await it.client.queries.books()).received).toBe(4_001);
  });

  test('many of them at once: some are asked to come back, and then all are on record', {
    timeout: 240_000,
  }, async () => {
    await using it = await open();
    const bodies = Array.from({ length: 8 }, (_, n) =>
      storm(2_000, { externalURL: `http://am.c${n}.example` }),
    );
    const before = process.memoryUsage().rss;
    let peak = before;
    const timer = setInterval(() => {
      peak = Math.max(peak, process.memoryUsage().rss);
    }, 20);
    let refused = 0;
    await Promise.all(
      bodies.map(async (body) => {
        for (;;) {
          const answer = await it.post(body);
          await answer.arrayBuffer();
          if (answer.status === 202) return;
          expect([503, answer.headers.get('retry-after')]).toEqual([answer.status, expect.any(String)]);
          refused++;
          await new Promise((again) => setTimeout(again, 500));
        }
      }),
    );
    clearInterval(timer);
    console.info(
      `8 bodies of 2,000 alerts: ${refused} times 503, ${Math.round((peak - before) / 1e6)} MB more`,
    );
    const books = await it.client.queries.books();
    expect(books.pending).toBe(16_000);
    expect(books.received).toBe(books.pending + books.merged + books.suppressed);
  });
});
