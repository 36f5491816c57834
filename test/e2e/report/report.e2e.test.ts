import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { BoxMessage } from '../../../sandbox/slack/control/control.ts';
import type { Report } from '../../../src/report/report.ts';
import { openRebuildScene, type RebuildScene } from '../support/rebuild-scene.ts';
import { channels, nora, readable, sam } from '../support/scene.ts';
import { until } from '../support/until.ts';
import { alertIdOf, type WebhookAlert, webhook } from '../support/webhook.ts';

let on: RebuildScene;
beforeAll(async () => {
  on = await openRebuildScene();
});
afterAll(async () => {
  await on?.[Symbol.asyncDispose]();
});

const latencyOf = (pod: string): WebhookAlert => ({ name: 'Latency', labels: { pod } });
const latency = [latencyOf('web-0'), latencyOf('web-1'), latencyOf('web-2')] as const;
const disk = { name: 'DiskFull', labels: { service: 'db', severity: 'warning' } } as const;
const queue = { name: 'QueueLong', labels: { service: 'mail' } } as const;
const all: readonly WebhookAlert[] = [...latency, disk, queue];
const sent = (alerts: readonly WebhookAlert[], more: Partial<WebhookAlert>) =>
  on.scene.client.send(webhook(...alerts.map((alert) => ({ ...alert, ...more }))));
const rootOf = (alert: WebhookAlert) => on.scene.root(alertIdOf(alert));
const isAlert = ({ metadata }: BoxMessage): boolean => metadata?.['event_type'] === 'farmhand_alert';
const rootsSaying = async (text: RegExp): Promise<readonly BoxMessage[]> =>
  (await on.scene.world.slack.control.messages(channels.alerts)).filter(
    (message) => !message.threadTs && !message.deleted && isAlert(message) && text.test(readable(message)),
  );

test('a story that was played is told with the figures that Slack, Jira and the cluster have of it', {
  timeout: 330_000,
}, async () => {
  const { scene, rebuilds, books } = on;
  const began = Date.now();
  // Five alerts; Sam has two of them, Nora one; two end, and one of these fires again.
  await sent(all, {});
  for (const alert of all) await rootOf(alert);
  const clicked = Date.now();
  await scene.click(await rootOf(latency[0]), sam, 'acknowledge');
  await scene.click(await rootOf(disk), sam, 'acknowledge');
  await scene.click(await rootOf(latency[1]), nora, 'acknowledge');
  const acknowledged = await until(
    'three acknowledgements',
    () => rootsSaying(/Acknowledged/),
    ({ length }) => length === 3,
    30_000,
  );
  const taken = Date.now();
  await sent([latency[0], queue], { status: 'resolved' });
  await scene.rootSaying(alertIdOf(queue), /Resolved/);
  await scene.rootSaying(alertIdOf(latency[0]), /Resolved/);
  await sent([queue], { startsAt: Date.now() });
  await scene.rootSaying(alertIdOf(queue), /Nobody has it/);
  // A rebuild that is cancelled on its way, and a freeze.
  rebuilds.engine.speed('system6', 0.2);
  const { id } = await on.start(sam, 'system6');
  await on.inStep(id, 'rebuild');
  await on.dcr(sam, 'cancel system6 the dataset is wrong');
  const ended = await books.told(id, 120_000);
  await on.dcr(sam, 'freeze system7 the audit');
  await on.told(sam, /Frozen: system7/);
  await scene.ledger.quiet();

  const asked = ['--from', new Date(began).toISOString().slice(0, 19).concat('Z')];
  const ran = (...flags: readonly string[]) => scene.world.run(['report', ...asked, ...flags]);
  const report: Report = JSON.parse(await ran('--format', 'json'));
  const { alerts, rebuilds: figures, changes } = report;
  const roots = await rootsSaying(/./);
  expect(alerts).toMatchObject({
    ...{ began: all.length + 1, refired: 1, resolved: 2, openBefore: 0, openAfter: 4 },
    bySeverity: [
      { severity: 'critical', began: 5, resolved: 2, openAfter: 3 },
      { severity: 'warning', began: 1, resolved: 0, openAfter: 1 },
    ],
    taken: { times: acknowledged.length, people: 2, most: 2 },
    neverAcknowledged: { over: 1, open: 2 },
    unseen: 0,
  });
  expect(alerts.noisiest.slice(0, 2)).toEqual([
    ['Latency (checkout)', 3],
    ['QueueLong (mail)', 2],
  ]);
  // Slack's own clock has each thread; nobody clicked before, or after, what the test did.
  expect(alerts.toThread.count).toBe(roots.length);
  const last = Math.max(...roots.map(({ ts }) => Number(ts) * 1_000));
  expect(alerts.toThread.worst).toBeLessThan(last - began + 2_000);
  expect(alerts.toAcknowledge.count).toBe(3);
  expect(alerts.toAcknowledge.worst).toBeLessThanOrEqual(taken - began);
  expect(alerts.toAcknowledge.p50).toBeGreaterThanOrEqual(Math.max(0, clicked - last - 1_000));

  expect(figures).toMatchObject({ started: 1, cancelled: 1, released: 0, failed: 0, inFlight: 0 });
  expect(figures.badEnds).toMatchObject([{ id, phase: 'cancelled', reason: 'the dataset is wrong' }]);
  const issues = scene.world.jira.issues().filter(({ labels }) => labels.includes(`farmhand-rebuild-${id}`));
  expect(figures.tickets).toBe(issues.length);
  const { namespace } = ended.plan.instance;
  const scales = rebuilds.cluster.control.scales().filter((scale) => scale.namespace === namespace);
  expect(changes.all.filter(({ kind }) => kind === 'scale')).toHaveLength(scales.length);
  const farmers = scales.filter(({ set }) => set === ended.plan.instance.farmerSet);
  const [up, down] = [farmers.find(({ to }) => to > 0), farmers.findLast(({ to }) => to === 0)];
  // What the cluster saw, from the scale up to the scale down, is what they cost at the most.
  const inCluster = ((up?.to ?? 0) * ((down?.at ?? 0) - (up?.at ?? 0))) / 3_600_000;
  expect(figures.farmerHours).toBeGreaterThan(0);
  expect(figures.farmerHours).toBeLessThan(inCluster + (up?.to ?? 0) * (30 / 3_600));
  expect(changes.all.filter(({ kind }) => kind === 'freeze')).toMatchObject([
    { where: 'system7', role: 'sre' },
  ]);

  // Nobody is named unless that is asked for; every form says the same.
  expect(JSON.stringify(report)).not.toMatch(/U0SRE|Sam|Nora/);
  const file = join(scene.world.dir, 'report.md');
  expect(await ran('--people', '--format', 'markdown', '--out', file)).toContain('has the report');
  const page = await readFile(file, 'utf8');
  expect(page).toContain('| Sam (SRE) (U0SRE1) | 2 |');
  expect(page).toContain('| Firings that began | 6 | 0 | new |');
  expect(await ran('--format', 'csv')).toContain('alerts.began,,count,6,0');
  const text = await ran();
  expect(text).toContain('6 firings began');
  expect(text.split('\n').every((line) => line.length <= 80)).toBe(true);
  await expect(ran('--out', file)).rejects.toThrow(/is there already: name a new file/);
  // It has posted nothing.
  expect((await rootsSaying(/./)).length).toBe(roots.length);
});
