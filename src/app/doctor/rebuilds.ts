import { environmentOf } from '../../access/environments.ts';
import type { Config } from '../../config/schema/schema.ts';
import { messageOf } from '../../core/errors.ts';
import { createEngine } from '../../integrations/engine/engine.ts';
import { createInstances } from '../../integrations/gitops/instances.ts';
import { openRepository } from '../../integrations/gitops/repository.ts';
import { type Http, openHttp } from '../../integrations/http-client/call.ts';
import { createApplications } from '../../integrations/kubernetes/applications.ts';
import { openClusters } from '../../integrations/kubernetes/client/clusters.ts';
import { createClusterPort } from '../../integrations/kubernetes/doctor/examine.ts';
import type { Log } from '../../observability/log.ts';
import type { DoctorFinding } from '../../rebuild/model/command.ts';
import type { ClusterPort, EnginePort, InstancesPort } from '../../rebuild/ports/ports.ts';
import { type Finding, type FindingState, finding } from './finding.ts';

interface Deps {
  readonly http: Http;
  readonly now: () => number;
  readonly log: Log;
}

/** Instances that are looked at together: the API servers answer people as well. */
const atOnce = 4;

const states: Readonly<Record<DoctorFinding['level'], FindingState>> = {
  ok: 'ok',
  warning: 'warn',
  problem: 'fail',
  unknown: 'unknown',
};

/**
 * The clusters, the repository, and of each instance what `/dcr doctor` tells. Reads only. Who only takes alerts in (not `acts`) asks the repository
 * for names, and nobody else.
 */
export const lookAtRebuilds = async (
  config: Config,
  rebuilds: NonNullable<Config['rebuilds']>,
  { http, now, log, acts }: Deps & { readonly acts: boolean },
): Promise<readonly Finding[]> => {
  const instances = instancesOf(config, rebuilds, { http, now, log });
  if (!acts) return [namesFinding(rebuilds, await instances.names())];
  await using clusters = openClusters(rebuilds.clusters, { timeout: rebuilds.timeout, log, now });
  await using enginesHttp = openHttp({ proxyFromEnv: true, connections: 1, idle: 500 });
  const reached = await Promise.all(
    rebuilds.clusters.map(async ({ name }) => {
      const version = await clusters.reach(name);
      return version.ok
        ? finding('cluster', 'ok', `${name} answers (${version.value})`)
        : finding(
            'cluster',
            'fail',
            `${name}: ${version.error}`,
            `Check the kubeconfig of ${name}, and egress to it.`,
          );
    }),
  );
  const names = await instances.names();
  if (!names.ok) return [...reached, namesFinding(rebuilds, names)];
  const world = {
    instances,
    cluster: createClusterPort(clusters, createApplications(clusters)),
    engine: createEngine(rebuilds.engine, { http: enginesHttp, now }),
  };
  const found: Finding[] = [...reached, namesFinding(rebuilds, names)];
  for (let from = 0; from < names.value.length; from += atOnce) {
    const some = names.value.slice(from, from + atOnce);
    found.push(...(await Promise.all(some.map((name) => lookAtInstance(name, world)))).flat());
  }
  return found;
};

const namesFinding = (
  { repository }: NonNullable<Config['rebuilds']>,
  names: Awaited<ReturnType<InstancesPort['names']>>,
): Finding =>
  names.ok
    ? finding('repository', 'ok', `${names.value.length} instances in ${repository.repo}`)
    : finding(
        'repository',
        'fail',
        `the instances cannot be read: ${names.error}`,
        'Check rebuilds.repository: repo, branch, path, and its token (contents: read and write).',
      );

const instancesOf = (
  config: Config,
  rebuilds: NonNullable<Config['rebuilds']>,
  { http, now }: Deps,
): InstancesPort => {
  const { repo, branch, author, committer, api_url, token, path, cache } = rebuilds.repository;
  const repository = openRepository(
    {
      ...{ apiUrl: api_url, token, timeoutMs: rebuilds.timeout, repo, branch, author },
      ...(committer && { committer }),
    },
    { http, now },
  );
  return createInstances(repository, {
    ...{ path, clusters: rebuilds.clusters.map(({ name }) => name), now },
    cacheMs: cache,
    environmentOf: (name, ofValues) => environmentOf(config.access?.environments ?? {}, name, ofValues),
  });
};

interface InstanceWorld {
  readonly instances: InstancesPort;
  readonly cluster: ClusterPort;
  readonly engine: EnginePort;
}

const lookAtInstance = async (name: string, world: InstanceWorld): Promise<readonly Finding[]> => {
  const found = await world.instances.get(name);
  const check = `instance ${name}`;
  if (!found.ok) {
    if (found.kind === 'invalid') {
      return found.problems.map(({ file, line, message }) =>
        finding(
          check,
          'fail',
          `${file}${line === undefined ? '' : `:${line}`}: ${message}`,
          'Fix the values file in the deployment repository.',
        ),
      );
    }
    return [
      finding(check, 'unknown', found.kind === 'unavailable' ? found.error : 'it is not there any more'),
    ];
  }
  const { instance } = found;
  const [cluster, engine] = await Promise.all([
    world.cluster
      .doctor(instance)
      .catch((error: unknown): readonly DoctorFinding[] => [
        { level: 'unknown', check: 'cluster', says: messageOf(error) },
      ]),
    world.engine.look(instance, ''),
  ]);
  const bad = cluster.filter(({ level }) => level !== 'ok');
  const told = [
    ...bad.map(({ level, check: what, says, fix }) =>
      finding(check, states[level], `${what.replaceAll('_', ' ')}: ${says}`, fix),
    ),
    ...(engine.ok
      ? []
      : [
          finding(
            check,
            'fail',
            `the admin endpoint of its engine does not answer: ${engine.error}`,
            `Look at ${instance.adminUrl} from where farmhand runs; it is adminUrl in ${instance.source.file}.`,
          ),
        ]),
  ];
  return told.length === 0
    ? [finding(check, 'ok', 'values, cluster and engine are as a rebuild needs them')]
    : told;
};
