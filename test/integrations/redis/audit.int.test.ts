import { Redis } from 'ioredis';
import { expect, test } from 'vitest';
import { startRedis } from '../../../sandbox/redis/start.ts';
import { createAuditLog } from '../../../src/audit/chain/audit-log.ts';
import { verifyChain } from '../../../src/audit/chain/copy.ts';
import { writeOf } from '../../../src/rebuild/model/transition.ts';
import { anAuditEntry, aStamp } from '../../builders/audit.ts';
import { aRebuild } from '../../builders/rebuild.ts';
import { redisOfFile } from '../../support/redis/of-file.ts';
import { recordStore } from '../../support/redis/store.ts';
import { stopwatch } from '../../support/stopwatch.ts';

const server = redisOfFile();

const stamp = () => aStamp();
let prefixes = 0;
const open = (redis = server.redis, commandTimeout = 4_000) => {
  const store = recordStore({
    redis,
    prefix: `a-${++prefixes}`,
    commandTimeout,
    stamp,
  });
  return { ...store, log: createAuditLog({ chain: store.audit, stamp, now: Date.now }) };
};

const ask = { instance: 'system6', day: '20261120', draft: 'd-1', limit: 20 };
const id = 'system6-20261120-1';
const claimed = {
  key: `${id}/farmers/1`,
  effect: { kind: 'scale', role: 'farmer', from: 0, to: 24 },
  state: 'claimed',
  step: 'farmers',
  at: 1,
  attempts: 1,
  claim: 'p1.7',
} as const;
const withRebuild = async () => {
  const on = open();
  await on.rebuilds.create(ask, (name) => writeOf({ ...aRebuild(), id: name }));
  return on;
};
const claim = (on: ReturnType<typeof open>) =>
  on.rebuilds.update(id, (rebuild) => ({ write: writeOf({ ...rebuild, effects: [claimed] }) }));

test('an intent is written with the claim, and proven from then on', async () => {
  const on = await withRebuild();
  expect(await on.log.unproven('p1.7')).toMatch(/^Nothing was changed: its audit record is not in the chain/);
  await claim(on);
  expect(await on.log.unproven('p1.7')).toBeUndefined();
  const records = (await on.audit.lines(1, 9)).map((line) => JSON.parse(line));
  expect(records).toMatchObject([
    {
      seq: 1,
      type: 'change_intent',
      action_id: 'p1.7',
      correlation: { version: 2 },
      software: stamp().software,
    },
  ]);
});

test('where the audit takes nothing, nothing is written, and nothing is changed', async () => {
  const on = await withRebuild();
  await server.redis.set(on.keys.auditInbox, 'in the way');
  await expect(claim(on)).rejects.toThrow('WRONGTYPE');
  expect(await on.rebuilds.get(id)).toMatchObject({ version: 1, effects: [] });
  await server.redis.del(on.keys.auditInbox);
  await server.redis.set(on.keys.audit, 'in the way');
  await claim(on);
  const watch = stopwatch();
  expect(await on.log.unproven('p1.7')).toMatch(
    /^Nothing was changed: its audit record could not be written/,
  );
  expect(watch.stop()).toBeLessThan(2_500);
  // What waits is not lost by that.
  await server.redis.del(on.keys.audit);
  expect(await on.log.unproven('p1.7')).toBeUndefined();
});

test('a Redis that hangs refuses within two seconds', async () => {
  await using hanging = await startRedis();
  const slow = new Redis(hanging.url, { commandTimeout: 60_000 });
  const { log } = open(slow, 60_000);
  await log.seal();
  hanging.pause();
  const watch = stopwatch();
  expect(await log.unproven('p1.7')).toContain('no answer within 2000 ms');
  expect(watch.stop()).toBeLessThan(2_500);
  hanging.resume();
  slow.disconnect();
});

test('many processes seal at once, and it is one chain with each entry once', async () => {
  const on = open();
  const logs = Array.from({ length: 6 }, () => createAuditLog({ chain: on.audit, stamp, now: Date.now }));
  await Promise.all(
    Array.from({ length: 600 }, async (_, n) => {
      const log = logs[n % logs.length] ?? on.log;
      await log.record([anAuditEntry({ actor: { id: `n${n}` } })]);
      await log.seal();
    }),
  );
  expect(await verifyChain(on.audit, [])).toMatchObject({ records: 600, problems: [] });
  const actors = (await on.audit.lines(1, 1_000)).map((line) => JSON.parse(line).actor.id);
  expect(new Set(actors).size).toBe(600);
});
