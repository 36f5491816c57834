import type { SimClusterView, SimPod } from './contract.ts';
import { settle } from './controller.ts';
import { keyOf, type PodState, type SetState, setOf, type World } from './world.ts';

/** The cluster as the other simulators see it: always at the present of its clock. */
export const viewOf = (world: World): SimClusterView => ({
  pods(namespace, name) {
    settle(world);
    const set = setOf(world, namespace, name);
    return set?.pods.map((pod) => shown(world, set, pod)) ?? [];
  },
  replicas(namespace, name) {
    settle(world);
    return setOf(world, namespace, name)?.replicas;
  },
});

const shown = (world: World, set: SetState, pod: PodState): SimPod => {
  const service = world.services.get(keyOf(set.spec.namespace, set.spec.service));
  const runs = pod.phase === 'booting' || pod.phase === 'crashing' || pod.phase === 'terminating';
  return {
    name: pod.name,
    phase: pod.phase,
    since: pod.since,
    resolvable: pod.phase === 'ready' || (runs && service?.publishNotReady === true),
  };
};
