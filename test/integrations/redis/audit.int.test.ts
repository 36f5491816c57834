import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type RedisServer, startRedis } from '../../../sandbox/redis/start.ts';
import { createAuditLog } from '../../../src/audit/chain/audit-log.ts';
import { verifyChain } from '../../../src/audit/chain/copy.ts';
import { createRecordStore } from '../../../src/integrations/redis/record-store.ts';
import { writeOf } from '../../../src/rebuild/model/transition.ts';
import { aRebuild } from '../../builders/rebuild.ts';
import { stopwatch } from '../../support/stopwatch.ts';

let server: RedisServer;
let redis: Redis;
beforeAll(async () => {
  server = await startRedis();
  redis = new Redis(server.url);
});
afterAll(async () => {
  redis.disconnect();
  await server.stop();
});

const day = 86_400_000;
const stamp = () => ({ software: { version: '0.2.0', config: 'c0ffee' }, safe: (text: string) => text });
let prefixes = 0;
const open = () => {
  const store = createRecordStore({
    redis,
    prefix: `a-${++prefixes}`,
    retention: { alert: 30 * day, event: 7 * day },
    commandTimeout: 4_000,
    waitReplicas: 0,
    rates: () => ({ post: { perSecond: 2, burst: 3 }, update: { perSecond: 1, burst: 1 } }),
    now: Date.now,
    onMarked: () => {},
    onDue: () => {},
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
  await redis.set(on.keys.auditInbox, 'in the way');
  await expect(claim(on)).rejects.toThrow('WRONGTYPE');
  expect(await on.rebuilds.get(id)).toMatchObject({ version: 1, effects: [] });
  await redis.del(on.keys.auditInbox);
  await redis.set(on.keys.audit, 'in the way');
  await claim(on);
  const watch = stopwatch();
  expect(await on.log.unproven('p1.7')).toMatch(
    /^Nothing was changed: its audit record could not be written/,
  );
  expect(watch.stop()).toBeLessThan(2_500);
  // What waits is not lost by that.
  await redis.del(on.keys.audit);
  expect(await on.log.unproven('p1.7')).toBeUndefined();
});

test('a Redis that hangs refuses within two seconds', async () => {
  await using hanging = await startRedis();
  const slow = new Redis(hanging.url, { commandTimeout: 60_000 });
  const store = createRecordStore({
    redis: slow,
    prefix: 'hangs',
    retention: { alert: day, event: day },
    commandTimeout: 60_000,
    waitReplicas: 0,
    rates: () => ({ post: { perSecond: 2, burst: 3 }, update: { perSecond: 1, burst: 1 } }),
    now: Date.now,
    onMarked: () => {},
    onDue: () => {},
    stamp,
  });
  const log = createAuditLog({ chain: store.audit, stamp, now: Date.now });
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
      await log.record([
        {
          type: 'audit_read',
          time_utc: '2026-11-20T00:00:00.000Z',
          actor: { id: `n${n}` },
          object: { kind: 'audit', id: 'chain' },
          outcome: 'done',
        },
      ]);
      await log.seal();
    }),
  );
  expect(await verifyChain(on.audit, [])).toMatchObject({ records: 600, problems: [] });
  const actors = (await on.audit.lines(1, 1_000)).map((line) => JSON.parse(line).actor.id);
  expect(new Set(actors).size).toBe(600);
});
