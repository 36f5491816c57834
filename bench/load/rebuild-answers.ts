/** Bodies as a cluster and an express node send them, from the sandbox's own, made once and filled in by name. */
import { podObject } from '../../sandbox/cluster/objects/pod.ts';
import { statefulSet } from '../../sandbox/cluster/objects/statefulset.ts';
import { createWorld, type PodState, type SetState } from '../../sandbox/cluster/world.ts';
import { renderListing } from '../../sandbox/engine/listing.ts';
import { newState, type SimNode } from '../../sandbox/engine/world.ts';
import type { EngineStatus } from '../../src/integrations/engine/schema.ts';
import { farmersOfRebuild } from './rebuilds.ts';

const at = Date.now() - 20 * 3_600_000;
const world = createWorld();
const template = { set: '@set@', namespace: '@ns@', instance: '@instance@' } as const;

const podState = (ordinal: number): PodState => ({
  name: `${template.set}-${ordinal}`,
  ordinal,
  uid: `00000000-0000-4000-8000-${String(ordinal).padStart(12, '0')}`,
  createdAt: at,
  startedAt: at,
  phase: 'ready',
  since: at + 120_000,
  nextAt: undefined,
  unschedulable: false,
  restarts: 0,
  resourceVersion: 400_000 + ordinal,
});

const setState = (pods: number): SetState => ({
  spec: { namespace: template.namespace, name: template.set, service: template.set, replicas: pods },
  uid: '00000000-0000-4000-9000-000000000001',
  createdAt: at,
  replicas: pods,
  generation: 2,
  resourceVersion: 500_000,
  writer: { manager: 'farmhand', at, subresource: true },
  pods: Array.from({ length: pods }, (_, ordinal) => podState(ordinal)),
  crashLoop: false,
  neverReady: false,
  stuckTerminating: false,
  capacity: undefined,
  autoscaled: false,
});

/** What real pods carry besides, and nobody here reads: environment, volumes, managed fields. About 4 KB. */
const ballast = {
  env: Array.from({ length: 30 }, (_, i) => ({
    name: `EXPRESS_SETTING_${i}`,
    value: `value-of-setting-${i}`,
  })),
  volumes: Array.from({ length: 4 }, (_, i) => ({ name: `volume-${i}`, configMap: { name: `config-${i}` } })),
  tolerations: [{ key: 'farmers', operator: 'Exists', effect: 'NoSchedule' }],
  managedFields: ['kube-controller-manager', 'kubelet'].map((manager) => ({
    manager,
    operation: 'Update',
    apiVersion: 'v1',
    fieldsType: 'FieldsV1',
    fieldsV1: Object.fromEntries(
      Array.from({ length: 12 }, (_, i) => [`f:field-${i}`, { '.': {}, 'f:name': {}, 'f:value': {} }]),
    ),
  })),
};

const loaded = (pod: unknown): unknown => {
  const { metadata, spec, ...rest } = JSON.parse(JSON.stringify(pod)) as {
    metadata: object;
    spec: { containers: readonly object[] };
  };
  return {
    ...rest,
    metadata: { ...metadata, managedFields: ballast.managedFields },
    spec: {
      ...spec,
      containers: spec.containers.map((container) => ({ ...container, env: ballast.env })),
      volumes: ballast.volumes,
      tolerations: ballast.tolerations,
    },
  };
};

const podListOf = (pods: number): string => {
  const set = setState(pods);
  const items = set.pods.map((pod) => loaded(podObject(set, pod)));
  return JSON.stringify({
    kind: 'PodList',
    apiVersion: 'v1',
    metadata: { resourceVersion: '600000' },
    items,
  });
};

const cached = <T>(make: (key: number) => T) => {
  const made = new Map<number, T>();
  return (key: number): T => {
    const found = made.get(key) ?? make(key);
    made.set(key, found);
    return found;
  };
};
const podLists = cached(podListOf);
const sets = cached((pods) => JSON.stringify(statefulSet(world, setState(pods))));

const named = (text: string, set: string, namespace: string): string =>
  text.replaceAll(template.set, set).replaceAll(template.namespace, namespace);

export const podList = (set: string, namespace: string, pods: number): string =>
  named(podLists(pods), set, namespace);

export const statefulSetBody = (set: string, namespace: string, pods: number): string =>
  named(sets(pods), set, namespace);

/** All nodes up and at work, in the form of a real listing. */
const listingTemplate = (() => {
  const node = (name: string, kind: SimNode['kind']): readonly [string, SimNode] => [
    name,
    { name, kind, broken: false, retired: false, pod: { name, phase: 'ready', since: at, resolvable: true } },
  ];
  const instance = {
    name: template.instance,
    namespace: template.namespace,
    farmerSet: `${template.instance}-dcr-farmer`,
    synchronizerSet: `${template.instance}-dcr-sync`,
    frontends: [1, 2, 3].map((fe) => `${template.instance}-fe${fe}`),
    engine: 'balance',
  } as const;
  const state = newState(instance, at);
  const farmers = Array.from({ length: farmersOfRebuild }, (_, i) =>
    node(`${instance.farmerSet}-${i}`, 'farmer'),
  );
  const nodes = new Map([node(`${instance.synchronizerSet}-0`, 'synchronizer'), ...farmers]);
  return renderListing({ ...state, nodes, fresh: at });
})();

export const listing = (instance: string): string => listingTemplate.replaceAll(template.instance, instance);

/** A rebuild under way, and its history update before it. `id`: of the rebuild. */
export const statusBody = (id: string, instance: string, percent: number): string => {
  const run = { rebuild: id, farmers: farmersOfRebuild, distributed: true } as const;
  const status: EngineStatus = {
    runs: [
      { ...run, key: 'own', rebuild: '', kind: 'history', state: 'done', percent: 100, farmers: 0 },
      {
        ...run,
        key: `${id}/rebuild/1`,
        kind: 'rebuild',
        state: 'running',
        percent,
        done: Math.round(percent * 1_000_000),
        total: 100_000_000,
      },
    ],
    orders: [`${id}/rebuild/1`],
    cacheFiles: [],
    guardian: false,
    frontends: [1, 2, 3].map((fe) => ({ name: `${instance}-fe${fe}`, state: 'waiting' })),
  };
  return JSON.stringify(status);
};
