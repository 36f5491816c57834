import type { Check } from './facts.ts';

/** Whether the cluster answers at all. */
export const reachability: Check = ({ instance, version }) => [
  version.ok
    ? {
        level: 'ok',
        check: 'reachability',
        says: `cluster ${instance.cluster} answers, Kubernetes ${version.value}`,
      }
    : {
        level: 'problem',
        check: 'reachability',
        says: version.error,
        fix: `Check rebuilds.clusters in farmhand.yml: the entry ${instance.cluster}, its kubeconfig and context, and the network to it.`,
      },
];
