import { cp, readdir, rm, stat, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { BoxMessage } from '../../../sandbox/slack/control/control.ts';
import { channels, openScene, type Scene, sam, unpaced } from '../support/scene.ts';
import { until } from '../support/until.ts';
import { alertIdOf, fingerprintOf, type WebhookAlert, webhook } from '../support/webhook.ts';

/*
 * Redis is gone, in each of the ways in which it comes back. What is asserted: one thread an alert, and nothing that its source
 * repeats is lost. What is printed is the table of docs/disaster-recovery.md.
 */
let scene: Scene;
const measured: (readonly string[])[] = [];
beforeAll(async () => {
  scene = await openScene({ ...unpaced, routes: [] });
});
afterAll(async () => {
  await scene?.[Symbol.asyncDispose]();
  for (const row of measured) console.log(`| ${row.join(' | ')} |`);
});

const early = 40;
const late = 10;
const alertsOf = (name: string): readonly WebhookAlert[] =>
  Array.from({ length: early + late }, (_, n) => ({ name, labels: { pod: `${name.toLowerCase()}-${n}` } }));
const rootsOf = async (name: string): Promise<readonly BoxMessage[]> =>
  (await scene.world.slack.control.messages(channels.alerts)).filter(
    ({ deleted, threadTs, text }) => !deleted && !threadTs && text.includes(`${name} on`),
  );
const rooted = (name: string, count: number) =>
  until(
    `${count} roots of ${name}`,
    () => rootsOf(name),
    ({ length }) => length >= count,
    60_000,
  );
const count = async (key: (series: string) => string, alerts: readonly WebhookAlert[]): Promise<number> =>
  scene.redis.exists(...alerts.map((alert) => key(fingerprintOf(alert))));
const records = (alerts: readonly WebhookAlert[]) => count((series) => `{farmhand}:s:${series}`, alerts);
const journals = (alerts: readonly WebhookAlert[]) =>
  scene.redis.exists(...alerts.map((alert) => `{farmhand}:j:${alertIdOf(alert)}`));

/** `kept`: taken when the first alerts are there; `back`: Redis is down, and up again when it resolves. */
const disaster = async (
  name: string,
  {
    kept = async () => {},
    back,
  }: { readonly kept?: () => Promise<void>; readonly back: () => Promise<void> },
) => {
  const alerts = alertsOf(name);
  await scene.client.send(webhook(...alerts.slice(0, early)));
  const [first] = await rooted(name, early);
  await scene.click(first as BoxMessage, sam, 'acknowledge');
  await until(
    'the acknowledgement',
    () => rootsOf(name),
    (all) => all.some(({ text }) => text.includes('Acknowledged')),
  );
  await scene.ledger.quiet();
  await kept();
  await scene.client.send(webhook(...alerts.slice(early)));
  const ts = new Set((await rooted(name, early + late)).map((root) => root.ts));
  await scene.ledger.quiet();

  const downAt = performance.now();
  await scene.world.redis.kill();
  await back();
  const upAt = performance.now();
  // Before farmhand has looked, or just after: nothing is on record by then that was not there.
  const [recordsLost, journalsLost] = [
    alerts.length - (await records(alerts)),
    alerts.length - (await journals(alerts)),
  ];
  const next = { name: `${name}Next`, labels: { pod: 'next' } };
  await scene.client.send(webhook(next));
  const accepted = performance.now() - upAt;
  await rooted(next.name, 1);
  const told = performance.now() - upAt;

  await scene.client.send(webhook(...alerts.slice(0, 25)));
  await scene.client.send(
    webhook(...alerts.slice(25).map((alert) => ({ ...alert, status: 'resolved' as const }))),
  );
  const saying = (roots: readonly BoxMessage[], word: string) =>
    roots.filter(({ text }) => text.includes(word)).length;
  const roots = await until(
    'their ends',
    () => rootsOf(name),
    (all) => saying(all, 'Resolved') === 25,
    60_000,
  );
  expect(new Set(roots.map((root) => root.ts))).toEqual(ts);
  expect(roots).toHaveLength(ts.size);
  expect(saying(roots, 'Acknowledged')).toBe(1);
  const seconds = (ms: number) => `${(ms / 1_000).toFixed(1)} s`;
  measured.push([
    ...[name, seconds(upAt - downAt), seconds(accepted), seconds(told)],
    ...[`${recordsLost} of ${alerts.length}`, `${journalsLost} of ${alerts.length}`, '0 threads'],
  ]);
  return { recordsLost, journalsLost };
};

const appendOnly = (): string => join(scene.world.redis.dir, 'appendonlydir');

test('killed, and its append-only file is whole: nothing is lost', async () => {
  const lost = await disaster('Whole', { back: () => scene.world.redis.restart() });
  expect(lost).toEqual({ recordsLost: 0, journalsLost: 0 });
});

test('the end of its append-only file is cut off: what was written last is found again', async () => {
  await disaster('CutOff', {
    back: async () => {
      const increments = (await readdir(appendOnly())).filter((file) => file.endsWith('.incr.aof'));
      const file = join(appendOnly(), increments.at(-1) ?? '');
      // In the middle of a command: Redis leaves out what is not whole.
      await truncate(file, (await stat(file)).size - 4_001);
      await scene.world.redis.restart();
    },
  });
});

test('an older copy of its files comes back: what came after it is found again', {
  tags: ['long'],
}, async () => {
  const copy = join(scene.world.dir, 'copy');
  const lost = await disaster('Older', {
    kept: () => cp(appendOnly(), copy, { recursive: true }),
    back: async () => {
      await rm(appendOnly(), { recursive: true });
      await cp(copy, appendOnly(), { recursive: true });
      await scene.world.redis.restart();
    },
  });
  expect(lost.recordsLost).toBe(late);
});

test('an export is put back: what came after it is found again', { tags: ['long'] }, async () => {
  const file = join(scene.world.dir, 'disaster.ndjson.gz');
  const lost = await disaster('Exported', {
    kept: async () => void (await scene.world.run(['export', file, '--while-running'])),
    back: async () => {
      await scene.farmhand().stop();
      await rm(appendOnly(), { recursive: true });
      await scene.world.redis.restart();
      await scene.world.run(['import', file]);
      await scene.start();
    },
  });
  expect(lost.recordsLost).toBe(late);
});

test('nothing comes back: every thread is found again, the journals are not', {
  tags: ['long'],
}, async () => {
  const lost = await disaster('Nothing', {
    back: async () => {
      await rm(appendOnly(), { recursive: true });
      await scene.world.redis.restart();
    },
  });
  expect(lost).toEqual({ recordsLost: early + late, journalsLost: early + late });
});
