import type { V1StatefulSet } from '@kubernetes/client-node';
import { cut, oneLine } from '../../core/text.ts';
import type { Instance } from '../../rebuild/model/parts/instance.ts';
import type { WorkloadRole } from '../../rebuild/model/parts/workloads.ts';
import type { ClusterPort, Observation, SetView } from '../../rebuild/ports/ports.ts';
import type { Clusters } from './client/clusters.ts';
import { eventShapes, podShapes, type SetShape, setShape } from './client/shapes.ts';
import { replicasOf, selectorOf, setView } from './set-view.ts';

export const setName = (instance: Instance, role: WorkloadRole): string =>
  role === 'farmer' ? instance.farmerSet : instance.synchronizerSet;

/** As client-node has it, with all its fields. */
export const readSet = (
  clusters: Clusters,
  instance: Instance,
  name: string,
): Promise<Observation<V1StatefulSet>> =>
  clusters
    .read(instance.cluster, (apis, options) =>
      apis.apps.readNamespacedStatefulSet({ name, namespace: instance.namespace }, options),
    )
    .then((set) => whole(instance, name, set));

/** What is looked at of it, and no more. */
const lookAtSet = async (
  clusters: Clusters,
  instance: Instance,
  role: WorkloadRole,
): Promise<Observation<SetShape>> => {
  const name = setName(instance, role);
  const path = `/apis/apps/v1/namespaces/${encodeURIComponent(instance.namespace)}/statefulsets/${encodeURIComponent(name)}`;
  const set = await clusters.get(instance.cluster, path);
  return whole(instance, name, set.ok ? { ok: true, value: setShape(set.value) } : set);
};

/** The items of a kind in an instance's namespace. */
const listIn = (
  clusters: Clusters,
  { cluster, namespace }: Instance,
  kind: 'pods' | 'events',
  query: Readonly<Record<string, string>>,
): Promise<Observation<unknown>> =>
  clusters.get(
    cluster,
    `/api/v1/namespaces/${encodeURIComponent(namespace)}/${kind}?${new URLSearchParams(query)}`,
  );

/** Without these nothing can be said of its pods, nor whether its controller has seen the last change. */
const whole = <T extends SetShape>(
  { cluster }: Instance,
  name: string,
  set: Observation<T>,
): Observation<T> => {
  if (!set.ok) return set;
  const { uid, generation } = set.value.metadata ?? {};
  const missing = [
    ...(uid ? [] : ['metadata.uid']),
    ...(typeof generation === 'number' ? [] : ['metadata.generation']),
    ...(set.value.spec ? [] : ['spec']),
  ];
  if (missing.length === 0) return set;
  const error = `cluster ${cluster}: the StatefulSet ${name} was answered without ${missing.join(', ')}, so nothing can be said of it`;
  return { ok: false, error };
};

/** Pods of a set that are all up and well. */
interface Kept {
  readonly version: string;
  /** ms */
  readonly at: number;
  readonly view: SetView;
}

/** Nobody may want them older; ms. */
const keptAtMost = 600_000;

/**
 * Looks at sets and their pods. A set changes with every pod that becomes ready, or is not any more: while it has not
 * changed, and all its pods were well, they need not be listed again. What its controller could not notice (a restart
 * within the time of a probe, or that the controller itself is down) is seen once they are too old.
 */
export const createLook = (clusters: Clusters, now: () => number): ClusterPort['look'] => {
  const kept = new Map<string, Kept>();
  const keep = (key: string, entry: Kept): void => {
    kept.delete(key);
    for (const [old, { at }] of kept) {
      if (entry.at - at < keptAtMost) break;
      kept.delete(old);
    }
    const { wanted, ready, pods } = entry.view;
    const well = ready === wanted && pods.length === wanted && pods.every(({ trouble }) => !trouble);
    if (well) kept.set(key, entry);
  };
  return async (instance, role, podsAtMost = 0) => {
    const set = await lookAtSet(clusters, instance, role);
    if (!set.ok) return set;
    const { uid, resourceVersion } = set.value.metadata ?? {};
    const key = `${instance.cluster}/${instance.namespace}/${setName(instance, role)}`;
    const version = `${uid}/${resourceVersion}`;
    const at = now();
    const known = kept.get(key);
    if (known && resourceVersion && known.version === version && at - known.at < podsAtMost) {
      return { ok: true, value: known.view };
    }
    const seen = await withPods(clusters, instance, set.value);
    if (seen.ok) keep(key, { version, at, view: seen.value });
    return seen;
  };
};

const withPods = async (
  clusters: Clusters,
  instance: Instance,
  set: SetShape,
): Promise<Observation<SetView>> => {
  const listed = await listIn(clusters, instance, 'pods', { labelSelector: selectorOf(set) });
  if (!listed.ok) return listed;
  const pods = podShapes(listed.value);
  const view = setView(set, pods);
  if (view.pods.length >= view.wanted || view.podManagement !== 'Parallel') return { ok: true, value: view };
  const refusal = await refusalOf(clusters, instance, set);
  return { ok: true, value: refusal === undefined ? view : setView(set, pods, refusal) };
};

/**
 * Why fewer pods were made than are wanted, by the newest event that says so. Nice to know only: without the right to
 * list events, or with events gone by, there is no reason.
 */
const refusalOf = async (
  clusters: Clusters,
  instance: Instance,
  set: SetShape,
): Promise<string | undefined> => {
  if (replicasOf(set) === 0) return undefined;
  const fieldSelector = `involvedObject.uid=${set.metadata?.uid ?? ''},reason=FailedCreate`;
  const events = await listIn(clusters, instance, 'events', { fieldSelector });
  if (!events.ok) return undefined;
  const [newest] = eventShapes(events.value).toSorted(
    (a, b) => (b.lastTimestamp?.getTime() ?? 0) - (a.lastTimestamp?.getTime() ?? 0),
  );
  if (newest?.message === undefined) return undefined;
  return `not made: ${cut(oneLine(newest.message.replace(/^create Pod \S+ in StatefulSet \S+ failed error: /i, '')), 220)}`;
};
