import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { BoxMessage } from '../../sandbox/slack/control/control.ts';
import { channels, openScene, sam } from './support/scene.ts';
import { until } from './support/until.ts';
import { type WebhookAlert, webhook } from './support/webhook.ts';

const alertsOf = (name: string): readonly WebhookAlert[] =>
  Array.from({ length: 10 }, (_, i) => ({ name, labels: { pod: `${name.toLowerCase()}-${i}` } }));

test('export, work on, lose Redis, import: what was posted before and after goes on in its threads, nothing twice', async () => {
  await using scene = await openScene();
  const { world, client, ledger } = scene;
  const farmhand = (...args: readonly string[]) => world.run(args);
  const roots = async (name: string): Promise<readonly BoxMessage[]> =>
    (await world.slack.control.messages(channels.alerts)).filter(
      ({ deleted, threadTs, text }) => !deleted && !threadTs && text.includes(`${name} on`),
    );
  const fired = async (name: string) => {
    await client.send(webhook(...alertsOf(name)));
    const all = await until(
      `roots of ${name}`,
      () => roots(name),
      ({ length }) => length === 10,
      60_000,
    );
    await ledger.quiet();
    return new Set(all.map(({ ts }) => ts));
  };

  const before = await fired('Before');
  const [first] = await roots('Before');
  await scene.click(first as BoxMessage, sam, 'acknowledge');
  const acknowledged = (all: readonly BoxMessage[]) => all.some(({ text }) => text.includes('Acknowledged'));
  await until('the acknowledgement', () => roots('Before'), acknowledged);
  await ledger.quiet();
  const file = join(world.dir, 'records.ndjson.gz');
  await expect(farmhand('export', file)).rejects.toThrow(/a farmhand works on this Redis/);
  expect(await farmhand('export', file, '--while-running')).toContain('has all records');
  const after = await fired('After');

  await scene.farmhand().stop();
  await scene.redis.flushall();
  expect(await farmhand('import', file)).toContain('are on record again');
  await scene.start();

  for (const name of ['Before', 'After']) {
    await client.send(webhook(...alertsOf(name).slice(0, 5)));
    await client.send(
      webhook(
        ...alertsOf(name)
          .slice(5)
          .map((alert) => ({ ...alert, status: 'resolved' as const })),
      ),
    );
  }
  for (const [name, ts] of [
    ['Before', before],
    ['After', after],
  ] as const) {
    const over = (all: readonly BoxMessage[]) =>
      all.filter(({ text }) => text.includes('Resolved')).length === 5;
    const all = await until(`ends of ${name}`, () => roots(name), over, 60_000);
    expect(new Set(all.map((root) => root.ts))).toEqual(ts);
    expect(all).toHaveLength(10);
  }
  expect((await roots('Before')).filter(({ text }) => text.includes('Acknowledged'))).toHaveLength(1);
  expect(await farmhand('audit', 'verify')).toMatch(/✓/);
});
