import { isObject } from '../../../core/json.ts';

/**
 * What farmhand reads of sets and pods. The classes of client-node fit as well; what comes as JSON is checked field by
 * field here, since any of it may be null, missing, or of another type. Nothing that is not listed is kept.
 */
export interface SetShape {
  readonly metadata?: Meta | undefined;
  readonly spec?: SetSpec | undefined;
  readonly status?: { readonly observedGeneration?: number | undefined } | undefined;
}

export interface PodShape {
  readonly metadata?: Meta | undefined;
  readonly status?: PodStatus | undefined;
}

interface Meta {
  readonly name?: string | undefined;
  readonly uid?: string | undefined;
  readonly generation?: number | undefined;
  readonly resourceVersion?: string | undefined;
  readonly creationTimestamp?: Date | undefined;
  readonly deletionTimestamp?: Date | undefined;
  readonly deletionGracePeriodSeconds?: number | undefined;
  readonly finalizers?: readonly string[] | undefined;
  readonly ownerReferences?:
    | readonly { readonly controller?: boolean | undefined; readonly uid?: string | undefined }[]
    | undefined;
  readonly managedFields?: readonly ManagedFields[] | undefined;
}

export interface ManagedFields {
  readonly manager?: string | undefined;
  readonly operation?: string | undefined;
  readonly time?: Date | undefined;
  readonly fieldsV1?: unknown;
}

interface SetSpec {
  readonly replicas?: number | undefined;
  readonly podManagementPolicy?: string | undefined;
  readonly ordinals?: { readonly start?: number | undefined } | undefined;
  readonly selector?: Selector | undefined;
}

interface Selector {
  readonly matchLabels?: Readonly<Record<string, string>> | undefined;
  readonly matchExpressions?: readonly Expression[] | undefined;
}

interface Expression {
  readonly key: string;
  readonly operator: string;
  readonly values?: readonly string[] | undefined;
}

interface PodStatus {
  readonly phase?: string | undefined;
  readonly reason?: string | undefined;
  readonly message?: string | undefined;
  readonly conditions?: readonly ConditionShape[] | undefined;
  readonly initContainerStatuses?: readonly ContainerShape[] | undefined;
  readonly containerStatuses?: readonly ContainerShape[] | undefined;
}

export interface ConditionShape {
  readonly type?: string | undefined;
  readonly status?: string | undefined;
  readonly reason?: string | undefined;
  readonly message?: string | undefined;
  readonly lastTransitionTime?: Date | undefined;
}

export interface ContainerShape {
  readonly restartCount?: number | undefined;
  readonly ready?: boolean | undefined;
  readonly state?: ContainerState | undefined;
  readonly lastState?: ContainerState | undefined;
}

interface ContainerState {
  readonly waiting?:
    | { readonly reason?: string | undefined; readonly message?: string | undefined }
    | undefined;
  readonly terminated?:
    | { readonly exitCode?: number | undefined; readonly reason?: string | undefined }
    | undefined;
}

export interface EventShape {
  readonly message: string | undefined;
  readonly lastTimestamp: Date | undefined;
}

type Json = Readonly<Record<string, unknown>>;

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
const number = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined);
const time = (value: unknown): Date | undefined => {
  const at = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  return Number.isNaN(at) ? undefined : new Date(at);
};
const part = <T>(value: unknown, read: (json: Json) => T): T | undefined =>
  isObject(value) ? read(value) : undefined;
const list = <T>(value: unknown, read: (json: Json) => T): readonly T[] | undefined =>
  Array.isArray(value) ? value.flatMap((item) => (isObject(item) ? [read(item)] : [])) : undefined;
const texts = (value: unknown): readonly string[] | undefined =>
  Array.isArray(value) ? value.filter((item) => typeof item === 'string') : undefined;

export const setShape = (value: unknown): SetShape => {
  const json = isObject(value) ? value : {};
  return {
    metadata: part(json['metadata'], (meta) => ({
      ...identity(meta),
      generation: number(meta['generation']),
      resourceVersion: text(meta['resourceVersion']),
      managedFields: list(meta['managedFields'], (entry) => ({
        manager: text(entry['manager']),
        operation: text(entry['operation']),
        time: time(entry['time']),
        fieldsV1: entry['fieldsV1'],
      })),
    })),
    spec: part(json['spec'], (spec) => ({
      replicas: number(spec['replicas']),
      podManagementPolicy: text(spec['podManagementPolicy']),
      ordinals: part(spec['ordinals'], (ordinals) => ({ start: number(ordinals['start']) })),
      selector: part(spec['selector'], selector),
    })),
    status: part(json['status'], (status) => ({ observedGeneration: number(status['observedGeneration']) })),
  };
};

const identity = (meta: Json) => ({ name: text(meta['name']), uid: text(meta['uid']) });

const selector = (json: Json): Selector => {
  const labels = part(json['matchLabels'], (all) =>
    Object.entries(all).flatMap(([key, value]) => (typeof value === 'string' ? [[key, value] as const] : [])),
  );
  return {
    matchLabels: labels && Object.fromEntries(labels),
    matchExpressions: list(json['matchExpressions'], ({ key, operator, values }) => ({
      key: text(key) ?? '',
      operator: text(operator) ?? '',
      values: texts(values),
    })),
  };
};

/** The items of a list; Go writes an empty one as null. */
export const podShapes = (value: unknown): readonly PodShape[] => items(value, pod);
export const eventShapes = (value: unknown): readonly EventShape[] =>
  items(value, (json) => ({
    message: text(json['message']),
    lastTimestamp: time(json['lastTimestamp']),
  }));

const items = <T>(value: unknown, read: (json: Json) => T): readonly T[] =>
  (isObject(value) && list(value['items'], read)) || [];

const pod = (json: Json): PodShape => ({
  metadata: part(json['metadata'], (meta) => ({
    ...identity(meta),
    creationTimestamp: time(meta['creationTimestamp']),
    deletionTimestamp: time(meta['deletionTimestamp']),
    deletionGracePeriodSeconds: number(meta['deletionGracePeriodSeconds']),
    finalizers: texts(meta['finalizers']),
    ownerReferences: list(meta['ownerReferences'], (owner) => ({
      controller: owner['controller'] === true,
      uid: text(owner['uid']),
    })),
  })),
  status: part(json['status'], (status) => ({
    phase: text(status['phase']),
    reason: text(status['reason']),
    message: text(status['message']),
    conditions: list(status['conditions'], (condition) => ({
      type: text(condition['type']),
      status: text(condition['status']),
      reason: text(condition['reason']),
      message: text(condition['message']),
      lastTransitionTime: time(condition['lastTransitionTime']),
    })),
    initContainerStatuses: list(status['initContainerStatuses'], container),
    containerStatuses: list(status['containerStatuses'], container),
  })),
});

const container = (json: Json): ContainerShape => ({
  restartCount: number(json['restartCount']),
  ready: json['ready'] === true,
  state: part(json['state'], containerState),
  lastState: part(json['lastState'], containerState),
});

const containerState = (json: Json): ContainerState => ({
  waiting: part(json['waiting'], ({ reason, message }) => ({ reason: text(reason), message: text(message) })),
  terminated: part(json['terminated'], ({ exitCode, reason }) => ({
    exitCode: number(exitCode),
    reason: text(reason),
  })),
});
