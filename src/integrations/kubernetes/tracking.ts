import type { V1StatefulSet } from '@kubernetes/client-node';
import type { Instance } from '../../rebuild/model/parts/instance.ts';

/** Where Argo CD lives, when nothing says otherwise. */
const usualNamespace = 'argocd';

/** The Argo CD Application of an instance: by its values, or by the mark that Argo CD leaves on what it manages. */
export const trackedBy = (
  instance: Instance,
  sets: readonly V1StatefulSet[],
): { readonly namespace: string; readonly name: string } | undefined => {
  if (instance.gitops) {
    return { namespace: instance.gitops.applicationNamespace, name: instance.gitops.application };
  }
  for (const { metadata } of sets) {
    // `app:apps/StatefulSet:namespace/name`; an Application outside of Argo CD's own namespace is `namespace_app`.
    const mark =
      metadata?.annotations?.['argocd.argoproj.io/tracking-id']?.split(':', 1)[0] ??
      metadata?.labels?.['argocd.argoproj.io/instance'];
    if (!mark) continue;
    const [, namespace = usualNamespace, name = mark] = /^([^_]+)_(.+)$/.exec(mark) ?? [];
    return { namespace, name };
  }
  return undefined;
};
