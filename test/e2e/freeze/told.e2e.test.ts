import { afterAll, beforeAll, expect, test } from 'vitest';
import { openRebuildScene, type RebuildScene } from '../support/rebuild-scene.ts';
import { startReplica } from '../support/replica.ts';
import { channels, readable, sam } from '../support/scene.ts';
import { until } from '../support/until.ts';

/** Two processes: the channel of rebuilds is told of each freeze and thaw, once. */
let on: RebuildScene;
beforeAll(async () => {
  on = await openRebuildScene();
  await startReplica(on.scene.world);
});
afterAll(() => on?.[Symbol.asyncDispose]());

const notices = async (): Promise<readonly string[]> =>
  (await on.scene.world.slack.control.messages(channels.dcr))
    .filter(({ metadata, deleted }) => metadata?.['event_type'] === 'farmhand_notice' && !deleted)
    .map((message) => readable(message).split('\n')[0] ?? '');

test('a freeze, one more of an instance whose time ends, and a thaw: one message each, in order', {
  timeout: 240_000,
}, async () => {
  await on.dcr(sam, 'freeze all the storage moves');
  await on.told(sam, /Frozen: all instances/);
  await on.dcr(sam, 'freeze system6 its disks for 1m');
  await on.told(sam, /Frozen: system6/);
  await on.dcr(sam, 'freeze all the storage moves');
  await on.told(sam, /Frozen already: all instances/);
  await until('three messages', notices, (all) => all.length === 3, 120_000);
  await on.dcr(sam, 'thaw all it is back');
  await on.told(sam, /Thawed: all instances/);
  await until('four messages', notices, (all) => all.length === 4, 30_000);
  // Three more looks of each.
  await new Promise((resolve) => setTimeout(resolve, 7_000));
  const told = await notices();
  expect(told).toHaveLength(4);
  expect(told[0]).toContain('All instances are frozen');
  expect(told[1]).toContain('system6 is frozen');
  expect(told[2]).toContain('system6 is still frozen');
  expect(told[3]).toContain('All instances are thawed');
});
