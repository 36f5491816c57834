import { readFile, writeFile } from 'node:fs/promises';
import { Redis } from 'ioredis';
import { expect, test } from 'vitest';
import type { BoxMessage } from '../../../sandbox/slack/control/control.ts';
import type { World } from '../../../sandbox/world/world.ts';
import { openBox } from '../../faults/box.ts';
import { startReplica } from '../support/replica.ts';
import { channels, openScene, readable } from '../support/scene.ts';
import { until } from '../support/until.ts';
import { webhook } from '../support/webhook.ts';

/** Handovers of the schedule, by two processes and by one that is killed: each time there is one message. */
const minute = 60_000;
const clock = (at: number): string => new Date(at).toISOString().slice(11, 16);

/** Each at a minute of its own, the first a minute from now at the earliest, so that it is on record before. */
const schedule = async (world: World, names: readonly string[], configFile = world.configFile) => {
  const first = Math.ceil((Date.now() + 20_000) / minute) * minute;
  const entries = names.map((name, n) => {
    const at = clock(first + n * 2 * minute);
    return `  - { name: ${name}, at: "${at}", zone: UTC, channel: ${channels.sre} }`;
  });
  const config = await readFile(configFile, 'utf8');
  await writeFile(configFile, `${config}\nhandover:\n${entries.join('\n')}\n`);
  return { first };
};
const posted = async (world: World): Promise<readonly BoxMessage[]> =>
  (await world.slack.control.messages(channels.sre)).filter(
    ({ metadata, deleted }) => metadata?.['event_type'] === 'farmhand_handover' && !deleted,
  );

test('two processes post one, with what fires', { timeout: 180_000 }, async () => {
  await using scene = await openScene();
  const { world } = scene;
  await scene.client.send(webhook({ name: 'LeftBehind' }));
  await schedule(world, ['night']);
  await startReplica(world);
  const [one] = await until(
    'a handover',
    () => posted(world),
    (all) => all.length > 0,
    120_000,
  );
  expect(readable(one)).toMatch(/Handover: 1 alert firing/);
  expect(readable(one)).toContain('LeftBehind');
  expect(readable(one)).not.toContain('Late');
  // Three more looks of each.
  await new Promise((resolve) => setTimeout(resolve, 16_000));
  expect(await posted(world)).toHaveLength(1);
});

test('killed right before the post, and right after it: one each all the same', {
  timeout: 350_000,
  tags: ['long'],
}, async () => {
  await using box = await openBox();
  const { world, farmhand, client } = box;
  await using redis = Object.assign(new Redis(world.redis.url), {
    [Symbol.asyncDispose]: async () => redis.disconnect(),
  });
  await box.listens();
  const names = ['before', 'after'];
  await schedule(world, names);
  const record = async (name: string) => (await redis.get(`{farmhand}:handover:${name}`)) ?? '';
  for (const name of names)
    await until(
      `${name} on record`,
      () => record(name),
      (text) => text !== '',
    );
  const points = { before: 'call chat.postMessage before#1', after: 'call chat.postMessage answered#1' };
  for (const [name, point] of Object.entries(points)) {
    const deaths = farmhand.deaths;
    await client.arm(point);
    await until(
      `its death ${name}`,
      async () => farmhand.deaths,
      (now) => now > deaths,
      150_000,
    );
    await until(
      `${name} posted`,
      () => record(name),
      (text) => text.includes('"ended":"posted"'),
      120_000,
    );
  }
  await new Promise((resolve) => setTimeout(resolve, 11_000));
  const keys = (await posted(world)).map(({ metadata }) =>
    String((metadata?.['event_payload'] as { id?: string })?.id).replace(/-.*/, ''),
  );
  expect(keys).toEqual(names);
});
