import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bundle } from '../../../scripts/bundle/bundle.ts';
import { openRebuildScene, type RebuildScene, rami } from '../support/rebuild-scene.ts';
import { sam } from '../support/scene.ts';
import { alertIdOf, webhook } from '../support/webhook.ts';

/** farmhand as the image has it: with what it reads by path, and what it loads only when it is used. */
const folder = mkdtempSync(join(tmpdir(), 'farmhand-bundle-'));
const main = join(folder, 'dist/main.js');
let on: RebuildScene;
beforeAll(async () => {
  await bundle(join(folder, 'dist'));
  on = await openRebuildScene({}, { main });
});
afterAll(async () => {
  await on?.[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

const run = (file: string, ...args: readonly string[]) => {
  const { world } = on.scene;
  const env = { ...process.env, ...world.secrets, ...world.rebuilds?.env };
  return spawnSync(process.execPath, [file, ...args], { cwd: folder, env, encoding: 'utf8' });
};

test('an alert becomes a thread, also when its body is read in a thread of its own', async () => {
  const { client, root, rootSaying, click } = on.scene;
  const alert = { name: 'Disk' };
  await client.send(webhook(alert));
  await click(await root(alertIdOf(alert)), sam, 'acknowledge');
  await rootSaying(alertIdOf(alert), /Acknowledged/);
  const crowd = Array.from({ length: 40 }, (_, n) => ({ name: `Large${n}`, summary: 'x'.repeat(8_000) }));
  await client.send(webhook(...crowd));
  await root(alertIdOf(crowd[39] ?? alert));
});

test('a rebuild reaches its cluster, its repository, its engine and its ticket', {
  timeout: 240_000,
}, async () => {
  const { id } = await on.start(rami, 'system6');
  const ended = await on.books.told(id, 150_000);
  expect(ended).toMatchObject({ phase: 'released', ticket: { key: expect.stringMatching(/^\w+-\d+$/) } });
});

test('its commands answer, and what an auditor is given verifies itself', async () => {
  const { configFile } = on.scene.world;
  expect(run(main, 'check', configFile)).toMatchObject({ status: 0, stderr: '' });
  expect(run(main, 'audit', 'verify', '--config', configFile)).toMatchObject({ status: 0, stderr: '' });
  const pack = join(folder, 'pack');
  expect(run(main, 'audit', 'export', '--config', configFile, '--out', pack)).toMatchObject({ status: 0 });
  expect(readdirSync(pack).sort()).toEqual([
    'README.txt',
    'audit.ndjson',
    'checkpoints.ndjson',
    'index.html',
    'verify.mjs',
  ]);
  expect(run(join(pack, 'verify.mjs'), join(pack, 'audit.ndjson')).status).toBe(0);
});
