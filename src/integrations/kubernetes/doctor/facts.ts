import type {
  V1PodDisruptionBudget,
  V1ResourceQuota,
  V1Service,
  V1StatefulSet,
  V1ValidatingAdmissionPolicy,
  V2HorizontalPodAutoscaler,
} from '@kubernetes/client-node';
import type { Finding } from '../../../rebuild/model/command.ts';
import type { Instance, Role } from '../../../rebuild/model/rebuild.ts';
import type { Seen } from '../../../rebuild/ports/ports.ts';
import type { ArgoApplication } from '../../argocd/application.ts';
import type { Right } from './needed-rights.ts';

/** Everything that the checks look at, each part as far as it could be read. */
export interface Facts {
  readonly instance: Instance;
  readonly version: Seen<string>;
  readonly sets: Readonly<Record<Role, Seen<V1StatefulSet>>>;
  readonly service: Seen<V1Service>;
  readonly budgets: Seen<readonly V1PodDisruptionBudget[]>;
  readonly autoscalers: Seen<readonly V2HorizontalPodAutoscaler[]>;
  readonly quotas: Seen<readonly V1ResourceQuota[]>;
  readonly policies: Seen<readonly V1ValidatingAdmissionPolicy[]>;
  /** undefined: nothing says that Argo CD manages the sets. */
  readonly application: Seen<TrackedBy | undefined>;
  readonly rights: readonly { readonly right: Right; readonly allowed: Seen<boolean> }[];
}

export interface TrackedBy {
  readonly namespace: string;
  readonly name: string;
  /** undefined: it is named, and not there. */
  readonly application: ArgoApplication | undefined;
}

/** One question about a cluster: pure, and answered whatever could not be read. */
export type Check = (facts: Facts) => readonly Finding[];

export const roles: readonly Role[] = ['farmer', 'synchronizer'];

export const unknown = (check: string, error: string): Finding => ({
  level: 'unknown',
  check,
  says: `not checked: ${error}`,
});
