import type { PodView, SetView } from '../../rebuild/ports/ports.ts';
import type { PodShape, SetShape } from './client/shapes.ts';
import { replicasWriter } from './managers.ts';
import { isReady, isTerminating, podTroubleOf, restartsOf } from './pod-trouble.ts';

/** `spec.replicas`; Kubernetes takes 1 where there is none. */
export const replicasOf = (set: SetShape): number => set.spec?.replicas ?? 1;

/**
 * What a change is decided on: this set, with this spec. The resourceVersion itself will not do: it changes whenever a
 * pod becomes ready, and a number that nobody has touched would look like a conflict.
 */
export const versionOf = (set: SetShape): string =>
  `${set.metadata?.uid ?? ''}/${set.metadata?.generation ?? 0}`;

/** The label selector of a set's pods, as the API takes it. */
export const selectorOf = (set: SetShape): string => {
  const { matchLabels = {}, matchExpressions = [] } = set.spec?.selector ?? {};
  const expressions = matchExpressions.map(({ key, operator, values = [] }) => {
    switch (operator) {
      case 'Exists':
        return key;
      case 'DoesNotExist':
        return `!${key}`;
      default:
        return `${key} ${operator.toLowerCase()} (${values.join(',')})`;
    }
  });
  return [...Object.entries(matchLabels).map(([key, value]) => `${key}=${value}`), ...expressions].join(',');
};

/** A set with its own pods among `pods`. `refusal`: why pods that are wanted could not even be made. */
export const setView = (set: SetShape, pods: readonly PodShape[], refusal?: string): SetView => {
  const own = pods.filter((pod) =>
    pod.metadata?.ownerReferences?.some((owner) => owner.controller && owner.uid === set.metadata?.uid),
  );
  const views = own.map((pod) => podView(pod)).toSorted((a, b) => ordinal(a.name) - ordinal(b.name));
  const changedBy = replicasWriter(set.metadata?.managedFields);
  return {
    wanted: replicasOf(set),
    ready: views.filter((pod) => pod.ready).length,
    pods: refusal === undefined ? views : [...views, notMade(set, views, refusal)],
    resourceVersion: versionOf(set),
    observed: (set.status?.observedGeneration ?? 0) >= (set.metadata?.generation ?? 0),
    ...(changedBy && { changedBy }),
    podManagement: set.spec?.podManagementPolicy === 'Parallel' ? 'Parallel' : 'OrderedReady',
  };
};

const podView = (pod: PodShape): PodView => {
  const trouble = podTroubleOf(pod);
  const terminating = isTerminating(pod);
  return {
    name: pod.metadata?.name ?? '',
    ready: isReady(pod) && !terminating,
    terminating,
    restarts: restartsOf(pod),
    ...(trouble && { trouble }),
  };
};

const ordinal = (name: string): number => Number(/-(\d+)$/.exec(name)?.[1] ?? 0);

/** The first pod that is missing, with the reason: a quota makes no pod that could tell it. */
const notMade = (set: SetShape, views: readonly PodView[], refusal: string): PodView => {
  const there = new Set(views.map(({ name }) => name));
  let next = set.spec?.ordinals?.start ?? 0;
  const nameOf = (n: number): string => `${set.metadata?.name ?? ''}-${n}`;
  while (there.has(nameOf(next))) next++;
  const name = nameOf(next);
  return {
    name,
    ready: false,
    terminating: false,
    restarts: 0,
    trouble: { pod: name, kind: 'pending', says: refusal },
  };
};
