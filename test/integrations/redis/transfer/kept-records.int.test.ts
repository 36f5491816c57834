import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type RedisServer, startRedis } from '../../../../sandbox/redis/start.ts';
import { queueNames } from '../../../../src/jobs/nudges.ts';
import { startWorkers } from '../../../../src/jobs/workers.ts';
import { works } from '../../../../src/reconcile/work.ts';
import { keptIn, putBack, toldBy } from '../../../e2e/records/kept-records.ts';

const folder = join(import.meta.dirname, '../../../fixtures/records');
const files = readdirSync(folder).filter((name) => name.endsWith('.json.gz'));

let server: RedisServer;
beforeAll(async () => {
  server = await startRedis();
});
afterAll(() => server.stop());

test('there is one of each version that was released', () => {
  expect(files).toContain('0.1.0.json.gz');
});

/** Entries that were dated by their time to live count from now on: nothing of them is gone. */
test.each(files)('records of %s say what they said to the version that wrote them', async (file) => {
  const redis = new Redis(server.url);
  await redis.flushall();
  const { entries, told } = keptIn(join(folder, file));
  await putBack(redis, entries);
  const now = await toldBy(redis);
  // What a later version knows besides does not matter.
  expect(now).toMatchObject({ ...told });
  for (const kind of ['alerts', 'rebuilds'] as const)
    expect(now[kind].map(({ id }) => id)).toEqual(told[kind].map(({ id }) => id));
  redis.disconnect();
});

/** What is due later is due now. */
const promote = async (): Promise<void> => {
  for (const name of Object.values(queueNames)) {
    const queue = new Queue(name, { connection: { url: server.url }, prefix: '{farmhand}' });
    await queue.promoteJobs();
    await queue.close();
  }
};

test.each(files)('jobs of %s are taken, each once', { timeout: 30_000 }, async (file) => {
  const redis = new Redis(server.url);
  await redis.flushall();
  const { entries, told } = keptIn(join(folder, file));
  await putBack(redis, entries);
  await promote();
  const ran: string[] = [];
  const problems: unknown[] = [];
  const workers = startWorkers({
    connect: () => new Redis(server.url, { maxRetriesPerRequest: null }),
    prefix: 'farmhand',
    concurrency: Object.fromEntries(works.map((work) => [work, 4])),
    run: async (work, id) => void ran.push(`${work} ${id}`),
    onError: (error) => problems.push(error),
  });
  const wanted = [...new Set(told.jobs.map((job) => job.slice(job.indexOf(' ') + 1)))].sort();
  await expect
    .poll(() => [...new Set(ran)].sort(), { timeout: 20_000 })
    .toEqual(expect.arrayContaining(wanted));
  await workers.stop(1_000);
  expect(problems).toEqual([]);
  redis.disconnect();
});
