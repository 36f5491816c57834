import type { Instance } from '../model/rebuild.ts';
import type { SetView, TopologyNode } from '../ports/ports.ts';

/** Topology and pods side by side. Plain text. */
export interface Trap {
  readonly what: string;
  readonly options: readonly string[];
}

/**
 * The readiness trap: the synchronizer is in the topology before its pod is ready, and Kubernetes publishes no name
 * for it, so the backend cannot find it and marks it broken. A pod that boots and is merely waited for is no trap:
 * it must be unreachable, or have died of it. Pure.
 */
export const inReadinessTrap = (
  instance: Instance,
  pods: SetView,
  topology: readonly TopologyNode[],
): Trap | undefined => {
  if (pods.ready > 0) return undefined;
  const node = topology.find(({ kind }) => kind === 'synchronizer');
  const pod = pods.pods[0];
  if (!node || !pod) return undefined;
  const registered =
    node.state === 'BOOTING' || node.readiness === 'waiting' || node.readiness === 'unreachable';
  const unresolved = node.readiness === 'unreachable' || /unknown ?host|resol|TTransport/i.test(node.detail);
  const died = pod.restarts > 0 || pod.trouble?.kind === 'crash_loop';
  if (!registered || !(unresolved || died)) return undefined;
  const { synchronizerService: service } = instance;
  const restarts =
    pod.restarts > 0 ? `, restarted ${pod.restarts === 1 ? 'once' : `${pod.restarts} times`}` : '';
  return {
    what: `The readiness trap: the topology has ${node.name} as ${node.state}, ${node.readiness}${
      node.detail && node.detail !== 'Inactive' ? ` (${node.detail})` : ''
    }, while its pod ${pod.name} is not ready${restarts}. Kubernetes publishes no name for a pod that is not ready, so the backend cannot find it and marks it broken.`,
    options: [
      `Set publishNotReadyAddresses: true on the Service ${service}`,
      'Then retry the step',
      'Or cancel; nothing but the synchronizer is up',
    ],
  };
};
