import { nextUid, nextVersion, type PodState, type SetState, type World } from './world.ts';

const scheduleMs = 50;
const defaults = { bootMs: 2_000, stopMs: 500 };

const bootMs = (world: World, set: SetState): number => (set.spec.bootMs ?? defaults.bootMs) / world.speed;
const stopMs = (world: World, set: SetState): number => (set.spec.stopMs ?? defaults.stopMs) / world.speed;

/** A pod that crashes does so well before it would be ready. */
const untilCrash = (world: World, set: SetState): number => bootMs(world, set) / 4;
const backOff = (world: World, set: SetState, restarts: number): number =>
  bootMs(world, set) * Math.min(2 ** (restarts - 1), 10);

/**
 * Lets the world come up to its clock: every change of a pod that is due, in the order of time, and after each what
 * the controllers make of it. Nothing happens between calls, so the world has no timers of its own.
 */
export const settle = (world: World): void => {
  const now = world.now();
  for (;;) {
    const due = earliest(world, now);
    if (!due) return;
    const at = due.pod.nextAt ?? now;
    advance(world, due.set, due.pod, at);
    reconcileNamespace(world, due.set.spec.namespace, at);
  }
};

const earliest = (world: World, now: number): { set: SetState; pod: PodState } | undefined => {
  let found: { set: SetState; pod: PodState; at: number } | undefined;
  for (const set of world.sets.values()) {
    for (const pod of set.pods) {
      const at = pod.nextAt;
      if (at !== undefined && at <= now && (found === undefined || at < found.at)) found = { set, pod, at };
    }
  }
  return found;
};

const advance = (world: World, set: SetState, pod: PodState, at: number): void => {
  if (pod.phase === 'terminating') remove(world, set, pod);
  else if (pod.phase === 'pending' || pod.phase === 'crashing') start(world, set, pod, at);
  else if (pod.phase === 'booting') boot(world, set, pod, at);
  else pod.nextAt = undefined;
};

/** The end of a boot, good or bad. */
const boot = (world: World, set: SetState, pod: PodState, at: number): void => {
  if (set.crashLoop) {
    pod.restarts++;
    become(world, set, pod, 'crashing', at, at + backOff(world, set, pod.restarts));
  } else if (set.neverReady) {
    pod.nextAt = undefined;
  } else {
    become(world, set, pod, 'ready', at, undefined);
  }
};

const start = (world: World, set: SetState, pod: PodState, at: number): void => {
  pod.startedAt = at;
  pod.unschedulable = false;
  const lasts = set.crashLoop ? untilCrash(world, set) : bootMs(world, set);
  become(world, set, pod, 'booting', at, at + lasts);
};

const become = (
  world: World,
  set: SetState,
  pod: PodState,
  phase: PodState['phase'],
  at: number,
  nextAt: number | undefined,
): void => {
  pod.phase = phase;
  pod.since = at;
  pod.nextAt = nextAt;
  pod.resourceVersion = nextVersion(world);
  // The status of the set counts its pods: it is written too.
  set.resourceVersion = nextVersion(world);
};

const remove = (world: World, set: SetState, pod: PodState): void => {
  set.pods = set.pods.filter((each) => each !== pod);
  set.resourceVersion = nextVersion(world);
};

export const killPod = (world: World, set: SetState, pod: PodState): void => {
  remove(world, set, pod);
  reconcileNamespace(world, set.spec.namespace, world.now());
};

/** What the StatefulSet controller, the scheduler and the quota make of every set of a namespace. */
export const reconcileNamespace = (world: World, namespace: string, at: number): void => {
  for (const set of world.sets.values()) {
    if (set.spec.namespace !== namespace) continue;
    stop(world, set, at);
    make(world, set, at);
    schedule(world, set, at);
  }
};

const ordered = (set: SetState): boolean => set.spec.podManagement === 'OrderedReady';

/** OrderedReady takes the highest away, one at a time, and only while all below it are ready. */
const stop = (world: World, set: SetState, at: number): void => {
  const surplus = set.pods.filter((pod) => pod.ordinal >= set.replicas && pod.phase !== 'terminating');
  const highest = surplus.toSorted((a, b) => b.ordinal - a.ordinal);
  const going = set.pods.some((pod) => pod.phase === 'terminating');
  const [last] = highest;
  const blocked =
    last !== undefined && set.pods.some((pod) => pod.ordinal < last.ordinal && pod.phase !== 'ready');
  const chosen = ordered(set) ? (going || blocked ? [] : highest.slice(0, 1)) : highest;
  for (const pod of chosen) {
    pod.deletedAt = at;
    const gone = set.stuckTerminating ? undefined : at + stopMs(world, set);
    become(world, set, pod, 'terminating', at, gone);
  }
};

/** OrderedReady makes the next one only when all below it are ready. */
const make = (world: World, set: SetState, at: number): void => {
  for (let ordinal = 0; ordinal < set.replicas; ordinal++) {
    const there = set.pods.find((pod) => pod.ordinal === ordinal);
    if (there) {
      if (ordered(set) && there.phase !== 'ready') return;
      continue;
    }
    const name = `${set.spec.name}-${ordinal}`;
    const refused = overQuota(world, set.spec.namespace, name);
    if (refused !== undefined) {
      set.refusal = { pod: name, message: refused, at };
      return;
    }
    const pod: PodState = {
      name,
      ordinal,
      uid: nextUid(world),
      createdAt: at,
      phase: 'pending',
      since: at,
      nextAt: undefined,
      unschedulable: false,
      restarts: 0,
      resourceVersion: nextVersion(world),
    };
    set.pods = [...set.pods, pod].sort((a, b) => a.ordinal - b.ordinal);
    set.resourceVersion = nextVersion(world);
    delete set.refusal;
    if (ordered(set)) return;
  }
};

const overQuota = (world: World, namespace: string, pod: string): string | undefined => {
  const hard = world.quotas.get(namespace);
  const used = podsIn(world, namespace);
  if (hard === undefined || used < hard) return undefined;
  return `pods "${pod}" is forbidden: exceeded quota: pods, requested: pods=1, used: pods=${used}, limited: pods=${hard}`;
};

/** Pods that exist in a namespace, those that are going included. */
export const podsIn = (world: World, namespace: string): number =>
  [...world.sets.values()]
    .filter((set) => set.spec.namespace === namespace)
    .reduce((sum, set) => sum + set.pods.length, 0);

const schedule = (world: World, set: SetState, at: number): void => {
  const placed = set.pods.filter((pod) => pod.phase !== 'pending' || pod.nextAt !== undefined).length;
  let room = (set.capacity ?? Number.POSITIVE_INFINITY) - placed;
  for (const pod of set.pods) {
    if (pod.phase !== 'pending' || pod.nextAt !== undefined) continue;
    if (room > 0) {
      room--;
      pod.unschedulable = false;
      pod.nextAt = at + scheduleMs / world.speed;
      continue;
    }
    if (pod.unschedulable) continue;
    pod.unschedulable = true;
    pod.resourceVersion = nextVersion(world);
  }
};
