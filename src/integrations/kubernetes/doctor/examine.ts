import type { V1StatefulSet } from '@kubernetes/client-node';
import type { DoctorFinding } from '../../../rebuild/model/command.ts';
import type { Instance } from '../../../rebuild/model/parts/instance.ts';
import type { ClusterPort, Observation } from '../../../rebuild/ports/ports.ts';
import type { Applications } from '../../argocd/applications.ts';
import type { Clusters } from '../client/clusters.ts';
import { createLook, readSet } from '../look.ts';
import { trackedBy } from '../tracking.ts';
import { autoscaler } from './autoscaler.ts';
import { disruptionBudget } from './disruption-budget.ts';
import type { Check, Facts, TrackedBy } from './facts.ts';
import { neededRights, type Right } from './needed-rights.ts';
import { podManagement } from './pod-management.ts';
import { probes } from './probes.ts';
import { quota } from './quota.ts';
import { reachability } from './reachability.ts';
import { readinessTrap } from './readiness-trap.ts';
import { rights } from './rights.ts';
import { selfHeal } from './self-heal.ts';
import { zeroPolicy } from './zero-policy.ts';

/** Reads of the clusters: what a rebuild sees of its sets, and what the doctor finds. */
export const createClusterPort = (
  clusters: Clusters,
  applications: Applications,
  now: () => number = Date.now,
): ClusterPort => ({
  look: createLook(clusters, now),
  doctor: (instance) => examine(clusters, applications, instance),
});

const checks: readonly Check[] = [
  reachability,
  rights,
  readinessTrap,
  podManagement,
  probes,
  disruptionBudget,
  selfHeal,
  autoscaler,
  quota,
  zeroPolicy,
];

/** Looks at everything in the cluster that a rebuild of this instance depends on; reads only. */
const examine = async (
  clusters: Clusters,
  applications: Applications,
  instance: Instance,
): Promise<readonly DoctorFinding[]> => {
  const version = await clusters.reach(instance.cluster);
  // Ten more of the same would hide it.
  if (!version.ok) return reachability(unread(instance, version.error));
  const facts = await gather(clusters, applications, instance, version);
  return checks.flatMap((check) => check(facts));
};

const unread = (instance: Instance, error: string): Facts => {
  const not = { ok: false, error } as const;
  return {
    instance,
    version: not,
    sets: { farmer: not, synchronizer: not },
    service: not,
    budgets: not,
    autoscalers: not,
    quotas: not,
    policies: not,
    application: not,
    rights: [],
  };
};

const gather = async (
  clusters: Clusters,
  applications: Applications,
  instance: Instance,
  version: Observation<string>,
): Promise<Facts> => {
  const { namespace, cluster } = instance;
  const [farmer, synchronizer, service, budgets, autoscalers, quotas, policies, allowed] = await Promise.all([
    readSet(clusters, instance, instance.farmerSet),
    readSet(clusters, instance, instance.synchronizerSet),
    clusters.read(cluster, (apis, options) =>
      apis.core.readNamespacedService({ name: instance.synchronizerService, namespace }, options),
    ),
    items(
      clusters.read(cluster, (apis, options) =>
        apis.policy.listNamespacedPodDisruptionBudget({ namespace }, options),
      ),
    ),
    items(
      clusters.read(cluster, (apis, options) =>
        apis.autoscaling.listNamespacedHorizontalPodAutoscaler({ namespace }, options),
      ),
    ),
    items(
      clusters.read(cluster, (apis, options) =>
        apis.core.listNamespacedResourceQuota({ namespace }, options),
      ),
    ),
    items(
      clusters.read(cluster, (apis, options) => apis.admission.listValidatingAdmissionPolicy({}, options)),
    ),
    Promise.all(neededRights(instance).map((right) => mayI(clusters, right.cluster ?? cluster, right))),
  ]);
  const application = await applicationOf(applications, instance, [farmer, synchronizer]);
  return {
    instance,
    version,
    sets: { farmer, synchronizer },
    service,
    budgets,
    autoscalers,
    quotas,
    policies,
    application,
    rights: allowed,
  };
};

const items = async <T>(
  list: Promise<Observation<{ readonly items: readonly T[] }>>,
): Promise<Observation<readonly T[]>> => {
  const seen = await list;
  return seen.ok ? { ok: true, value: seen.value.items ?? [] } : seen;
};

const mayI = async (
  clusters: Clusters,
  cluster: string,
  right: Right,
): Promise<{ readonly right: Right; readonly allowed: Observation<boolean> }> => {
  const { verb, group, resource, subresource, namespace, name } = right;
  const resourceAttributes = {
    verb,
    group,
    resource,
    namespace,
    ...(subresource !== undefined && { subresource }),
    ...(name !== undefined && { name }),
  };
  const review = await clusters.read(cluster, (apis, options) =>
    apis.authorization.createSelfSubjectAccessReview({ body: { spec: { resourceAttributes } } }, options),
  );
  const allowed: Observation<boolean> = review.ok
    ? { ok: true, value: review.value.status?.allowed === true }
    : review;
  return { right, allowed };
};

/** The Application that the values name, or that the sets say they belong to. */
const applicationOf = async (
  applications: Applications,
  instance: Instance,
  sets: readonly Observation<V1StatefulSet>[],
): Promise<Observation<TrackedBy | undefined>> => {
  const known = sets.flatMap((set) => (set.ok ? [set.value] : []));
  const named = trackedBy(instance, known);
  if (named) {
    const cluster = instance.gitops?.applicationCluster ?? instance.cluster;
    const found = await applications.get(cluster, named.namespace, named.name);
    return found.ok ? { ok: true, value: { ...named, application: found.value } } : found;
  }
  const failed = sets.find((set) => !set.ok);
  return failed && !failed.ok ? failed : { ok: true, value: undefined };
};
