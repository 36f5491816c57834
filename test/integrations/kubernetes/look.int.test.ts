import { expect, test } from 'vitest';
import { createClusterPort } from '../../../src/integrations/kubernetes/doctor/examine.ts';
import type { PodView, SetView } from '../../../src/rebuild/ports/ports.ts';
import { openWorld } from './world.ts';

const name = 'system6-dcr-farmer';
const namespace = 'tenant-105858-prod';
type World = Awaited<ReturnType<typeof openWorld>>;

const look = async ({ port, instance }: World): Promise<SetView> => {
  const seen = await port.look(instance, 'farmer');
  if (!seen.ok) throw new Error(seen.error);
  return seen.value;
};
const eventually = async (world: World, met: (view: SetView) => boolean): Promise<SetView> => {
  let seen = await look(world);
  const again = async () => {
    seen = await look(world);
    return met(seen);
  };
  await expect.poll(again, { timeout: 20_000 }).toBe(true);
  return seen;
};
const kinds = (pods: readonly PodView[]) => pods.map(({ trouble }) => trouble?.kind);

test('a set that is well: wanted, ready, who set it', async () => {
  await using world = await openWorld();
  world.cluster.control.setReplicas(namespace, name, 2, 'keda-operator');
  const view = await eventually(world, ({ ready }) => ready === 2);
  expect(view).toEqual({
    wanted: 2,
    ready: 2,
    pods: [0, 1].map((n) => ({ name: `${name}-${n}`, ready: true, terminating: false, restarts: 0 })),
    resourceVersion: expect.stringMatching(/^[0-9a-f-]{36}\/2$/),
    observed: true,
    changedBy: { manager: 'keda-operator' },
    podManagement: 'Parallel',
  });
});

test('pods that were well are not listed again while their set has not changed, for as long as that is good enough', async () => {
  await using world = await openWorld();
  const clock = { now: 0 };
  const port = createClusterPort(world.clusters, world.applications, () => clock.now);
  const ofAge = async (podsAtMost?: number): Promise<SetView> => {
    const seen = await port.look(world.instance, 'farmer', podsAtMost);
    if (!seen.ok) throw new Error(seen.error);
    return seen.value;
  };
  world.cluster.control.setReplicas(namespace, name, 2, 'kubectl');
  await eventually(world, ({ ready }) => ready === 2);
  const before = await ofAge(60_000);
  world.cluster.control.forbid(['list pods']);
  expect(await ofAge(60_000)).toEqual(before);
  await expect(ofAge()).rejects.toThrow('403');
  clock.now = 60_000;
  await expect(ofAge(60_000)).rejects.toThrow('403');
  world.cluster.control.forbid([]);
  expect(await ofAge(60_000)).toEqual(before);
  // Back before the next look, and it is seen all the same.
  world.cluster.control.crashLoop(namespace, name, true);
  world.cluster.control.killPod(namespace, `${name}-1`);
  await eventually(world, ({ pods }) => (pods[1]?.restarts ?? 0) > 0);
  world.cluster.control.crashLoop(namespace, name, false);
  const back = await eventually(world, ({ ready }) => ready === 2);
  expect(back.pods[1]?.restarts).toBeGreaterThan(0);
  expect(await ofAge(60_000)).toEqual(back);
});

test('pods that crash say what they last died of', async () => {
  await using world = await openWorld();
  world.cluster.control.crashLoop(namespace, name, true);
  world.cluster.control.setReplicas(namespace, name, 1, 'kubectl');
  const view = await eventually(world, ({ pods }) => {
    const trouble = pods[0]?.trouble;
    return (
      trouble?.kind === 'crash_loop' && trouble.says.includes('OOMKilled') && trouble.since !== undefined
    );
  });
  expect(view.pods[0]?.trouble).toEqual({
    pod: `${name}-0`,
    kind: 'crash_loop',
    says: expect.stringMatching(
      /^(CrashLoopBackOff|running again), \d+ restarts?, last exit 137 \(OOMKilled\)$/,
    ),
    since: expect.any(Number),
  });
});

test('pods without a node, in the words of the scheduler', async () => {
  await using world = await openWorld();
  world.cluster.control.capacity(namespace, name, 1);
  world.cluster.control.setReplicas(namespace, name, 3, 'kubectl');
  const view = await eventually(world, ({ ready }) => ready === 1);
  expect(kinds(view.pods)).toEqual([undefined, 'unschedulable', 'unschedulable']);
  expect(view.pods[1]?.trouble?.says).toMatch(/^0\/6 nodes are available: 6 Insufficient memory\./);
});

test('pods that a quota kept from being made: one of them says so', async () => {
  await using world = await openWorld();
  world.cluster.control.quota(namespace, 2);
  world.cluster.control.setReplicas(namespace, name, 5, 'kubectl');
  const view = await eventually(world, ({ ready }) => ready === 2);
  expect(view.pods).toHaveLength(3);
  expect(view.pods[2]).toEqual({
    name: `${name}-2`,
    ready: false,
    terminating: false,
    restarts: 0,
    trouble: {
      pod: `${name}-2`,
      kind: 'pending',
      says: `not made: pods "${name}-2" is forbidden: exceeded quota: pods, requested: pods=1, used: pods=2, limited: pods=2`,
    },
  });
});

test('without the right to list events there is no reason, and all else as before', async () => {
  await using world = await openWorld();
  world.cluster.control.forbid(['list events']);
  world.cluster.control.quota(namespace, 1);
  world.cluster.control.setReplicas(namespace, name, 5, 'kubectl');
  expect((await eventually(world, ({ ready }) => ready === 1)).pods).toHaveLength(1);
});

test('pods that are not ready, and pods that do not go', async () => {
  await using world = await openWorld();
  world.cluster.control.setReplicas(namespace, name, 1, 'kubectl');
  await eventually(world, ({ ready }) => ready === 1);
  world.cluster.control.neverReady(namespace, name, true);
  world.cluster.control.setReplicas(namespace, name, 2, 'kubectl');
  const waiting = await eventually(world, ({ pods }) => pods[1]?.trouble?.kind === 'not_ready');
  expect(waiting.pods[1]?.trouble?.says).toBe('containers with unready status: [express]');
  world.cluster.control.stuckTerminating(namespace, name, true);
  world.cluster.control.setReplicas(namespace, name, 0, 'kubectl');
  const going = await look(world);
  expect(kinds(going.pods)).toEqual(['terminating', 'terminating']);
  expect({ wanted: going.wanted, ready: going.ready }).toEqual({ wanted: 0, ready: 0 });
  const since = going.pods[0]?.trouble?.since ?? 0;
  expect(Math.abs(Date.now() - since)).toBeLessThan(20_000);
});

test('what cannot be seen says why', async () => {
  await using world = await openWorld({ timeout: 3_000 });
  const error = async () => {
    const seen = await world.port.look(world.instance, 'farmer');
    return seen.ok ? undefined : seen.error;
  };
  world.cluster.control.forbid(['list pods']);
  expect(await error()).toBe(
    `cluster den answered 403: pods is forbidden: User "system:serviceaccount:farmhand:farmhand" cannot list resource "pods" in API group "" in the namespace "${namespace}"; the Role in helm/farmhand/templates/rbac.yaml has what is needed`,
  );
  world.cluster.control.fault({ effect: 'hang_before' });
  expect(await error()).toBe('cluster den: no answer within 3000 ms');
  world.cluster.control.outage(true);
  expect(await error()).toMatch(/^cluster den: other side closed/);
});
