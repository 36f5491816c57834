import { Redis } from 'ioredis';
import { expect, test } from 'vitest';
import { StoreUnavailable } from '../../../../src/core/errors.ts';
import { createIntakeQuota } from '../../../../src/intake/quota.ts';
import { createSharedQuotas } from '../../../../src/integrations/redis/intake/shared-quotas.ts';
import { createKeys } from '../../../../src/integrations/redis/shared/keys.ts';
import { redisOfFile } from '../../../support/redis/of-file.ts';

const server = redisOfFile();

const limits: Readonly<Record<string, number>> = { alpha: 10, beta: 1_000 };
/** A process that takes events in; its clock is its own, and wrong by as much. */
const processOf = (prefix: string, wrongBy = 0) => {
  const quota = createIntakeQuota(
    (tier) => limits[tier],
    () => Date.now() + wrongBy,
  );
  const shared = createSharedQuotas(server.redis, createKeys(prefix));
  return { quota, share: () => shared.share(quota) };
};

test('two processes with clocks that differ have one quota', async () => {
  const [one, other] = [processOf('two'), processOf('two', 3_600_000)];
  one.quota.charge('alpha', 60);
  other.quota.charge('alpha', 60);
  // Neither knows yet that the ten seconds' worth is gone.
  expect([one.quota.waitMs('alpha'), other.quota.waitMs('alpha')]).toEqual([0, 0]);
  for (const { share } of [one, other, one]) await share();
  for (const { quota } of [one, other]) {
    // 120 of 100: 20 are to be paid, at 10 a second, and one more.
    expect(quota.waitMs('alpha')).toBeGreaterThan(1_700);
    expect(quota.waitMs('alpha')).toBeLessThanOrEqual(2_100);
    expect(quota.waitMs('beta')).toBe(0);
  }
});

test('whoever was away hears of it with the first word, and what was taken in meanwhile counts once', async () => {
  const [one, other] = [processOf('late'), processOf('late')];
  one.quota.charge('alpha', 90);
  await one.share();
  await one.share();
  other.quota.charge('alpha', 1);
  await other.share();
  expect(other.quota.waitMs('alpha')).toBe(0);
  other.quota.charge('alpha', 12);
  // Its own are known before they are told.
  expect(other.quota.waitMs('alpha')).toBeGreaterThan(0);
});

test('nobody is asked while there is nothing to tell, and what is paid for is gone from Redis', async () => {
  const { quota, share } = processOf('rest');
  const before = await server.redis.info('commandstats');
  await share();
  expect(/cmdstat_evalsha:calls=(\d+)/.exec(await server.redis.info('commandstats'))?.[1]).toBe(
    /cmdstat_evalsha:calls=(\d+)/.exec(before)?.[1],
  );
  quota.charge('beta', 100);
  await share();
  const ttl = await server.redis.pttl(createKeys('rest').quota('beta'));
  expect(ttl).toBeGreaterThan(1_000);
  expect(ttl).toBeLessThanOrEqual(1_100);
});

test('Redis is away: each goes on with what it knows, and nothing waits for an answer that never comes', async () => {
  const { quota } = processOf('away');
  const dead = new Redis({ port: 1, lazyConnect: true, enableOfflineQueue: false });
  const gone = createSharedQuotas(dead, createKeys('away'));
  quota.charge('alpha', 50);
  expect(quota.unheardMs('alpha')).toBeGreaterThan(0);
  await expect(gone.share(quota)).rejects.toBeInstanceOf(StoreUnavailable);
  expect([quota.unheardMs('alpha'), quota.waitMs('alpha')]).toEqual([0, 0]);
  quota.charge('alpha', 60);
  expect(quota.waitMs('alpha')).toBeGreaterThan(900);
});
