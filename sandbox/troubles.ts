import { sandboxInstances, setsOf } from './repository/instances.ts';
import type { RebuildWorld } from './world/rebuild-world.ts';

/** What can be done to a running rebuild, to see what farmhand makes of it. Each says what it did. */
export interface Troubles {
  killFarmer(): string;
  killSynchronizer(): string;
  /** Progress stands still, or moves again. */
  freeze(): string;
  /** Names of pods that are not ready are not published any more, or are again: the readiness trap. */
  breakDns(): string;
  /** Somebody else changes the number of farmers. */
  revertScale(): string;
}

/** They strike the instance with the most farmers up; system6 where there are none. */
export const createTroubles = ({ cluster, engine }: RebuildWorld): Troubles => {
  const frozen = new Set<string>();
  const broken = new Set<string>();
  const victim = () => {
    const up = ({ name, namespace }: { readonly name: string; readonly namespace: string }): number =>
      (cluster.view.replicas(namespace, setsOf(name).farmers) ?? 0) * 10 +
      (cluster.view.replicas(namespace, setsOf(name).synchronizer) ?? 0);
    const [first, ...rest] = sandboxInstances;
    if (!first) throw new Error('the sandbox has no instances');
    return rest.reduce((most, each) => (up(each) > up(most) ? each : most), first);
  };
  const toggle = (set: Set<string>, name: string): boolean => {
    const on = !set.delete(name);
    if (on) set.add(name);
    return on;
  };
  const kill = (role: 'farmers' | 'synchronizer'): string => {
    const { name, namespace } = victim();
    const pod = cluster.view.pods(namespace, setsOf(name)[role]).find(({ phase }) => phase === 'ready');
    if (!pod)
      return `${name} has no ${role === 'farmers' ? 'farmer' : 'synchronizer'} up: start a rebuild first.`;
    cluster.control.killPod(namespace, pod.name);
    return `${pod.name} was killed.`;
  };
  return {
    killFarmer: () => kill('farmers'),
    killSynchronizer: () => kill('synchronizer'),
    freeze: () => {
      const { name } = victim();
      const on = toggle(frozen, name);
      engine.freezeProgress(name, on);
      return on ? `${name} does not get any further.` : `${name} goes on.`;
    },
    breakDns: () => {
      const { name, namespace } = victim();
      const on = toggle(broken, name);
      cluster.control.publishNotReady(namespace, setsOf(name).service, !on);
      return on
        ? `The Service of ${name}’s synchronizer publishes only ready pods from now on: the next one that boots is in the readiness trap.`
        : `The Service of ${name}’s synchronizer publishes every pod again.`;
    },
    revertScale: () => {
      const { name, namespace } = victim();
      const { farmers } = setsOf(name);
      const now = cluster.view.replicas(namespace, farmers) ?? 0;
      if (now === 0) return `${name} has no farmers up: start a rebuild first.`;
      const then = Math.max(1, Math.floor(now / 2));
      cluster.control.setReplicas(namespace, farmers, then, 'kubectl-scale');
      return `Somebody scaled ${farmers} from ${now} to ${then} with kubectl.`;
    },
  };
};
