import type { Instance } from '../../rebuild/model/parts/instance.ts';
import type { WorkloadRole } from '../../rebuild/model/parts/workloads.ts';
import type { Observation } from '../../rebuild/ports/ports.ts';
import type { ArgoApplication } from './application.ts';
import type { GlobalRule } from './global-rules.ts';
import type { SetNamed } from './ignored.ts';
import type { SyncWindow } from './windows.ts';

/** Argo CD's custom resources in a cluster. */
export interface Applications {
  /** undefined: there is no such Application. */
  get(cluster: string, namespace: string, name: string): Promise<Observation<ArgoApplication | undefined>>;
  /** The sync windows of a project; an error where farmhand may not read projects. */
  windows(cluster: string, namespace: string, project: string): Promise<Observation<readonly SyncWindow[]>>;
  /** The rules of `argocd-cm` in the namespace of Argo CD itself; an error where farmhand may not read that. */
  globalRules(cluster: string, namespace: string): Promise<Observation<readonly GlobalRule[]>>;
  /** Asks for a look at the repository now. Not more than a wish: farmhand may lack the right. */
  refresh(cluster: string, namespace: string, name: string): Promise<Observation<void>>;
}

/** A set as it is in the cluster; no `replicas` where there is none of that name. */
export interface LiveSet extends SetNamed {
  readonly replicas: number | undefined;
}

/** The sets of instances, whichever way they are changed. */
export interface LiveSets {
  replicas(instance: Instance, role: WorkloadRole): Promise<Observation<LiveSet>>;
}
