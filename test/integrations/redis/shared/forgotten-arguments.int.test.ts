import { once } from 'node:events';
import { Command } from 'ioredis';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connectRedis } from '../../../../src/integrations/redis/shared/client.ts';
import { redisOfFile } from '../../../support/redis/of-file.ts';

const server = redisOfFile();
let redis: ReturnType<typeof connectRedis>;
beforeAll(async () => {
  redis = connectRedis({ to: server.url, commandTimeout: 5_000 });
  await once(redis, 'ready');
});
afterAll(() => redis.disconnect());

test('an answered command holds its record no longer, and its answer is the same', async () => {
  const set = new Command('set', ['key', 'a record'], { replyEncoding: 'utf8' });
  expect(await redis.sendCommand(set)).toBe('OK');
  expect(set.args).toEqual([]);
  expect(await redis.get('key')).toBe('a record');
});

test('one that is refused keeps what it was sent with: the error tells of it', async () => {
  const wrong = new Command('lpush', ['key', 'x'], { replyEncoding: 'utf8' });
  await expect(redis.sendCommand(wrong)).rejects.toMatchObject({
    command: { name: 'lpush', args: ['key', 'x'] },
  });
  expect(wrong.args).toEqual(['key', 'x']);
});

test('a script that Redis does not know is sent once more, whole', async () => {
  redis.defineCommand('echoed', { numberOfKeys: 1, lua: 'return {KEYS[1], ARGV[1]}' });
  const echoed = (): Promise<unknown> => Reflect.apply(Reflect.get(redis, 'echoed'), redis, ['key', 'text']);
  expect(await echoed()).toEqual(['key', 'text']);
  await server.redis.script('FLUSH');
  expect(await echoed()).toEqual(['key', 'text']);
});

test('a transaction answers for each of its commands', async () => {
  const answers = await redis.multi().set('other', '1').incr('other').exec();
  expect(answers).toEqual([
    [null, 'OK'],
    [null, 2],
  ]);
});
