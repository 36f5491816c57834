import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { verifyFile } from '../../src/audit/chain/verify.mjs';
import type { AuditRecord } from '../../src/audit/record.ts';
import { createKeys } from '../../src/integrations/redis/shared/keys.ts';
import { openAuditTrail } from './support/audit-trail.ts';
import { openScene, type Scene, sam, unpaced } from './support/scene.ts';
import { until } from './support/until.ts';
import { alertIdOf, webhook } from './support/webhook.ts';

let folder: string;
let copy: string;
let scene: Scene;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'farmhand-audit-'));
  copy = join(folder, 'chain.ndjson');
  scene = await openScene({ ...unpaced, sections: { audit: { file: copy } } });
});
afterAll(async () => {
  await scene?.[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

/** All records once one is as asked for; what waits is sealed within a second. */
const trail = async (what: string, has: (record: AuditRecord) => boolean) => {
  using open = openAuditTrail(scene.world.redis.url);
  const seen = await until(
    what,
    () => open.read(),
    ({ records }) => records.some(has),
  );
  expect(seen.verified.problems).toEqual([]);
  return seen.records;
};
const metric = async (name: string): Promise<string | undefined> => {
  const text = await (await fetch(`${scene.client.url}/metrics`)).text();
  return text.split('\n').find((line) => line.startsWith(`${name} `));
};

test('what people ask of an alert, and what is changed for it, is in the chain', async () => {
  const alert = { name: 'Disk' };
  const id = alertIdOf(alert);
  await scene.client.send(webhook(alert));
  const root = await scene.root(id);
  await scene.click(root, sam, 'acknowledge');
  await scene.rootSaying(id, /Acknowledged/);
  await scene.say(root, sam, 'silence 2h because the disk is swapped');
  await scene.rootSaying(id, /Silenced/i);
  const records = await trail(
    'the silence',
    ({ type, after, object }) =>
      object.id === id && type === 'change_outcome' && after?.['change'] === 'silence',
  );
  const mine = records.filter(({ object }) => object.id === id);
  const told = mine
    .filter(({ after }) => after?.['change'] !== 'ticket')
    .map(({ type, actor, on_behalf_of, command, after, outcome }) =>
      [type, on_behalf_of?.id ?? actor.id, command?.['verb'] ?? after?.['change'], outcome].join(' '),
    );
  expect(told).toEqual([
    `command ${sam} acknowledge done`,
    `command ${sam} silence done`,
    `change_intent ${sam} silence intended`,
    `change_outcome ${sam} silence done`,
  ]);
  const asked = mine.find(({ command }) => command?.['verb'] === 'silence');
  expect(asked).toMatchObject({
    authz: { allowed: true, role: 'on-call', through: 'S0SRE' },
    why: { alert: 'Disk', reason: 'the disk is swapped' },
  });
}, 60_000);

test('another config says what is in force now, and who may do what', async () => {
  const { configFile } = scene.world;
  const config = parse(readFileSync(configFile, 'utf8'));
  writeFileSync(
    configFile,
    stringify({ ...config, access: { ...config.access, groups: { S0SRE: ['on-call'] } } }),
  );
  scene.farmhand().signal('SIGHUP');
  const records = await trail('the change', ({ type }) => type === 'config_changed');
  const started = records.find(({ type }) => type === 'software_started');
  const changed = records.find(({ type }) => type === 'config_changed');
  expect(changed).toMatchObject({
    before: { config: started?.software?.config },
    after: { in_force: ['access.groups.S0L1'], after_a_restart: [] },
  });
  expect(started?.after?.['access']).toContain('group S0L1: on-call');
  expect(changed?.after?.['access']).not.toContain('group S0L1: on-call');
  expect(changed?.after?.['config']).not.toBe(started?.software?.config);
}, 60_000);

test('the chain is gone from Redis: it is put back from the file, and that is on record', async () => {
  const before = await trail('the records', () => true);
  await until(
    'the second copy',
    () => verifyFile(copy, undefined),
    ({ records }) => records >= before.length,
  );
  await scene.farmhand().stop();
  await scene.redis.del(createKeys('farmhand').audit);
  await scene.start();
  const records = await trail('that it was broken', ({ type }) => type === 'audit_broken');
  expect(records.slice(0, before.length)).toEqual(before);
  expect(records.find(({ type }) => type === 'audit_broken')?.error).toMatch(
    /^Records 1 to \d+ were missing in Redis\. They were put back from the file\.$/,
  );
  expect(await verifyFile(copy, undefined)).toMatchObject({ problems: [] });
}, 90_000);

test('a record is edited in Redis: the next start says which, and farmhand goes on', async () => {
  const keys = createKeys('farmhand');
  await scene.farmhand().stop();
  const [[, fields] = ['', []]] = await scene.redis.xrange(keys.audit, '2-0', '2-0');
  const line = fields[fields.indexOf('r') + 1] ?? '';
  // Redis lets nobody edit an entry: all of the stream is written again, with one word changed.
  const all = await scene.redis.xrange(keys.audit, '-', '+');
  await scene.redis.del(keys.audit);
  for (const [entryId, values] of all) {
    const forged = values.map((value) => (value === line ? value.replace('"done"', '"held"') : value));
    await scene.redis.xadd(keys.audit, entryId, ...forged);
  }
  await scene.start();
  await scene.farmhand().waitForLine(/The audit is not whole/);
  await until(
    'the metric',
    () => metric('farmhand_audit_whole'),
    (found) => found === 'farmhand_audit_whole 0',
  );
  using open = openAuditTrail(scene.world.redis.url);
  const { verified } = await open.read();
  expect(verified.problems.map(({ code, seq }) => ({ code, seq }))).toEqual([{ code: 'edited', seq: 2 }]);
  const alert = { name: 'GoesOn' };
  await scene.client.send(webhook(alert));
  await scene.root(alertIdOf(alert));
}, 90_000);
