import { severityRank } from '../../core/severity.ts';
import type { Pacer } from '../../delivery/pacer.ts';
import { claimStaleAfter } from '../../delivery/timing.ts';
import type { LeaseAnswer, Turn } from '../../reconcile/lease.ts';
import { type GatherDeps, gatherGroups } from '../groups/gather.ts';
import type { Alert, AlertId } from '../model/alert.ts';
import { decideThread, type ThreadPolicy, type ThreadStep } from '../thread/decide-thread.ts';
import { claimAhead, type ExecuteDeps, executeThreadStep } from '../thread/execute-step.ts';
import type {
  ChannelQueue,
  ChannelQueues,
  LaneOpened,
  LaneOpening,
  LanePace,
  LaneWants,
} from './channel-queue.ts';
import type { DigestKeeper } from './digest-keeper.ts';
import { type InFlightCalls, stillInFlight } from './in-flight-calls.ts';

export interface ChannelDeps extends ExecuteDeps {
  readonly lanes: ChannelQueues;
  readonly pacer: Pacer;
  readonly digests: DigestKeeper;
  readonly policy: ThreadPolicy;
  /** Groups of alerts, and what they are made of. Absent: there are none. */
  readonly groups?: Omit<GatherDeps, 'store' | 'now'>;
  /** Of the process, over all its passes: what one leaves under way, the next one leaves alone. */
  readonly underWay: InFlightCalls;
  /** The root of an alert that is most likely posted in a moment. Absent: it is made when it is posted. */
  readonly makeReady?: (alert: Alert) => void;
  /** Calls to Slack at once, for one lane and kind. */
  readonly concurrency: number;
  /** A pass gives the worker back after this, so that no lane keeps another waiting; ms. */
  readonly budget: number;
  readonly stopping: () => boolean;
  readonly onWait?: (kind: 'post' | 'update', channel: string, waitMs: number) => void;
  /** After records were lost. Absent: they never are. */
  readonly recovery?: LaneRecovery;
}

export interface LaneRecovery {
  /**
   * `held`: nothing may be posted yet, for it is not known which roots are there. `adopt`: who waits for a root may have
   * one already.
   */
  state(): 'held' | 'adopt' | 'none';
  /** Gives those of these alerts their root that had one. Answers how many. */
  adopt(ids: readonly AlertId[]): Promise<number>;
}

interface Task {
  readonly alert: Alert;
  /** As it was before its claim, where that was made ahead. */
  readonly before?: Alert;
  readonly step: ThreadStep;
  readonly urgent: boolean;
}

interface Plan {
  readonly tasks: readonly Task[];
  /** When the first of those that were parked wants to come back; ms. */
  readonly wakeAt: number | undefined;
}

/**
 * While calls hang, the pass goes on with the rest, and keeps its lane: another process would not know of them. That
 * ends with their own timeout; ms.
 */
const hangsAtMost = 10_000;
/** While calls hang, for so long nothing new is looked for; ms. */
const pause = 250;
/** Alerts that are looked at before one of them is posted; as many as a digest names. */
const adoptAtOnce = 2_000;
/** How soon a channel is looked at again while it is not known which roots are there; ms. */
const heldFor = 500;

/**
 * A lane that comes again this soon rests until then: it keeps its mark, so that what comes in meanwhile nudges nobody.
 * In a storm, where a channel waits for its pace, that saves a pass an event. A person's wish nudges all the same. ms
 */
const restAtMost = 250;
const soon = 1_000;

/** What was seen of a lane, and when that was asked for; ms. */
interface Look {
  readonly view: ChannelQueue;
  readonly at: number;
}

/**
 * One pass over a channel. Its first look comes with the lease, and takes the mark off before it looks, so that what comes
 * in later nudges again.
 */
export const channelTurn = (deps: ChannelDeps, channel: string): Turn =>
  turnOf(deps, channel, (owner, ms) => {
    const at = deps.now();
    return { at, opened: deps.lanes.open(channel, at, wantsOf(deps, channel), { owner, ms }) };
  });

/** The same, whose lane is opened by a write that is about to be made. */
export const turnAhead = (
  deps: ChannelDeps,
  channel: string,
  lease: LaneOpening['lease'],
): { readonly opening: LaneOpening; readonly turn: Turn } => {
  const at = deps.now();
  const { promise: opened, resolve, reject } = Promise.withResolvers<LaneOpened | undefined>();
  return {
    opening: {
      ...{ now: at, wants: wantsOf(deps, channel), lease, opened: resolve, failed: reject },
      claim: (alert) => claimAhead(deps, alert, deps.policy),
      meanwhile: deps.makeReady,
    },
    turn: turnOf(deps, channel, () => ({ at, opened })),
  };
};

const turnOf = (
  deps: ChannelDeps,
  channel: string,
  open: (
    owner: string,
    ms: number,
  ) => {
    readonly at: number;
    readonly opened: Promise<LaneOpened | undefined>;
  },
): Turn => {
  let first: Look | undefined;
  return {
    take: async (owner, ms): Promise<LeaseAnswer | 'nothing'> => {
      const { at, opened } = open(owner, ms);
      const lane = await opened;
      if (lane?.ok) first = { view: lane.view, at };
      return lane ?? 'nothing';
    },
    pass: async () => comesAgain(deps.lanes, channel, await reconcileChannel(deps, channel, first)),
  };
};

/** When a lane comes again whose pass is over and wants to be back in `ms`. */
export const comesAgain = async (
  lanes: Pick<ChannelQueues, 'mark' | 'marked'>,
  channel: string,
  ms: number | undefined,
): Promise<number | undefined> => {
  if (await lanes.marked(channel)) return 0;
  if (ms === undefined || ms === 0 || ms > soon) return ms;
  await lanes.mark(channel);
  return Math.min(ms, restAtMost);
};

/**
 * Makes Slack match the records of one channel, as far as pacing allows. Answers when to come again, ms from now.
 * `first`: what was seen of it just now; default: it is looked at.
 */
export const reconcileChannel = async (
  deps: ChannelDeps,
  channel: string,
  first?: Look,
): Promise<number | undefined> => {
  const { underWay } = deps;
  const began = deps.now();
  const goesOn = (): boolean =>
    !deps.stopping() && deps.now() - began < (underWay.of(channel) > 0 ? hangsAtMost : deps.budget);
  let seen = first;
  while (goesOn()) {
    const round = await oneRound(deps, channel, seen);
    seen = undefined;
    if (round.ended === 'held') return heldFor;
    if (round.ended === 'idle') return round.again;
    if (round.ended === 'hangs') await underWay.change(channel, pause);
  }
  return 0;
};

type Round =
  /** It is not known which roots are there. */
  | { readonly ended: 'held' }
  /** Something was done; there may be more. */
  | { readonly ended: 'worked' }
  /** Nothing can be done while calls hang. */
  | { readonly ended: 'hangs' }
  /** Nothing is to be done before that; ms from now. */
  | { readonly ended: 'idle'; readonly again: number | undefined };

/** How many more calls this channel may have under way. */
const roomOf = ({ underWay, concurrency }: ChannelDeps, channel: string): number =>
  Math.max(0, Math.min(concurrency - underWay.of(channel), underWay.free(channel)));

const wantsOf = (deps: ChannelDeps, channel: string): LaneWants => {
  const room = roomOf(deps, channel);
  // What was left under way stands at the heads of the queues, and is passed over.
  const heads = room + deps.underWay.of(channel);
  // After records were lost nobody knows yet what is to be posted.
  return { posts: heads, updates: heads, paced: isHeld(deps) || adopts(deps) ? 0 : room };
};

const lookAt = async (deps: ChannelDeps, channel: string): Promise<Look> => {
  const at = deps.now();
  return { view: await deps.lanes.peek(channel, at, wantsOf(deps, channel)), at };
};

/** Looks at the heads of the queues, tends the digest, decides for each alert, and does what the pace admits. */
const oneRound = async (deps: ChannelDeps, channel: string, seen: Look | undefined): Promise<Round> => {
  const { underWay } = deps;
  if (isHeld(deps)) return { ended: 'held' };
  // Before they are counted: who has a root already does not wait for one.
  if (adopts(deps)) await deps.recovery?.adopt(await deps.lanes.waiting(channel, adoptAtOnce));
  const { view, at: readAt } = seen ?? (await lookAt(deps, channel));
  if (isHeld(deps)) return { ended: 'held' };
  if (deps.groups && view.groupsAt !== undefined && view.groupsAt <= deps.now()) {
    if (view.pace.granted > 0) await deps.lanes.giveBack(channel, view.pace, view.pace.granted);
    await gatherGroups({ ...deps.groups, store: deps.store, now: deps.now }, channel);
    return { ended: 'worked' };
  }
  const left = underWay.of(channel);
  const room = roomOf(deps, channel);
  const digest = deps.digests.wants(view);
  const pace = digest ? await returned(deps, channel, view) : view.pace;
  const tend = () => deps.digests.tend(channel, view);
  const tended = digest ? await underWay.run(channel, `digest ${channel}`, tend) : undefined;
  const { tasks, wakeAt } = await plan(deps, channel, view, room);
  const { ready, waitMs } = await admit(deps, channel, tasks, pace);
  // Too long ago: they are read again.
  if (deps.now() - readAt > claimStaleAfter) return { ended: 'worked' };
  // Records may have been lost since the heads were looked at, and what waits now may have a root.
  if (isHeld(deps)) return { ended: 'held' };
  await executeAll(deps, channel, ready);
  if (ready.length > 0) return { ended: 'worked' };
  if (left > 0 || room === 0 || tended === stillInFlight) return { ended: 'hangs' };
  const again = earliest([
    waitMs,
    tended,
    untilThen(deps, view.wakeAt),
    untilThen(deps, view.groupsAt),
    untilThen(deps, wakeAt),
  ]);
  return { ended: 'idle', again };
};

const isHeld = ({ recovery }: ChannelDeps): boolean => recovery?.state() === 'held';
const adopts = ({ recovery }: ChannelDeps): boolean => recovery?.state() === 'adopt';

/**
 * Each on its own: one that fails unexpectedly is told at the end, and one that hangs goes on by itself; neither keeps
 * the others back.
 */
const executeAll = async (deps: ChannelDeps, channel: string, tasks: readonly Task[]): Promise<void> => {
  const ended = await Promise.allSettled(
    tasks.map(({ alert, step, before }) =>
      deps.underWay.run(channel, alert.id, () => executeThreadStep(deps, alert, step, before)),
    ),
  );
  for (const end of ended) if (end.status === 'rejected') throw end.reason;
};

/** The step of every alert at the heads of the queues; what has nothing to do leaves the lane. */
const plan = async (deps: ChannelDeps, channel: string, view: ChannelQueue, room: number): Promise<Plan> => {
  const heads = (ids: readonly AlertId[]) => ids.filter((id) => !deps.underWay.has(id)).slice(0, room);
  const ids = [...new Set([...heads(view.updates), ...heads(view.posts)])];
  if (ids.length === 0) return { tasks: [], wakeAt: undefined };
  // Once more, for these very ones: alerts come in all the time.
  const adopting = adopts(deps);
  if (adopting) await deps.recovery?.adopt(heads(view.posts));
  const known = adopting ? noAlerts : view.alerts;
  const unknown = ids.filter((id) => !known.has(id));
  const more = unknown.length === 0 ? noAlerts : await deps.store.getMany(unknown);
  const tasks: Task[] = [];
  const leaving: Promise<void>[] = [];
  let wakeAt: number | undefined;
  for (const id of ids) {
    if (view.claimed?.alert.id === id) {
      tasks.push({ ...view.claimed, step: { do: 'post', claimed: true }, urgent: false });
      continue;
    }
    const alert = known.get(id) ?? more.get(id);
    const step: ThreadStep = alert ? decideThread(alert, deps.now(), deps.policy) : { do: 'nothing' };
    // While a digest is kept, what was over before its turn is told there: it waits to be folded.
    if (view.hasDigest && step.do === 'post' && alert?.status === 'resolved') continue;
    if (alert && step.do !== 'nothing' && step.do !== 'wait') {
      tasks.push({ alert, step, urgent: view.urgent.has(id) });
    } else {
      leaving.push(leave(deps, channel, id, alert, step));
      if (step.do === 'wait') wakeAt = Math.min(wakeAt ?? step.until, step.until);
    }
  }
  await Promise.all(leaving);
  return { tasks, wakeAt };
};

const noAlerts: ReadonlyMap<AlertId, Alert> = new Map();

const untilThen = (deps: ChannelDeps, at: number | undefined): number | undefined =>
  at === undefined ? undefined : at - deps.now();

const leave = async (
  deps: ChannelDeps,
  channel: string,
  id: AlertId,
  alert: Alert | undefined,
  step: ThreadStep,
): Promise<void> => {
  if (step.do === 'wait' && alert) return deps.lanes.park(channel, id, alert.version, step.until);
  const settled = await deps.lanes.settle(channel, id, alert?.version);
  // Its record cannot be read: the others go on, and once it is repaired so does it.
  if (!settled && !alert) await deps.lanes.putAside(channel, id, deps.now() + asideFor);
};

/** An alert whose record cannot be read is looked at again after this; ms. */
const asideFor = 60_000;

/** What may go now. A person's update is never held back by the pace; look-ups and silences need none. */
const admit = async (
  deps: ChannelDeps,
  channel: string,
  tasks: readonly Task[],
  pace: LanePace,
): Promise<{ ready: readonly Task[]; waitMs: number | undefined }> => {
  const free = tasks.filter((task) => paceOf(task) === undefined);
  const posts = tasks.filter((task) => paceOf(task) === 'post').sort(byUrgency);
  const updates = tasks.filter((task) => paceOf(task) === 'update');
  const [postGrant, updateGrant] = await Promise.all([
    grantPosts(deps, channel, posts.length, pace),
    grant(deps, 'update', channel, updates.length),
  ]);
  return {
    ready: [...free, ...posts.slice(0, postGrant.granted), ...updates.slice(0, updateGrant.granted)],
    waitMs: earliest([postGrant.waitMs, updateGrant.waitMs]),
  };
};

interface Grant {
  readonly granted: number;
  readonly waitMs: number | undefined;
}

/** The message of a digest goes first, and needs the pace for itself; but what is claimed already is posted. */
const returned = async (
  deps: ChannelDeps,
  channel: string,
  { pace, claimed }: ChannelQueue,
): Promise<LanePace> => {
  const kept = claimed ? 1 : 0;
  if (pace.granted > kept) await deps.lanes.giveBack(channel, pace, pace.granted - kept);
  return { asked: kept, granted: kept, waitMs: 0, bucket: '' };
};

/** What came with the look first; what more is wanted (replies) is asked for, what is too much is given back. */
const grantPosts = async (
  deps: ChannelDeps,
  channel: string,
  wanted: number,
  pace: LanePace,
): Promise<Grant> => {
  const { asked, granted, waitMs } = pace;
  if (granted > wanted) await deps.lanes.giveBack(channel, pace, granted - wanted);
  if (granted >= wanted) return { granted: wanted, waitMs: undefined };
  if (granted === asked) {
    const more = await grant(deps, 'post', channel, wanted - granted);
    return { ...more, granted: granted + more.granted };
  }
  deps.onWait?.('post', channel, waitMs);
  return { granted, waitMs };
};

const grant = async (
  deps: ChannelDeps,
  kind: 'post' | 'update',
  channel: string,
  wanted: number,
): Promise<Grant> => {
  if (wanted === 0) return { granted: 0, waitMs: undefined };
  const { granted, waitMs } = await deps.pacer.take(kind, channel, wanted);
  if (granted === wanted) return { granted, waitMs: undefined };
  deps.onWait?.(kind, channel, waitMs);
  return { granted, waitMs };
};

const paceOf = ({ step, urgent }: Task): 'post' | 'update' | undefined => {
  const { do: what } = step.do === 'page' ? step.step : step;
  switch (what) {
    case 'post':
    case 'reply':
      return 'post';
    case 'update':
      return urgent ? undefined : 'update';
    default:
      return undefined;
  }
};

/** The most severe first; among equals what is said in a thread that people already read. */
const byUrgency = (a: Task, b: Task): number => rank(a) - rank(b);

const rank = ({ alert, step, urgent, before }: Task): number => {
  // Claimed already: until it is posted nobody else may.
  if (before) return -2;
  if (urgent) return -1;
  const resolvedUnseen = step.do === 'post' && alert.status === 'resolved' ? 10 : 0;
  // A thread that is not there yet is worth more than a list in one that is.
  const later = step.do === 'page' ? 5 : step.do === 'reply' ? 0 : 0.5;
  return severityRank(alert.severity) + later + resolvedUnseen;
};

const earliest = (waits: readonly (number | undefined)[]): number | undefined => {
  const known = waits.filter((ms) => ms !== undefined);
  return known.length === 0 ? undefined : Math.max(0, Math.min(...known));
};
