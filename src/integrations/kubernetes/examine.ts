import type { Finding } from '../../rebuild/command.ts';
import type { Instance } from '../../rebuild/rebuild.ts';
import type { Applications } from './applications.ts';
import type { Clusters } from './clusters.ts';

/** Looks at everything in the cluster that a rebuild of this instance depends on. */
export const examine = async (
  clusters: Clusters,
  _applications: Applications,
  instance: Instance,
): Promise<readonly Finding[]> => {
  const version = await clusters.reach(instance.cluster);
  return version.ok
    ? [{ level: 'ok', check: 'reachability', says: `cluster ${instance.cluster} answers (${version.value})` }]
    : [{ level: 'problem', check: 'reachability', says: version.error }];
};
