import { writeReplicas } from './change.ts';
import type { SimClusterControl } from './contract.ts';
import { killPod, reconcileNamespace, settle } from './controller.ts';
import { keyOf, nextUid, nextVersion, type SetState, setOf, type World } from './world.ts';

/** What tests and people do to the cluster. A set or pod that is not there is an error: a typo, mostly. */
export const controlOf = (world: World): SimClusterControl => {
  const known = (namespace: string, name: string): SetState => {
    settle(world);
    const set = setOf(world, namespace, name);
    if (!set) throw new Error(`There is no StatefulSet ${namespace}/${name} in the simulated cluster.`);
    return set;
  };
  const reconcile = (namespace: string): void => reconcileNamespace(world, namespace, world.now());

  return {
    createSet(spec) {
      settle(world);
      const at = world.now();
      const key = keyOf(spec.namespace, spec.name);
      if (world.sets.has(key)) throw new Error(`StatefulSet ${key} is there already.`);
      world.sets.set(key, {
        spec,
        uid: nextUid(world),
        createdAt: at,
        replicas: spec.replicas,
        generation: 1,
        resourceVersion: nextVersion(world),
        writer: { manager: 'helm', at, subresource: false },
        pods: [],
        crashLoop: false,
        neverReady: false,
        stuckTerminating: false,
        capacity: undefined,
        autoscaled: false,
      });
      const service = keyOf(spec.namespace, spec.service);
      const publishNotReady = spec.publishNotReadyAddresses ?? true;
      world.services.set(service, { namespace: spec.namespace, name: spec.service, publishNotReady });
      reconcile(spec.namespace);
    },
    setReplicas(namespace, name, replicas, manager) {
      const subresource = !/^(argocd|kubectl-edit|kubectl-client-side-apply|helm)/.test(manager);
      writeReplicas(world, known(namespace, name), replicas, { manager, subresource });
    },
    killPod(namespace, name) {
      const set = known(namespace, name.replace(/-\d+$/, ''));
      const pod = set.pods.find((each) => each.name === name);
      if (!pod) throw new Error(`There is no pod ${namespace}/${name} in the simulated cluster.`);
      killPod(world, set, pod);
    },
    crashLoop(namespace, name, on) {
      const set = known(namespace, name);
      set.crashLoop = on;
      // The back-off ends with its cause: nobody wants to wait five minutes for a simulator.
      if (!on) for (const pod of set.pods) if (pod.phase === 'crashing') pod.nextAt = world.now();
      settle(world);
    },
    capacity(namespace, name, pods) {
      known(namespace, name).capacity = pods;
      reconcile(namespace);
    },
    neverReady(namespace, name, on) {
      const set = known(namespace, name);
      set.neverReady = on;
      if (!on) for (const pod of set.pods) if (pod.phase === 'booting') pod.nextAt ??= world.now();
      settle(world);
    },
    publishNotReady(namespace, name, on) {
      const service = world.services.get(keyOf(namespace, name));
      if (!service) throw new Error(`There is no Service ${namespace}/${name} in the simulated cluster.`);
      service.publishNotReady = on;
    },
    stuckTerminating(namespace, name, on) {
      const set = known(namespace, name);
      set.stuckTerminating = on;
      if (!on) for (const pod of set.pods) if (pod.phase === 'terminating') pod.nextAt ??= world.now();
      settle(world);
    },
    application(application) {
      world.applications.set(keyOf(application.namespace, application.name), application);
    },
    takeRefresh: (namespace, name) => world.refreshes.delete(keyOf(namespace, name)),
    autoscaler(namespace, name, on) {
      known(namespace, name).autoscaled = on;
    },
    quota(namespace, pods) {
      settle(world);
      if (pods === undefined) world.quotas.delete(namespace);
      else world.quotas.set(namespace, pods);
      reconcile(namespace);
    },
    atMost(replicas) {
      world.atMost = replicas;
    },
    forbid(rules) {
      world.forbidden = rules;
    },
    scales: () => world.scales,
  };
};
