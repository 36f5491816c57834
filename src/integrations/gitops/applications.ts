import type { Seen } from '../../rebuild/ports.ts';

/** What is read of an Argo CD Application. */
export interface ApplicationView {
  /** `Synced`, `OutOfSync` or `Unknown`. */
  readonly sync: string;
  /** `Healthy`, `Progressing`, `Degraded`, `Suspended`, `Missing` or `Unknown`. */
  readonly health: string;
  /** The commit that it was last compared with. */
  readonly revision: string;
  readonly message?: string;
  readonly selfHeal: boolean;
}

/** Argo CD Applications, custom resources of a cluster; undefined where there is none of that name. */
export interface Applications {
  get(cluster: string, namespace: string, name: string): Promise<Seen<ApplicationView | undefined>>;
}
