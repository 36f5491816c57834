import { z } from 'zod';
import type { SimRequest, SimResponse } from '../simulator/server.ts';
import { notFound, ok } from './answers.ts';
import { applicationObject } from './objects/application.ts';
import {
  autoscalerObject,
  budgetObject,
  quotaObject,
  refusalEvent,
  serviceObject,
} from './objects/others.ts';
import { podLabels, podObject } from './objects/pod.ts';
import { labelsOf, scaleOf, statefulSet } from './objects/statefulset.ts';
import { policyName, policyObject } from './policy.ts';
import { writeScale } from './scale-write.ts';
import { matchesFields, matchesLabels } from './selectors.ts';
import { keyOf, type SetState, setOf, type World } from './world.ts';

interface Item {
  readonly key: string;
  readonly object: unknown;
  readonly matches: (labelSelector: string, fieldSelector: string) => boolean;
}

/** A kind of object that the simulated API serves; it serves reads, and what `patch` and `subresources` name. */
export interface Kind {
  readonly group: string;
  readonly version: string;
  readonly name: string;
  readonly kind: string;
  readonly items: (world: World) => readonly Item[];
  /** A merge patch of one that is there, where it is taken. */
  readonly patch?: (world: World, request: SimRequest, key: string) => SimResponse | undefined;
  readonly subresources?: Readonly<
    Record<string, (world: World, request: SimRequest, namespace: string, name: string) => SimResponse>
  >;
}

const item = (
  namespace: string,
  name: string,
  object: unknown,
  labels: Readonly<Record<string, string>> = {},
  fields: Readonly<Record<string, string>> = {},
): Item => ({
  key: keyOf(namespace, name),
  object,
  matches: (labelSelector, fieldSelector) =>
    matchesLabels(labelSelector, labels) &&
    matchesFields(fieldSelector, { 'metadata.name': name, 'metadata.namespace': namespace, ...fields }),
});

/** One object for each set, where `make` makes one. */
const ofSets =
  (
    make: (world: World, set: SetState) => unknown,
    fields: (set: SetState) => Readonly<Record<string, string>> = () => ({}),
  ) =>
  (world: World): readonly Item[] =>
    [...world.sets.values()].flatMap((set) => {
      const object = make(world, set);
      if (object === undefined) return [];
      return [item(set.spec.namespace, set.spec.name, object, labelsOf(set), fields(set))];
    });

const onSet =
  (handle: (world: World, request: SimRequest, set: SetState) => SimResponse) =>
  (world: World, request: SimRequest, namespace: string, name: string): SimResponse => {
    const set = setOf(world, namespace, name);
    return set ? handle(world, request, set) : notFound({ group: 'apps', name: 'statefulsets' }, name);
  };

/** The annotation by which Argo CD is asked to look; nothing else of an Application can be changed here. */
const Refresh = z.object({
  metadata: z.object({ annotations: z.object({ 'argocd.argoproj.io/refresh': z.string() }) }),
});

const patchApplication = (world: World, request: SimRequest, key: string): SimResponse | undefined => {
  if (!/^application\/merge-patch\+json/.test(request.headers['content-type'] ?? '')) return undefined;
  if (!Refresh.safeParse(JSON.parse(request.body)).success) return undefined;
  world.refreshes.add(key);
  const application = world.applications.get(key);
  return application ? ok(applicationObject(application, true)) : undefined;
};

export const kinds: readonly Kind[] = [
  {
    group: 'apps',
    version: 'v1',
    name: 'statefulsets',
    kind: 'StatefulSet',
    items: ofSets(statefulSet),
    subresources: {
      'get scale': onSet((_world, _request, set) => ok(scaleOf(set))),
      'update scale': onSet(writeScale),
      'patch scale': onSet(writeScale),
    },
  },
  {
    group: '',
    version: 'v1',
    name: 'pods',
    kind: 'Pod',
    items: (world) =>
      [...world.sets.values()].flatMap((set) =>
        set.pods.map((pod) => item(set.spec.namespace, pod.name, podObject(set, pod), podLabels(set, pod))),
      ),
  },
  {
    group: '',
    version: 'v1',
    name: 'services',
    kind: 'Service',
    items: (world) =>
      [...world.services.values()].map((service) =>
        item(service.namespace, service.name, serviceObject(world, service)),
      ),
  },
  {
    group: '',
    version: 'v1',
    name: 'events',
    kind: 'Event',
    items: ofSets(
      (_world, set) => refusalEvent(set),
      (set) => ({
        'involvedObject.name': set.spec.name,
        'involvedObject.kind': 'StatefulSet',
        'involvedObject.uid': set.uid,
        reason: 'FailedCreate',
        type: 'Warning',
      }),
    ),
  },
  {
    group: '',
    version: 'v1',
    name: 'resourcequotas',
    kind: 'ResourceQuota',
    items: (world) =>
      [...world.quotas].map(([namespace, pods]) =>
        item(namespace, 'pods', quotaObject(world, namespace, pods)),
      ),
  },
  {
    group: '',
    version: 'v1',
    name: 'nodes',
    kind: 'Node',
    items: () =>
      [0, 1, 2, 3, 4, 5].map((n) =>
        item('', `node-${n}`, {
          metadata: { name: `node-${n}` },
          status: { allocatable: { memory: '512Gi' } },
        }),
      ),
  },
  {
    group: 'policy',
    version: 'v1',
    name: 'poddisruptionbudgets',
    kind: 'PodDisruptionBudget',
    items: ofSets((_world, set) => (set.spec.disruptionBudget ? budgetObject(set) : undefined)),
  },
  {
    group: 'autoscaling',
    version: 'v2',
    name: 'horizontalpodautoscalers',
    kind: 'HorizontalPodAutoscaler',
    items: ofSets((_world, set) => (set.autoscaled ? autoscalerObject(set) : undefined)),
  },
  {
    group: 'admissionregistration.k8s.io',
    version: 'v1',
    name: 'validatingadmissionpolicies',
    kind: 'ValidatingAdmissionPolicy',
    items: ({ atMost }) => (atMost === undefined ? [] : [item('', policyName, policyObject(atMost))]),
  },
  {
    group: 'argoproj.io',
    version: 'v1alpha1',
    name: 'applications',
    kind: 'Application',
    items: (world) =>
      [...world.applications.values()].map((application) =>
        item(
          application.namespace,
          application.name,
          applicationObject(application, world.refreshes.has(keyOf(application.namespace, application.name))),
        ),
      ),
    patch: patchApplication,
  },
];
