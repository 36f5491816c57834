import { Redis } from 'ioredis';
import { afterAll, beforeAll } from 'vitest';
import { startClusterNode } from '../../../sandbox/redis/cluster.ts';
import type { RedisServer } from '../../../sandbox/redis/start.ts';
import { usualRetention } from '../../../src/integrations/redis/rebuilds/rebuild-write-plan.ts';
import { createRecordStore } from '../../../src/integrations/redis/record-store.ts';
import { createKeys } from '../../../src/integrations/redis/shared/keys.ts';
import type { LostName } from '../../../src/rebuild/model/lost.ts';
import { startedAt } from '../../builders/rebuild.ts';
import { adoptedConformance } from './adopted.ts';
import { rebuildsConformance, telling } from './rebuilds.ts';

let server: RedisServer;
beforeAll(async () => {
  server = await startClusterNode();
});
afterAll(() => server.stop());

let stores = 0;

const open = async ({ lines = usualRetention.lines }: { readonly lines?: number } = {}) => {
  const redis = new Redis(server.url);
  const clock = { now: startedAt, least: 1 };
  const told: string[] = [];
  const prefix = `rebuilds-${++stores}`;
  const store = createRecordStore({
    redis,
    prefix,
    rebuildRetention: () => ({ ...usualRetention, lines }),
    retention: { alert: 30 * 86_400_000, event: 7 * 86_400_000 },
    commandTimeout: 120_000,
    waitReplicas: 0,
    rates: () => ({ post: { perSecond: 2, burst: 3 }, update: { perSecond: 1, burst: 1 } }),
    now: () => clock.now,
    onMarked: () => {},
    onDue: () => {},
    firstNumber: () => clock.least,
    onRebuildDue: telling(told),
  });
  await store.measureSkew();
  return {
    store: store.rebuilds,
    queries: store.rebuildQueries,
    clock,
    told,
    lose: async (name: LostName) => {
      await redis.hset(createKeys(prefix).lostRebuilds, name.id, JSON.stringify(name));
    },
    [Symbol.asyncDispose]: async () => redis.disconnect(),
  };
};

rebuildsConformance(open);
adoptedConformance(open);
