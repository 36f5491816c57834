import { cut, oneLine } from '../../core/text.ts';
import type { PodTrouble } from '../../rebuild/model/parts/workloads.ts';
import type { ConditionShape, ContainerShape, PodShape } from './client/shapes.ts';

type Trouble = Omit<PodTrouble, 'pod'>;

const words = (...parts: readonly (string | undefined)[]): string =>
  cut(oneLine(parts.filter((part) => part !== undefined && part !== '').join(', ')), 240);

const condition = (pod: PodShape, type: string): ConditionShape | undefined =>
  pod.status?.conditions?.find((each) => each.type === type);

export const isReady = (pod: PodShape): boolean => condition(pod, 'Ready')?.status === 'True';
export const isTerminating = (pod: PodShape): boolean => pod.metadata?.deletionTimestamp !== undefined;

export const restartsOf = (pod: PodShape): number =>
  statuses(pod).reduce((sum, status) => sum + (status.restartCount ?? 0), 0);

const statuses = (pod: PodShape): readonly ContainerShape[] => [
  ...(pod.status?.initContainerStatuses ?? []),
  ...(pod.status?.containerStatuses ?? []),
];

/** Why a pod is not ready, the most telling reason first; undefined: it is. */
export const podTroubleOf = (pod: PodShape): PodTrouble | undefined => {
  const trouble = isTerminating(pod) ? terminating(pod) : isReady(pod) ? undefined : unready(pod);
  return trouble && { pod: pod.metadata?.name ?? '', ...trouble };
};

/** The timestamp is when its grace ends, not when it was told to go. */
const terminating = (pod: PodShape): Trouble => {
  const grace = (pod.metadata?.deletionGracePeriodSeconds ?? 0) * 1000;
  const ends = pod.metadata?.deletionTimestamp?.getTime();
  const finalizers = pod.metadata?.finalizers ?? [];
  return {
    kind: 'terminating',
    says: words('terminating', finalizers.length > 0 ? `held by ${finalizers.join(', ')}` : undefined),
    ...(ends !== undefined && { since: ends - grace }),
  };
};

const unready = (pod: PodShape): Trouble => {
  const { status } = pod;
  if (status?.phase === 'Failed' || status?.phase === 'Unknown') {
    return {
      kind: 'failed',
      says: words(status.reason ?? status.phase, status.message),
      ...since(pod, 'Ready'),
    };
  }
  const scheduled = condition(pod, 'PodScheduled');
  if (scheduled?.status === 'False') {
    return {
      kind: scheduled.reason === 'Unschedulable' ? 'unschedulable' : 'pending',
      says: words(withoutPreemption(scheduled.message) ?? scheduled.reason ?? 'not scheduled'),
      ...since(pod, 'PodScheduled'),
    };
  }
  const container = statuses(pod)
    .map((each) => containerTrouble(each))
    .find((each) => each !== undefined);
  if (container) return { ...container, ...since(pod, 'Ready') };
  if (status?.phase !== 'Running') return { kind: 'pending', says: 'pending', ...created(pod) };
  const ready = condition(pod, 'Ready');
  return { kind: 'not_ready', says: words(ready?.message ?? 'running, not ready'), ...since(pod, 'Ready') };
};

/** The scheduler adds why evicting others would not help: the same reasons, said once more. */
const withoutPreemption = (message: string | undefined): string | undefined =>
  message?.replace(/\s+preemption:.*$/s, '');

const since = (pod: PodShape, type: string): { readonly since?: number } => {
  const at = condition(pod, type)?.lastTransitionTime?.getTime();
  return at === undefined ? created(pod) : { since: at };
};

const created = (pod: PodShape): { readonly since?: number } => {
  const at = pod.metadata?.creationTimestamp?.getTime();
  return at === undefined ? {} : { since: at };
};

const imageReasons = new Set([
  'ErrImagePull',
  'ImagePullBackOff',
  'InvalidImageName',
  'ErrImageNeverPull',
  'ImageInspectError',
  'RegistryUnavailable',
  'SignatureValidationFailed',
]);
/** Waits that end by themselves. */
const underWay = new Set(['ContainerCreating', 'PodInitializing']);

const containerTrouble = (status: ContainerShape): Trouble | undefined => {
  const { waiting, terminated } = status.state ?? {};
  const why = lastExit(status);
  if (waiting?.reason === 'CrashLoopBackOff') {
    return { kind: 'crash_loop', says: words('CrashLoopBackOff', restarts(status), why) };
  }
  if (waiting?.reason !== undefined && imageReasons.has(waiting.reason)) {
    return { kind: 'image', says: words(waiting.reason, waiting.message) };
  }
  if (waiting?.reason !== undefined && !underWay.has(waiting.reason)) {
    return { kind: 'failed', says: words(waiting.reason, waiting.message) };
  }
  if (terminated && terminated.exitCode !== 0) {
    return {
      kind: 'crash_loop',
      says: words(restarts(status), `exit ${terminated.exitCode}`, terminated.reason),
    };
  }
  // Between two crashes it runs for a moment: that is no recovery.
  if ((status.restartCount ?? 0) >= 3 && !status.ready) {
    return { kind: 'crash_loop', says: words('running again', restarts(status), why) };
  }
  return undefined;
};

const restarts = (status: ContainerShape): string =>
  `${status.restartCount ?? 0} ${status.restartCount === 1 ? 'restart' : 'restarts'}`;

const lastExit = (status: ContainerShape): string | undefined => {
  const last = status.lastState?.terminated;
  if (!last) return undefined;
  const reason = last.reason === undefined || last.reason === 'Error' ? '' : ` (${last.reason})`;
  return `last exit ${last.exitCode}${reason}`;
};
