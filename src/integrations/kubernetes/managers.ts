import { cut, oneLine } from '../../core/text.ts';
import { OwnsReplicas } from './client/schema.ts';
import type { ManagedFields } from './client/shapes.ts';

/** What farmhand calls itself to Kubernetes. */
export const fieldManager = 'farmhand';

export interface Writer {
  readonly manager: string;
  /** ms, whole seconds. Kubernetes keeps no time of what is written through the scale subresource. */
  readonly at?: number;
}

/**
 * Who set `spec.replicas`. Several own it where they agree on the number. An `Update` takes it from all others and only
 * by changing it, so it counts before an `Apply`, which may have agreed later; among those the latest counts.
 */
export const replicasWriter = (entries: readonly ManagedFields[] | undefined): Writer | undefined => {
  const owners = (entries ?? [])
    .filter((entry) => OwnsReplicas.safeParse(entry.fieldsV1).success)
    .map((entry) => ({
      manager: cut(oneLine(entry.manager ?? ''), 100),
      at: entry.time?.getTime(),
      agreed: entry.operation === 'Apply' ? 1 : 0,
    }))
    .toSorted((a, b) => a.agreed - b.agreed || (b.at ?? 0) - (a.at ?? 0));
  const [latest] = owners;
  if (!latest || latest.manager === '') return undefined;
  return { manager: latest.manager, ...(latest.at !== undefined && { at: latest.at }) };
};

/** Everybody who owns `spec.replicas`. */
export const replicasWriters = (entries: readonly ManagedFields[] | undefined): readonly string[] =>
  (entries ?? [])
    .filter((entry) => OwnsReplicas.safeParse(entry.fieldsV1).success)
    .map(({ manager }) => manager ?? '');

const known: readonly (readonly [RegExp, string])[] = [
  [/^argocd/, 'Argo CD'],
  [/^(flux|kustomize-controller|helm-controller)/, 'Flux'],
  [/^(keda|keda-operator)$/, 'KEDA'],
  // The autoscaler has no name of its own: it is part of the controller manager.
  [/^(kube-controller-manager|horizontal-pod-autoscaler)$/, 'an autoscaler'],
  [/^kubectl/, 'a person with kubectl'],
  [/^helm$/i, 'Helm'],
  [/^terraform/i, 'Terraform'],
  [/^(rancher|k9s|lens|Mozilla|headlamp|OpenLens)/i, 'a person with a dashboard'],
];

/** A field manager in words that people know: `Argo CD (argocd-controller)`. */
export const managerInWords = (manager: string): string => {
  const words = known.find(([pattern]) => pattern.test(manager))?.[1];
  return words === undefined ? manager : `${words} (${manager})`;
};
