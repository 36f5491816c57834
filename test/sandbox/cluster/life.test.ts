import { describe, expect, test } from 'vitest';
import { controlOf } from '../../../sandbox/cluster/control.ts';
import { viewOf } from '../../../sandbox/cluster/view.ts';
import { createWorld } from '../../../sandbox/cluster/world.ts';

const ns = 'tenant-1-prod';
const name = 'system6-dcr-farmer';
const start = Date.UTC(2026, 10, 20, 3);

const open = (
  spec: { readonly podManagement?: 'Parallel' | 'OrderedReady'; readonly replicas?: number } = {},
) => {
  let now = start;
  const world = createWorld({ now: () => now });
  const control = controlOf(world);
  const view = viewOf(world);
  control.createSet({ namespace: ns, name, service: name, replicas: 0, ...spec });
  return {
    control,
    world,
    wait: (ms: number) => {
      now += ms;
    },
    scale: (n: number) => control.setReplicas(ns, name, n, 'kubectl'),
    phases: () => view.pods(ns, name).map(({ phase }) => phase),
    pods: () => view.pods(ns, name),
  };
};

describe('pods take time', () => {
  test('pending, booting, ready; then terminating, and gone', () => {
    const { scale, phases, wait } = open();
    scale(2);
    expect(phases()).toEqual(['pending', 'pending']);
    wait(50);
    expect(phases()).toEqual(['booting', 'booting']);
    wait(2_000);
    expect(phases()).toEqual(['ready', 'ready']);
    scale(1);
    expect(phases()).toEqual(['ready', 'terminating']);
    wait(500);
    expect(phases()).toEqual(['ready']);
  });

  test('what happened in a long silence happened at its own times', () => {
    const { scale, pods, wait } = open();
    scale(1);
    wait(86_400_000);
    expect(pods()).toEqual([{ name: `${name}-0`, phase: 'ready', since: start + 2_050, resolvable: true }]);
  });

  test('one that is wanted again while it goes comes back after it is gone', () => {
    const { scale, phases, wait } = open();
    scale(1);
    wait(3_000);
    scale(0);
    scale(1);
    expect(phases()).toEqual(['terminating']);
    wait(500);
    expect(phases()).toEqual(['pending']);
  });

  test('one that is killed is made again under its name', () => {
    const { control, scale, phases, wait } = open();
    scale(2);
    wait(3_000);
    control.killPod(ns, `${name}-0`);
    expect(phases()).toEqual(['pending', 'ready']);
  });
});

describe('OrderedReady', () => {
  test('makes the next pod only when all below it are ready, and takes them away from the top', () => {
    const { scale, phases, wait } = open({ podManagement: 'OrderedReady' });
    scale(2);
    expect(phases()).toEqual(['pending']);
    wait(2_050);
    expect(phases()).toEqual(['ready', 'pending']);
    wait(2_050);
    scale(0);
    expect(phases()).toEqual(['ready', 'terminating']);
    wait(500);
    expect(phases()).toEqual(['terminating']);
  });

  test('does not scale down past a pod that is not ready', () => {
    const { control, scale, phases, wait } = open({ podManagement: 'OrderedReady' });
    scale(2);
    wait(5_000);
    control.neverReady(ns, name, true);
    control.killPod(ns, `${name}-0`);
    wait(5_000);
    scale(0);
    wait(60_000);
    expect(phases()).toEqual(['booting', 'ready']);
  });
});

describe('what goes wrong on command', () => {
  test('a crash loop counts its restarts, backs off longer and longer, and ends with its cause', () => {
    const { control, world, scale, phases, wait } = open();
    control.crashLoop(ns, name, true);
    scale(1);
    wait(600);
    expect(phases()).toEqual(['crashing']);
    wait(60_000);
    phases();
    expect([...world.sets.values()][0]?.pods[0]?.restarts).toBeGreaterThan(3);
    control.crashLoop(ns, name, false);
    wait(2_500);
    expect(phases()).toEqual(['ready']);
  });

  test('only so many find a node, and the rest do when there is room', () => {
    const { control, scale, phases, wait } = open();
    control.capacity(ns, name, 2);
    scale(4);
    wait(10_000);
    expect(phases()).toEqual(['ready', 'ready', 'pending', 'pending']);
    control.capacity(ns, name, undefined);
    wait(10_000);
    expect(phases()).toEqual(['ready', 'ready', 'ready', 'ready']);
  });

  test('a quota keeps pods from being made at all', () => {
    const { control, world, scale, phases } = open();
    control.quota(ns, 3);
    scale(5);
    expect(phases()).toHaveLength(3);
    expect([...world.sets.values()][0]?.refusal).toEqual({
      pod: `${name}-3`,
      message: `pods "${name}-3" is forbidden: exceeded quota: pods, requested: pods=1, used: pods=3, limited: pods=3`,
      at: start,
    });
    control.quota(ns, undefined);
    expect(phases()).toHaveLength(5);
  });

  test('pods stay terminating until they are let go', () => {
    const { control, scale, phases, wait } = open();
    scale(1);
    wait(3_000);
    control.stuckTerminating(ns, name, true);
    scale(0);
    wait(3_600_000);
    expect(phases()).toEqual(['terminating']);
    control.stuckTerminating(ns, name, false);
    expect(phases()).toEqual([]);
  });

  test('DNS knows a booting pod only where its Service says so', () => {
    const { control, scale, pods, wait } = open();
    scale(1);
    wait(100);
    expect(pods()[0]?.resolvable).toBe(true);
    control.publishNotReady(ns, name, false);
    expect(pods()[0]?.resolvable).toBe(false);
    wait(3_000);
    expect(pods()[0]?.resolvable).toBe(true);
  });
});

describe('the record of scales', () => {
  test('says who changed what, and nothing when nothing changed', () => {
    const { control, scale } = open();
    scale(0);
    scale(3);
    scale(3);
    control.setReplicas(ns, name, 0, 'argocd-controller');
    const change = { at: start, namespace: ns, set: name };
    expect(control.scales()).toEqual([
      { ...change, manager: 'kubectl', from: 0, to: 3 },
      { ...change, manager: 'argocd-controller', from: 3, to: 0 },
    ]);
  });

  test('a set that is not there is a typo', () => {
    expect(() => open().control.setReplicas(ns, 'system7', 1, 'kubectl')).toThrow(
      'There is no StatefulSet tenant-1-prod/system7 in the simulated cluster.',
    );
  });
});
