import type { SimApplication, SimOperation } from '../contract.ts';
import { compact, time } from './meta.ts';

/** As Argo CD 3.5.4 writes it: no `health.message`, no health of single resources, nothing of a sync that is only asked for. */
export const applicationObject = (application: SimApplication, refreshing: boolean): unknown => {
  if (application.raw !== undefined) return application.raw;
  const { name, namespace, skipped, sync, revision } = application;
  const annotations = compact({
    'argocd.argoproj.io/refresh': refreshing ? 'normal' : undefined,
    'argocd.argoproj.io/skip-reconcile': skipped ? 'true' : undefined,
  });
  const operation = application.operation ?? (sync === 'Synced' ? succeeded(revision) : undefined);
  const underWay = operation?.phase === 'asked' || operation?.phase === 'Running';
  return compact({
    kind: 'Application',
    apiVersion: 'argoproj.io/v1alpha1',
    metadata: { name, namespace, ...(Object.keys(annotations).length > 0 && { annotations }) },
    operation: underWay ? { sync: { revision: operation.revision } } : undefined,
    spec: specOf(application),
    status: compact({
      sync: { status: sync, revision },
      health: { status: application.health },
      reconciledAt: application.reconciledAt === undefined ? undefined : time(application.reconciledAt),
      conditions: application.conditions?.length ? application.conditions : undefined,
      operationState: operation && operation.phase !== 'asked' ? stateOf(operation) : undefined,
      resources: application.resources?.map(({ set, sync: status, namespace: where }) => ({
        ...{ group: 'apps', version: 'v1', kind: 'StatefulSet' },
        ...{ name: set, namespace: where, status },
      })),
    }),
  });
};

const specOf = (application: SimApplication): unknown =>
  compact({
    project: 'default',
    source: {
      repoURL: 'https://git.example.com/acme/deployments.git',
      path: 'instances',
      targetRevision: 'main',
    },
    destination: { server: 'https://kubernetes.default.svc' },
    syncPolicy: compact({
      automated: { prune: true, selfHeal: application.selfHeal || undefined },
      syncOptions: application.ignoresReplicas ? ['RespectIgnoreDifferences=true'] : undefined,
    }),
    ignoreDifferences: application.ignoresReplicas
      ? [{ group: 'apps', kind: 'StatefulSet', jsonPointers: ['/spec/replicas'] }]
      : undefined,
  });

const succeeded = (revision: string): SimOperation => ({
  phase: 'Succeeded',
  revision,
  message: 'successfully synced (all tasks run)',
});

const stateOf = ({ phase, revision, message, retries, startedAt, finishedAt }: SimOperation): unknown =>
  compact({
    phase,
    message,
    retryCount: retries || undefined,
    startedAt: startedAt === undefined ? undefined : time(startedAt),
    finishedAt: finishedAt === undefined ? undefined : time(finishedAt),
    operation: { sync: { revision } },
    syncResult: phase === 'Running' && message === undefined ? undefined : { revision },
  });
