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
 * A lane is opened by one script: lease, mark, heads, pace; or by the very write that gives it work. The process that does
 * it dies there. `takenIn`: by whom the alert is taken in; who dies is the first farmhand.
 */
const openAndDie = async (
  point: string,
  takenIn: 'itself' | 'another',
  env: Readonly<Record<string, string>> = {},
) => {
  await using stack = new AsyncDisposableStack();
  const nodeArgs = ['--import', mutate, '--import', crashAt];
  const scene = stack.use(await openScene(unpaced, { nodeArgs, env }));
  const { world, client, redis } = scene;
  const first = scene.farmhand();
  if (takenIn === 'itself') void client.offer(webhook({ name }), { 'x-crash-at': point });
  else {
    // It works on no lane: its nudge goes to the first.
    const intake = await startReplica(world, { role: 'intake' });
    await client.arm(point);
    await intake.client.send(webhook({ name }));
  }
  await first.exited;
  const at = Date.now();
  const [left, marked] = [await redis.pttl(lease), await redis.sismember(keys.marks, channels.alerts)];
  const roots = async () =>
    (await world.slack.control.rootsOf(channels.alerts, id)).filter((root) => !root.deleted);
  expect(await roots()).toEqual([]);
  // Nobody has told it anything: it has to come upon the lane by itself.
  await startReplica(world, { nodeArgs, env });
  const kept = stack.move();
  return { scene, at, left, marked, roots, [Symbol.asyncDispose]: () => kept.disposeAsync() };
};

type Crash = Awaited<ReturnType<typeof openAndDie>>;

const oneRoot = async ({ scene, roots }: Crash): Promise<void> => {
  await scene.root(id);
  await scene.ledger.atRest();
  expect(await roots()).toHaveLength(1);
  expect(await scene.ledger.books()).toMatchObject({ received: 1, threaded: 1, pending: 0 });
};

const timeout = 120_000;

test.concurrent('killed right before a lane is opened: nobody has it, and it is marked', {
  timeout,
}, async () => {
  await using crash = await openAndDie('redis farmhandLook before#1', 'another');
  expect([crash.left, crash.marked]).toEqual([-2, 1]);
  await oneRoot(crash);
});

test.concurrent.for([
  ['a lane was opened', 'redis farmhandLook answered#1', 'another'],
  ['a write has opened the lane', 'redis commit firing, thread wanted, nothing to say answered#1', 'itself'],
] as const)(
  'killed right after %s: its lease runs out, then somebody else takes it',
  {
    timeout,
  },
  async ([, point, takenIn]) => {
    await using crash = await openAndDie(point, takenIn);
    expect(crash.marked).toBe(0);
    expect(crash.left).toBeGreaterThan(leaseMs / 2);
    expect(crash.left).toBeLessThanOrEqual(leaseMs);
    await oneRoot(crash);
    expect(Date.now() - crash.at).toBeGreaterThan(crash.left - 500);
  },
);

/** Planted, so that it is known that this is found out here: a lease that its dead owner keeps. */
const keptForEver =
  "src/integrations/redis/shared/leases.ts|redis.call('SET', key, owner, 'PX', ms)|redis.call('SET', key, owner)";

test.concurrent('finds a planted bug: a lease that does not run out holds the lane up for ever', {
  timeout,
}, async () => {
  await using crash = await openAndDie('redis farmhandLook answered#1', 'another', { MUTATE: keptForEver });
  expect(crash.left).toBe(-1);
  await expect(until('a root', crash.roots, (roots) => roots.length > 0, 2 * leaseMs)).rejects.toThrow();
});
