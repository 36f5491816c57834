import type { SimClusterView, SimPod } from '../../../sandbox/cluster/contract.ts';

export interface Pods extends SimClusterView {
  /** That many ready pods, and as many replicas; those that are there already stay as they are. */
  scale(set: string, replicas: number): void;
  /** This pod, instead of the one of that name. */
  put(set: string, pod: Partial<SimPod> & { readonly name: string }): void;
  /** It is gone, and there is no other. */
  lose(set: string, name: string): void;
  /** It dies, and a new one of its name is ready at once. */
  renew(set: string, name: string): void;
}

/** A cluster of one namespace, all by hand. */
export const createPods = (namespace: string, now: () => number): Pods => {
  const sets = new Map<string, { replicas: number; pods: SimPod[] }>();
  const setOf = (name: string) => {
    const found = sets.get(name) ?? { replicas: 0, pods: [] };
    sets.set(name, found);
    return found;
  };
  const ready = (name: string): SimPod => ({ name, phase: 'ready', since: now(), resolvable: true });
  const put = (set: string, pod: SimPod) => {
    const of = setOf(set);
    of.pods = [...of.pods.filter(({ name }) => name !== pod.name), pod];
  };
  return {
    pods: (at, set) => (at === namespace ? (sets.get(set)?.pods ?? []) : []),
    replicas: (at, set) => (at === namespace ? sets.get(set)?.replicas : undefined),
    scale(set, replicas) {
      const of = setOf(set);
      of.replicas = replicas;
      of.pods = Array.from(
        { length: replicas },
        (_, n) => of.pods.find(({ name }) => name === `${set}-${n}`) ?? ready(`${set}-${n}`),
      );
    },
    put: (set, pod) => put(set, { ...ready(pod.name), ...pod }),
    lose(set, gone) {
      const of = setOf(set);
      of.pods = of.pods.filter(({ name }) => name !== gone);
    },
    renew: (set, name) => put(set, ready(name)),
  };
};
