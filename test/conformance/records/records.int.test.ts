import { Redis } from 'ioredis';
import { afterAll, beforeAll } from 'vitest';
import { startClusterNode } from '../../../sandbox/redis/cluster.ts';
import type { RedisServer } from '../../../sandbox/redis/start.ts';
import { createRecordStore } from '../../../src/integrations/redis/record-store.ts';
import { t0 } from '../../builders/event.ts';
import { type RecordsSubject, recordsConformance } from './records.ts';

let server: RedisServer;
beforeAll(async () => {
  server = await startClusterNode();
});
afterAll(() => server.stop());

let stores = 0;

recordsConformance(async () => {
  const redis = new Redis(server.url);
  const clock = { now: t0 };
  const marked: string[] = [];
  const due: string[] = [];
  const opening: RecordsSubject['opening'] = {};
  const store = createRecordStore({
    redis,
    prefix: `conformance-${++stores}`,
    retention: { alert: 30 * 86_400_000, event: 7 * 86_400_000 },
    commandTimeout: 120_000,
    waitReplicas: 0,
    rates: () => ({ post: { perSecond: 2, burst: 3 }, update: { perSecond: 1, burst: 1 } }),
    now: () => clock.now,
    onMarked: (channels) => marked.push(...channels),
    openingOf: (channel) => opening.of?.(channel),
    onDue: (alerts) => due.push(...alerts.map(({ id }) => id)),
  });
  await store.measureSkew();
  // No farmhand of before ever ran in it.
  await redis.hset(store.keys.mark, 'places', 0);
  return {
    ...store,
    clock,
    marked,
    due,
    opening,
    books: () => store.queries.books(),
    event: (id) => store.queries.event(id),
    journal: (id) => store.queries.journal(id),
    [Symbol.asyncDispose]: async () => redis.disconnect(),
  };
});
