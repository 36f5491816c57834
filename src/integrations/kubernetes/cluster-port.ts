import type { ClusterPort } from '../../rebuild/ports/ports.ts';
import type { Applications } from '../argocd/applications.ts';
import type { Clusters } from './client/clusters.ts';
import { examine } from './examine.ts';
import { lookAt } from './look.ts';

/** Reads of the clusters: what a rebuild sees of its sets, and what the doctor finds. */
export const createClusterPort = (clusters: Clusters, applications: Applications): ClusterPort => ({
  look: (instance, role) => lookAt(clusters, instance, role),
  doctor: (instance) => examine(clusters, applications, instance),
});
