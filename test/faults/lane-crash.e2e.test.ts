import { expect, test } from 'vitest';
import { createKeys } from '../../src/integrations/redis/shared/keys.ts';
import { leaseMs } from '../../src/reconcile/lease.ts';
import { startReplica } from '../e2e/support/replica.ts';
import { channels, openScene, unpaced } from '../e2e/support/scene.ts';
import { until } from '../e2e/support/until.ts';
import { alertIdOf, webhook } from '../e2e/support/webhook.ts';

const crashAt = new URL('./crash-at.ts', import.meta.url).pathname;
const mutate = new URL('./mutate.ts', import.meta.url).pathname;
const keys = createKeys('farmhand');
const lease = keys.lease('lane', channels.alerts);
const name = 'Lane';
const id = alertIdOf({ name });

/**
 * Opening a lane is one script: lease, mark, heads, pace. The process that takes an alert in dies there, and another one,
 * which runs beside it and was told of nothing, has to come upon the lane by itself.
 */
const openAndDie = async (point: string, env: Readonly<Record<string, string>> = {}) => {
  await using stack = new AsyncDisposableStack();
  const scene = stack.use(
    await openScene(unpaced, { nodeArgs: ['--import', mutate, '--import', crashAt], env }),
  );
  const { world, client, redis } = scene;
  await startReplica(world);
  const first = scene.farmhand();
  void client.offer(webhook({ name }), { 'x-crash-at': point });
  await first.exited;
  const at = Date.now();
  const [left, marked] = [await redis.pttl(lease), await redis.sismember(keys.marks, channels.alerts)];
  const roots = async () =>
    (await world.slack.control.rootsOf(channels.alerts, id)).filter((root) => !root.deleted);
  const kept = stack.move();
  return { scene, at, left, marked, roots, [Symbol.asyncDispose]: () => kept.disposeAsync() };
};

test.concurrent('killed right before a lane is opened: nobody has it, and somebody else takes it over at once', {
  timeout: 120_000,
}, async () => {
  await using crash = await openAndDie('redis farmhandLook before#1');
  expect([crash.left, crash.marked]).toEqual([-2, 1]);
  await crash.scene.root(id);
  await crash.scene.ledger.atRest();
  expect(await crash.roots()).toHaveLength(1);
});

test.concurrent('killed right after a lane was opened: its lease runs out, then somebody else takes it over', {
  timeout: 120_000,
}, async () => {
  await using crash = await openAndDie('redis farmhandLook answered#1');
  expect(crash.marked).toBe(0);
  expect(crash.left).toBeGreaterThan(leaseMs / 2);
  expect(crash.left).toBeLessThanOrEqual(leaseMs);
  expect(await crash.roots()).toEqual([]);
  await crash.scene.root(id);
  expect(Date.now() - crash.at).toBeGreaterThan(crash.left - 500);
  await crash.scene.ledger.atRest();
  expect(await crash.roots()).toHaveLength(1);
  expect(await crash.scene.ledger.books()).toMatchObject({ received: 1, threaded: 1, pending: 0 });
});

/** Planted, so that it is known that this is found out here: a lease that its dead owner keeps. */
const keptForEver =
  "src/integrations/redis/shared/leases.ts|redis.call('SET', key, owner, 'PX', ms)|redis.call('SET', key, owner)";

test.concurrent('finds a planted bug: a lease that does not run out holds the lane up for ever', {
  timeout: 120_000,
}, async () => {
  await using crash = await openAndDie('redis farmhandLook answered#1', { MUTATE: keptForEver });
  expect(crash.left).toBe(-1);
  await expect(until('a root', crash.roots, (roots) => roots.length > 0, 2 * leaseMs)).rejects.toThrow();
});
