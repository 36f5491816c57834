import type { V1Container, V1Probe } from '@kubernetes/client-node';
import type { DoctorFinding } from '../../../rebuild/model/command.ts';
import { setName } from '../look.ts';
import { type Check, unknown, workloadRoles } from './facts.ts';

const check = 'probes';

/** Liveness and readiness must be two different questions: one restarts a pod, the other only takes it out. */
export const probes: Check = ({ instance, sets }) =>
  workloadRoles.flatMap((role) => {
    const name = setName(instance, role);
    const set = sets[role];
    if (!set.ok) return [unknown(check, set.error)];
    const containers = set.value.spec?.template?.spec?.containers ?? [];
    const found = containers.flatMap((container) => ofContainer(name, container));
    if (found.length > 0) return found;
    return [{ level: 'ok', check, says: `StatefulSet ${name} has separate liveness and readiness probes` }];
  });

const ofContainer = (set: string, container: V1Container): readonly DoctorFinding[] => {
  const { livenessProbe: liveness, readinessProbe: readiness } = container;
  const path = `StatefulSet ${set}: spec.template.spec.containers[name=${container.name}]`;
  if (liveness && readiness && question(liveness) === question(readiness)) {
    return [
      {
        level: 'problem',
        check,
        says: `StatefulSet ${set}, container ${container.name}: liveness and readiness ask the same (${question(liveness)}): a pod that is only not ready yet is restarted`,
        fix: `${path}.livenessProbe.httpGet.path: /livez, one that says only that the process is alive; no dependency, no database behind it`,
      },
    ];
  }
  const missing = [
    ...(liveness ? [] : [['livenessProbe', 'is never restarted when it hangs', '/livez'] as const]),
    ...(readiness ? [] : [['readinessProbe', 'counts as ready as soon as it runs', '/readyz'] as const]),
  ];
  return missing.map(([probe, so, endpoint]) => ({
    level: 'warning',
    check,
    says: `StatefulSet ${set}, container ${container.name} has no ${probe}: it ${so}`,
    fix: `${path}.${probe}.httpGet.path: ${endpoint}`,
  }));
};

/** What a probe asks, however often: `GET /healthz on port admin`. */
const question = (probe: V1Probe): string => {
  const { httpGet, tcpSocket, grpc, exec } = probe;
  if (httpGet) return `GET ${httpGet.path ?? '/'} on port ${httpGet.port}`;
  if (tcpSocket) return `a connection to port ${tcpSocket.port}`;
  if (grpc) return `gRPC health of ${grpc.service ?? 'everything'} on port ${grpc.port}`;
  return `the command ${(exec?.command ?? []).join(' ')}`;
};
