import type { Seen } from '../../rebuild/ports.ts';

/** What has to be known of an Argo CD Application to follow a commit. */
export interface ApplicationView {
  /** `Synced`, `OutOfSync` or `Unknown`. */
  readonly sync: string;
  /** `Healthy`, `Progressing`, `Degraded`, `Suspended`, `Missing` or `Unknown`. */
  readonly health: string;
  /** The commit that it was last compared with; '' before the first comparison. */
  readonly revision: string;
  /** What went wrong last, or is going on; '' when there is nothing. */
  readonly message: string;
  /** False: a commit is not synced by itself. */
  readonly automated?: boolean;
  /** Replicas are left out of the comparison, so a commit of them is never applied. */
  readonly ignoresReplicas: boolean;
}

/** Argo CD Applications, custom resources of a cluster; undefined where there is none of that name. */
export interface Applications {
  get(cluster: string, namespace: string, name: string): Promise<Seen<ApplicationView | undefined>>;
}
