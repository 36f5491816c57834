import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openAuditBox } from '../../src/app/records/audit-box.ts';
import { createAuditLog } from '../../src/audit/chain/audit-log.ts';
import { sealEntries } from '../../src/audit/chain/seal.ts';
import type { AuditEntry } from '../../src/audit/record.ts';
import { runAuditExport, runAuditVerify } from '../../src/cli/audit.ts';
import { createKeys } from '../../src/integrations/redis/shared/keys.ts';
import { anAuditEntry, aStamp, beginning } from '../builders/audit.ts';
import { auditChainOn } from '../support/audit-chain.ts';
import { redisOfFile } from '../support/redis/of-file.ts';
import { unzip } from '../support/unzip.ts';
import { fakeTerminal } from './fake-terminal.ts';

const server = redisOfFile();

const entry = (rebuild: string, day: number): AuditEntry =>
  anAuditEntry({
    time_utc: new Date(Date.UTC(2026, 10, day)).toISOString(),
    object: { kind: 'rebuild', id: rebuild },
    command: { verb: 'pause' },
  });

let prefixes = 0;
const world = async (...entries: readonly AuditEntry[]) => {
  const prefix = `audit-cli-${++prefixes}`;
  const keys = createKeys(prefix);
  const chain = auditChainOn(server.redis, prefix);
  const log = createAuditLog({ chain, stamp: () => aStamp(), now: Date.now });
  await log.record(entries);
  await log.seal();
  const folder = mkdtempSync(join(tmpdir(), 'farmhand-audit-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const files: Record<string, string> = {
    'farmhand.yml': `slack: { default_channel: C0DEFAULT, bot_token: { env: T }, app_token: { env: A } }
http: { events_token: { env: E } }
redis: { url: '${server.url}', prefix: ${prefix} }
`,
  };
  const terminal = fakeTerminal(files);
  const env = { T: 'xoxb-1-2-abcdefghij', A: 'xapp-1-2-abcdefghij', E: 'an-events-token-of-tests' };
  return {
    keys,
    chain,
    folder,
    files,
    terminal: { ...terminal, env, now: () => Date.UTC(2026, 10, 28) },
    said: terminal,
  };
};
const common = { config: 'farmhand.yml', version: '0.2.0' };
const deps = { openAuditBox };
const lastOf = async ({ chain }: Awaited<ReturnType<typeof world>>) => {
  const lines = await chain.lines(1, 100);
  return JSON.parse(lines.at(-1) ?? '');
};

test('verify: a chain that nobody touched is whole, and that it was read is on record', async () => {
  const on = await world(entry('a', 20), entry('b', 20));
  expect(await runAuditVerify(common, on.terminal, deps)).toBe(0);
  expect(on.said.stdout()).toContain('Whole: 3 records, 1 to 3');
  expect(await lastOf(on)).toMatchObject({
    seq: 3,
    type: 'audit_read',
    command: { verb: 'verify' },
    actor: { id: expect.stringMatching(/^cli:./) },
  });
});

test('verify: what was removed is found at its place, from the middle and from the end', async () => {
  const on = await world(entry('a', 20), entry('b', 20), entry('c', 20));
  await server.redis.xdel(on.keys.audit, '2-0', '3-0');
  expect(await runAuditVerify(common, on.terminal, deps)).toBe(1);
  expect(on.said.stderr()).toContain('NOT whole: 1 problem in 2 records, 1 to 4');
  expect(on.said.stderr()).toContain('records 2 to 3 are missing');
});

test('verify: a chain that was written again is found with what is kept elsewhere', async () => {
  const on = await world(entry('a', 20), entry('b', 20));
  on.files['kept.ndjson'] = `${(await on.chain.lines(1, 9)).join('\n')}\n`;
  await server.redis.del(on.keys.audit);
  const forged = sealEntries(beginning, [entry('a', 21), entry('b', 21)]);
  await on.chain.append(beginning, forged, []);
  expect(await runAuditVerify({ ...common, against: 'kept.ndjson' }, on.terminal, deps)).toBe(1);
  expect(on.said.stderr()).toContain('record 1 is another one than the checkpoint says');
});

test('export: a pack that can be read, and verified by itself', async () => {
  const on = await world(entry('a', 19), entry('b', 20), entry('a', 21), entry('b', 22), entry('a', 23));
  const out = join(on.folder, 'pack');
  expect(await runAuditExport({ ...common, out, rebuild: 'b' }, on.terminal, deps)).toBe(0);
  expect(on.said.stdout()).toContain('2 records, and 1 in between');
  expect(readdirSync(out).sort()).toEqual([
    'README.txt',
    'audit.ndjson',
    'checkpoints.ndjson',
    'index.html',
    'verify.mjs',
  ]);
  const verify = () =>
    spawnSync(process.execPath, ['verify.mjs', 'audit.ndjson', 'checkpoints.ndjson'], {
      cwd: out,
      encoding: 'utf8',
    }).stdout;
  expect(verify()).toMatch(
    /^Whole: 3 records, 2 to 4; the head is [0-9a-f]{64}\.\n1 compared with a checkpoint\.\n$/,
  );
  const lines = readFileSync(join(out, 'audit.ndjson'), 'utf8');
  writeFileSync(join(out, 'audit.ndjson'), lines.replace('2026-11-22', '2026-11-21'));
  expect(verify()).toContain('record 4 is not what it was');
  expect(await lastOf(on)).toMatchObject({
    type: 'audit_read',
    command: { verb: 'export', what: ['rebuild b'] },
  });
});

test('export: one file, where its name ends with .zip', async () => {
  const on = await world(entry('a', 19), entry('b', 20));
  const out = join(on.folder, 'pack.zip');
  expect(await runAuditExport({ ...common, out, rebuild: 'b' }, on.terminal, deps)).toBe(0);
  const files = unzip(readFileSync(out));
  expect([...files.keys()]).toEqual([
    'index.html',
    'README.txt',
    'audit.ndjson',
    'checkpoints.ndjson',
    'verify.mjs',
  ]);
  expect(String(files.get('index.html'))).toContain('When this page was written they were verified:');
});

test('export: nothing is about it, and nothing is written', async () => {
  const on = await world(entry('a', 20));
  const out = join(on.folder, 'pack');
  await expect(runAuditExport({ ...common, out, rebuild: 'none' }, on.terminal, deps)).rejects.toThrow(
    'No audit record is about rebuild none. Nothing was written.',
  );
  expect(readdirSync(on.folder)).toEqual([]);
});

test('export: a time range', async () => {
  const on = await world(entry('a', 19), entry('b', 20), entry('a', 21));
  const out = join(on.folder, 'pack');
  const [from, to] = [Date.UTC(2026, 10, 20), Date.UTC(2026, 10, 21)];
  await runAuditExport({ ...common, out, from, to }, on.terminal, deps);
  const [line = ''] = readFileSync(join(out, 'audit.ndjson'), 'utf8').split('\n');
  expect(JSON.parse(line).object.id).toBe('b');
});

test.each([
  [
    'garbage',
    'line 1 is no checkpoint: it must be JSON with seq and hash, or text of a ticket with “record …, SHA-256 …”',
  ],
  [
    '{"seq":1,"hash":"a"}\n{"seq":"2","hash":"b"}',
    'line 2 is no checkpoint: it must be JSON with seq and hash, or text of a ticket with “record …, SHA-256 …”',
  ],
  [
    'null',
    'line 1 is no checkpoint: it must be JSON with seq and hash, or text of a ticket with “record …, SHA-256 …”',
  ],
])('verify: what is no checkpoint is told, and nothing is read: %j', async (text, says) => {
  const on = await world(entry('a', 20));
  on.files['kept.ndjson'] = text;
  await expect(runAuditVerify({ ...common, against: 'kept.ndjson' }, on.terminal, deps)).rejects.toThrow(
    `kept.ndjson: ${says}. Nothing was verified.`,
  );
  expect((await lastOf(on)).type).toBe('command');
});

test('verify: a file without a record is not called whole', async () => {
  const on = await world();
  const file = join(on.folder, 'empty.ndjson');
  writeFileSync(file, '');
  expect(await runAuditVerify({ ...common, file }, on.terminal, deps)).toBe(1);
  expect(on.said.stderr()).toContain('There is no record.');
});
