import { Redis } from 'ioredis';
import { afterAll, beforeAll } from 'vitest';
import { startClusterNode } from '../../../sandbox/redis/cluster.ts';
import type { RedisServer } from '../../../sandbox/redis/start.ts';
import { t0 } from '../../builders/event.ts';
import { recordStore } from '../../support/redis/store.ts';
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
  const store = recordStore({
    redis,
    prefix: `conformance-${++stores}`,
    commandTimeout: 120_000,
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
