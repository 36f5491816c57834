import { expect, test } from 'vitest';
import { claimRecords } from '../../../../src/integrations/redis/primary/installation.ts';
import { createKeys } from '../../../../src/integrations/redis/shared/keys.ts';
import { redisOfFile } from '../../../support/redis/of-file.ts';

const server = redisOfFile();

const open = (prefix: string) => {
  const { redis } = server;
  const keys = createKeys(prefix);
  const claim = (name?: string, takes_over?: string) =>
    claimRecords(redis, { key: keys.installation, prefix: keys.prefix }, { name, takes_over });
  return { redis, keys, claim };
};

test('the first to come has the records; all its processes do, and another installation is told what to do', async () => {
  const a = open('shared');
  expect(await Promise.all([a.claim('one/farmhand'), a.claim('one/farmhand')])).toEqual([[], []]);
  expect(await a.claim('two/farmhand')).toEqual([
    {
      path: 'redis.prefix',
      message:
        'the records behind {shared}: are those of another installation, one/farmhand, and this one is two/farmhand. Two on the same records would post each other’s alerts. Give one of them a redis.prefix (or a database) of its own; or, if one/farmhand is gone for good and this one takes its place, set installation.takes_over: one/farmhand',
    },
  ]);
  expect(await a.redis.get(a.keys.installation)).toBe('one/farmhand');
});

test('of two that come at once one has them', async () => {
  const a = open('race');
  const found = await Promise.all(['one', 'two', 'three'].map((name) => a.claim(name)));
  expect(found.filter((problems) => problems.length === 0)).toHaveLength(1);
});

test('they are taken over from the one that is named, and from no other', async () => {
  const a = open('moved');
  await a.claim('old');
  expect(await a.claim('new', 'other')).toHaveLength(1);
  expect(await a.claim('new', 'old')).toEqual([]);
  // Whoever had them does not get them back by a restart.
  expect(await a.claim('old')).toHaveLength(1);
});

test('without a name nothing is looked at or written, as before there were names', async () => {
  const a = open('nameless');
  expect(await a.claim()).toEqual([]);
  expect(await a.redis.exists(a.keys.installation)).toBe(0);
  await a.claim('one');
  expect(await a.claim()).toEqual([]);
});
