import { Redis } from 'ioredis';
import { afterAll, beforeAll } from 'vitest';
import { startClusterNode } from '../../../sandbox/redis/cluster.ts';
import type { RedisServer } from '../../../sandbox/redis/start.ts';
import { usualRetention } from '../../../src/integrations/redis/rebuilds/rebuild-write-plan.ts';
import { createKeys } from '../../../src/integrations/redis/shared/keys.ts';
import type { LostName } from '../../../src/rebuild/model/lost.ts';
import { startedAt } from '../../builders/rebuild.ts';
import { recordStore } from '../../support/redis/store.ts';
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
  const store = recordStore({
    redis,
    prefix,
    rebuildRetention: () => ({ ...usualRetention, lines }),
    commandTimeout: 120_000,
    now: () => clock.now,
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
