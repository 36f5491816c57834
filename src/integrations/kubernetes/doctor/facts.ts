import type {
  V1PodDisruptionBudget,
  V1ResourceQuota,
  V1Service,
  V1StatefulSet,
  V1ValidatingAdmissionPolicy,
  V2HorizontalPodAutoscaler,
} from '@kubernetes/client-node';
import type { DoctorFinding } from '../../../rebuild/model/command.ts';
import type { Instance } from '../../../rebuild/model/parts/instance.ts';
import type { WorkloadRole } from '../../../rebuild/model/parts/workloads.ts';
import type { Observation } from '../../../rebuild/ports/ports.ts';
import type { ArgoApplication } from '../../argocd/application.ts';
import type { Right } from './needed-rights.ts';

/** Everything that the checks look at, each part as far as it could be read. */
export interface Facts {
  readonly instance: Instance;
  readonly version: Observation<string>;
  readonly sets: Readonly<Record<WorkloadRole, Observation<V1StatefulSet>>>;
  readonly service: Observation<V1Service>;
  readonly budgets: Observation<readonly V1PodDisruptionBudget[]>;
  readonly autoscalers: Observation<readonly V2HorizontalPodAutoscaler[]>;
  readonly quotas: Observation<readonly V1ResourceQuota[]>;
  readonly policies: Observation<readonly V1ValidatingAdmissionPolicy[]>;
  /** undefined: nothing says that Argo CD manages the sets. */
  readonly application: Observation<TrackedBy | undefined>;
  readonly rights: readonly { readonly right: Right; readonly allowed: Observation<boolean> }[];
}

export interface TrackedBy {
  readonly namespace: string;
  readonly name: string;
  /** undefined: it is named, and not there. */
  readonly application: ArgoApplication | undefined;
}

/** One question about a cluster: pure, and answered whatever could not be read. */
export type Check = (facts: Facts) => readonly DoctorFinding[];

export const workloadRoles: readonly WorkloadRole[] = ['farmer', 'synchronizer'];

export const unknown = (check: string, error: string): DoctorFinding => ({
  level: 'unknown',
  check,
  says: `not checked: ${error}`,
});
