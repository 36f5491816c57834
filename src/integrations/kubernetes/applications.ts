import type { Seen } from '../../rebuild/ports.ts';
import { cut, oneLine } from '../http/plain.ts';
import type { Clusters } from './clusters.ts';
import { explain } from './failure.ts';
import { Application } from './schema.ts';

/** An Argo CD Application, as far as farmhand has to know it. Texts are plain. */
export interface ArgoApplication {
  /** `Synced`, `OutOfSync` or `Unknown`: whether the cluster is as `revision` says. */
  readonly sync: string;
  /** `Healthy`, `Progressing`, `Degraded`, `Suspended`, `Missing` or `Unknown`. */
  readonly health: string;
  /** The commit that the cluster was last compared with; '' before the first comparison. */
  readonly revision: string;
  /** What went wrong last, or is going on: the operation's message, conditions, health. '' when there is nothing. */
  readonly message: string;
  /** A commit is synced by itself; without this a person has to. */
  readonly automated: boolean;
  /** It undoes what others change in the cluster. */
  readonly selfHeal: boolean;
  /** `/spec/replicas` of StatefulSets is left out of the comparison. */
  readonly ignoresReplicas: boolean;
  /** It is left out of a sync, too (`RespectIgnoreDifferences=true`). */
  readonly respectsIgnored: boolean;
  /** The present or last sync: `Running`, `Succeeded`, `Failed`, `Error` or `Terminating`, and its commit. */
  readonly operation?: { readonly phase: string; readonly revision: string };
}

export interface Applications {
  /** undefined: there is no such Application. */
  get(cluster: string, namespace: string, name: string): Promise<Seen<ArgoApplication | undefined>>;
}

/** Reads Argo CD's Applications from the cluster that they live in. */
export const createApplications = (clusters: Clusters): Applications => ({
  async get(cluster, namespace, name) {
    const result = await clusters.call(cluster, (apis, options) =>
      apis.custom.getNamespacedCustomObject(
        { group: 'argoproj.io', version: 'v1alpha1', plural: 'applications', namespace, name },
        options,
      ),
    );
    if (!result.ok) {
      const { failure } = result;
      // Without a Status it is the kind that is not there: no Argo CD in this cluster.
      if (failure.kind === 'answered' && failure.reason === 'NotFound') return { ok: true, value: undefined };
      if (failure.kind === 'answered' && failure.status === 404) {
        return {
          ok: false,
          error: `cluster ${cluster} does not know Argo CD Applications (argoproj.io/v1alpha1)`,
        };
      }
      return { ok: false, error: explain(cluster, failure) };
    }
    const parsed = Application.safeParse(result.value);
    if (!parsed.success) {
      const where = parsed.error.issues.map((issue) => issue.path.join('.')).join(', ');
      return {
        ok: false,
        error: `cluster ${cluster}: the Application ${namespace}/${name} cannot be read: ${where}`,
      };
    }
    return { ok: true, value: applicationOf(parsed.data) };
  },
});

const applicationOf = ({ spec, status }: Application): ArgoApplication => {
  const { automated, syncOptions } = spec.syncPolicy ?? {};
  const operation = status?.operationState;
  return {
    sync: status?.sync?.status ?? 'Unknown',
    health: status?.health?.status ?? 'Unknown',
    revision: status?.sync?.revision ?? status?.sync?.revisions?.[0] ?? '',
    message: messageOf(status),
    automated: automated !== undefined && automated !== null && automated.enabled !== false,
    selfHeal: automated?.selfHeal === true && automated.enabled !== false,
    ignoresReplicas: (spec.ignoreDifferences ?? []).some(ignoresReplicas),
    respectsIgnored: syncOptions?.includes('RespectIgnoreDifferences=true') === true,
    ...(operation && {
      operation: {
        phase: operation.phase,
        revision: operation.syncResult?.revision ?? operation.syncResult?.revisions?.[0] ?? '',
      },
    }),
  };
};

type Ignored = NonNullable<Application['spec']['ignoreDifferences']>[number];

const ignoresReplicas = (rule: Ignored): boolean =>
  (rule.kind === 'StatefulSet' || rule.kind === '*') &&
  (rule.jsonPointers?.includes('/spec/replicas') === true ||
    rule.jqPathExpressions?.some((expression) => expression.trim() === '.spec.replicas') === true);

/** Of a sync that went well there is nothing to say. */
const messageOf = (status: Application['status']): string => {
  const { operationState: operation, conditions, health } = status ?? {};
  const parts = [
    operation && operation.phase !== 'Succeeded' ? operation.message : undefined,
    ...(conditions ?? []).filter(({ type }) => /Error|Warning/.test(type)).map(({ message }) => message),
    health?.status === 'Healthy' ? undefined : health?.message,
  ];
  return cut(oneLine(parts.filter((part) => part !== undefined && part !== '').join('; ')), 300);
};
