import { once } from 'node:events';
import { expect, onTestFinished, test } from 'vitest';
import { startRedis } from '../../../../sandbox/redis/start.ts';
import { createRepeats } from '../../../../src/integrations/redis/alerts/dead-letters.ts';
import { connectRedis } from '../../../../src/integrations/redis/shared/client.ts';
import { createKeys } from '../../../../src/integrations/redis/shared/keys.ts';

const connected = async (url: string) => {
  const redis = connectRedis({ to: url, commandTimeout: 1_500 });
  if (redis.status !== 'ready') await once(redis, 'ready');
  onTestFinished(() => redis.disconnect());
  return redis;
};

test('how often unreadable content came is counted for all processes, and forgotten a day after its first time', async () => {
  await using server = await startRedis();
  const [one, other] = [await connected(server.url), await connected(server.url)];
  const keys = createKeys('repeats-test');
  const [here, there] = [createRepeats(one, keys), createRepeats(other, keys)];

  expect(await here.counted(['a', 'b'])).toEqual([0, 0]);
  await here.count(['a', 'b', 'a']);
  await there.count(['a']);
  expect(await there.counted(['b', 'a', 'c'])).toEqual([1, 3, 0]);

  await one.expire(keys.deadRepeat('a'), 1_000);
  await here.count(['a']);
  // Coming again does not make it last: a fault that goes on is in the dead letters once a day.
  expect(await one.ttl(keys.deadRepeat('a'))).toBeLessThanOrEqual(1_000);
  expect(await one.ttl(keys.deadRepeat('b'))).toBeGreaterThan(86_000);
});
