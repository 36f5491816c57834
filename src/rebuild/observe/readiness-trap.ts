import type { Trap } from '../messages/steps/interventions.ts';
import type { Instance } from '../model/parts/instance.ts';
import type { SetView, TopologyNode } from '../ports/ports.ts';

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
  return {
    node: { name: node.name, state: node.state, readiness: node.readiness },
    detail: node.detail,
    pod: pod.name,
    restarts: pod.restarts,
    service: instance.synchronizerService,
  };
};
