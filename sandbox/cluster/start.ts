import { type Simulator, startSimulator } from '../simulator/server.ts';
import { clusterApi } from './api.ts';
import type { SimClusterControl, SimClusterView } from './contract.ts';
import { controlOf } from './control.ts';
import { viewOf } from './view.ts';
import { createWorld } from './world.ts';

export interface SimCluster extends Omit<Simulator, 'control'> {
  readonly token: string;
  /** A kubeconfig file's text with one context of this name. */
  kubeconfig(contextName: string): string;
  readonly view: SimClusterView;
  /** Of the cluster, and of the calls to its API: faults, outage, requests. */
  readonly control: SimClusterControl & Simulator['control'];
}

/**
 * A small Kubernetes on loopback: StatefulSets whose pods take time, die and crash-loop, behind as much of
 * kube-apiserver's API as farmhand uses. `speed` divides boot and stop times.
 */
export const startCluster = async (
  options: {
    readonly port?: number;
    readonly token?: string;
    readonly now?: () => number;
    readonly speed?: number;
  } = {},
): Promise<SimCluster> => {
  const world = createWorld(options);
  const simulator = await startSimulator({
    ...(options.port !== undefined && { port: options.port }),
    handler: (request) => clusterApi(world, request),
  });
  return {
    ...simulator,
    token: world.token,
    kubeconfig: (contextName) => kubeconfig(contextName, simulator.url, world.token),
    view: viewOf(world),
    control: { ...simulator.control, ...controlOf(world) },
  };
};

/** `insecure-skip-tls-verify` is what the client asks for before it speaks plain HTTP. */
const kubeconfig = (context: string, url: string, token: string): string => `apiVersion: v1
kind: Config
current-context: ${context}
clusters:
  - name: ${context}
    cluster: { server: "${url}", insecure-skip-tls-verify: true }
contexts:
  - name: ${context}
    context: { cluster: ${context}, user: farmhand }
users:
  - name: farmhand
    user: { token: "${token}" }
`;
