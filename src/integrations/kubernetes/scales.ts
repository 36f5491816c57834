import type { V1StatefulSet } from '@kubernetes/client-node';
import type { EffectResult, ScalePort, ScaleRequest } from '../../rebuild/ports/ports.ts';
import type { Clusters } from './client/clusters.ts';
import { explainKubernetes, type KubernetesFailure } from './client/failure.ts';
import { readSet, setName } from './look.ts';
import { fieldManager, managerInWords, replicasWriter } from './managers.ts';
import { replicasOf, versionOf } from './set-view.ts';

/** How often a write is tried again that lost against a change of the set's status, which is none of its business. */
const writes = 4;

/** Changes `spec.replicas` through the scale subresource, by compare-and-set on the spec it was decided on. */
export const createKubernetesScales = (clusters: Clusters): ScalePort => ({
  scale: (request) => scale(clusters, request),
  // Once it is written it is in the cluster: nobody has to sync it.
  arrived: async () => ({ ok: true, value: { state: 'arrived' } }),
  async blame(instance, role) {
    const set = await readSet(clusters, instance, setName(instance, role));
    if (!set.ok) return set;
    const writer = replicasWriter(set.value.metadata?.managedFields);
    if (!writer || writer.manager === fieldManager) return { ok: true, value: undefined };
    const when = writer.at === undefined ? '' : ` at ${new Date(writer.at).toISOString().slice(0, 19)}Z`;
    const what = `set spec.replicas of ${setName(instance, role)} to ${replicasOf(set.value)}${when}`;
    return { ok: true, value: { who: managerInWords(writer.manager), what } };
  },
});

const scale = async (clusters: Clusters, request: ScaleRequest): Promise<EffectResult> => {
  const { instance, role, to } = request;
  const name = setName(instance, role);
  const { namespace } = instance;
  let last: EffectResult = conflict(name, 'it changes faster than it can be written');
  for (let attempt = 0; attempt < writes; attempt++) {
    const read = await clusters.call(instance.cluster, (apis, options) =>
      apis.apps.readNamespacedStatefulSet({ name, namespace }, options),
    );
    if (!read.ok) return unread(instance.cluster, name, read.failure);
    const verdict = compare(request, name, read.value);
    if (verdict) return verdict;
    const resourceVersion = read.value.metadata?.resourceVersion ?? '';
    const written = await clusters.call(instance.cluster, (apis, options) =>
      apis.apps.replaceNamespacedStatefulSetScale(
        {
          name,
          namespace,
          fieldManager,
          body: { metadata: { name, namespace, resourceVersion }, spec: { replicas: to } },
        },
        options,
      ),
    );
    if (written.ok) {
      return { ok: true, already: false, id: written.value.metadata?.resourceVersion ?? resourceVersion };
    }
    last = unwritten(instance.cluster, name, request, written.failure);
    if (last.ok || last.kind !== 'conflict') return last;
  }
  return last;
};

/** What the world says to a change before it is made; undefined: it may be made. */
const compare = (request: ScaleRequest, name: string, set: V1StatefulSet): EffectResult | undefined => {
  const { from, to, resourceVersion } = request;
  const found = replicasOf(set);
  if (found === to) return { ok: true, already: true, id: set.metadata?.resourceVersion ?? '' };
  if (found !== from) {
    const by = replicasWriter(set.metadata?.managedFields);
    const who = by && by.manager !== fieldManager ? `, set by ${managerInWords(by.manager)}` : '';
    return conflict(name, `it has ${found} replicas${who}, and ${from} were expected`);
  }
  // It has the number again, and was changed in between: this change was decided on an older world.
  if (versionOf(set) !== resourceVersion) {
    return conflict(name, `its spec was changed after ${from} → ${to} was decided`);
  }
  return undefined;
};

const conflict = (name: string, why: string): EffectResult => ({
  ok: false,
  kind: 'conflict',
  error: `StatefulSet ${name}: ${why}. Nothing was changed.`,
});

/** Nothing has been sent that could change anything: whatever went wrong may be tried again, unless it is for good. */
const unread = (cluster: string, name: string, failure: KubernetesFailure): EffectResult => {
  const error = `StatefulSet ${name}: ${explainKubernetes(cluster, failure)}. Nothing was changed.`;
  if (failure.kind !== 'answered') return { ok: false, kind: 'retry', error };
  return isForGood(failure.status)
    ? { ok: false, kind: 'refused', error }
    : retry(error, failure.retryAfterMs);
};

const retry = (error: string, retryAfterMs: number | undefined): EffectResult => ({
  ok: false,
  kind: 'retry',
  error,
  ...(retryAfterMs !== undefined && { retryAfterMs }),
});

/** 401 is not: tokens are renewed. */
const isForGood = (status: number): boolean =>
  status >= 400 && status < 500 && ![401, 408, 429].includes(status);

const unwritten = (
  cluster: string,
  name: string,
  request: ScaleRequest,
  failure: KubernetesFailure,
): EffectResult => {
  const what = `StatefulSet ${name}, replicas ${request.from} → ${request.to}: ${explainKubernetes(cluster, failure)}`;
  if (failure.kind === 'not_sent') return retry(`${what}. Nothing was changed.`, undefined);
  if (failure.kind !== 'answered')
    return { ok: false, kind: 'unknown', error: `${what}. It may have been changed.` };
  const { status, retryAfterMs, denial } = failure;
  // Whatever status a policy or webhook has chosen: it is asked before anything is stored.
  if (denial?.kind === 'denied')
    return { ok: false, kind: 'refused', error: `${what}. Nothing was changed.` };
  if (denial) return retry(`${what}. Nothing was changed.`, retryAfterMs);
  if (status === 409 && failure.reason !== 'AlreadyExists') {
    return { ok: false, kind: 'conflict', error: `${what}. Nothing was changed.` };
  }
  if (status === 429 || status === 401) return retry(`${what}. Nothing was changed.`, retryAfterMs);
  if (status === 408 || status >= 500 || status < 400) {
    return {
      ok: false,
      kind: 'unknown',
      error: `${what}. It may have been changed.`,
      ...(retryAfterMs !== undefined && { retryAfterMs }),
    };
  }
  return { ok: false, kind: 'refused', error: `${what}. Nothing was changed.` };
};
