import type { SimPod } from '../cluster/contract.ts';
import type { SimMeans, SimNode, SimState } from './world.ts';

/**
 * The dynamic topology: a node is in it as soon as its pod boots, well before it is ready. The backend then looks up
 * the synchronizer's name; where it finds none it marks it broken, and the synchronizer kills itself.
 */
export const register = (state: SimState, means: SimMeans, now: number): void => {
  const { namespace, farmerSet, synchronizerSet } = state.instance;
  registerSet(state, means, 'farmer', farmerSet);
  registerSet(state, means, 'synchronizer', synchronizerSet);
  for (const pod of means.cluster.pods(namespace, synchronizerSet)) {
    const node = state.nodes.get(pod.name);
    if (!node) continue;
    const age = (now - pod.since) * means.timeScale;
    const { lookUp, giveUp } = means.timings;
    node.broken = pod.phase === 'booting' && !pod.resolvable && age >= lookUp;
    if (node.broken && age >= lookUp + giveUp && state.killed !== pod.since) {
      state.killed = pod.since;
      means.killPod(namespace, pod.name);
    }
  }
};

const registerSet = (state: SimState, { cluster }: SimMeans, kind: SimNode['kind'], set: string): void => {
  const { namespace } = state.instance;
  const pods = new Map(cluster.pods(namespace, set).map((pod) => [pod.name, pod]));
  const replicas = cluster.replicas(namespace, set) ?? 0;
  for (const pod of pods.values()) {
    if (state.nodes.has(pod.name) || !isUp(pod)) continue;
    state.nodes.set(pod.name, { name: pod.name, kind, broken: false, retired: false });
  }
  for (const node of state.nodes.values()) {
    if (node.kind !== kind) continue;
    const pod = pods.get(node.name);
    // A pod of the next rebuild under the name of one that has done its work.
    if (pod && !node.pod && isUp(pod)) node.retired = false;
    if (pod) node.pod = pod;
    else delete node.pod;
    // Taken away on purpose: it signed off. One that has done its work stays listed, as down.
    if (!pod && !node.retired && ordinal(node.name) >= replicas) state.nodes.delete(node.name);
  }
};

const isUp = ({ phase }: SimPod): boolean => phase === 'booting' || phase === 'ready';

export const ordinal = (name: string): number => Number(/\d+$/.exec(name)?.[0] ?? 0);
