import { severityRank } from '../../core/severity.ts';
import type { Pacer } from '../../delivery/pacer.ts';
import { claimStaleAfter } from '../../delivery/timing.ts';
import type { Alert, AlertId } from '../model/alert.ts';
import { decideThread, type ThreadPolicy, type ThreadStep } from '../thread/decide-thread.ts';
import { type ExecuteDeps, executeThreadStep } from '../thread/execute-step.ts';
import type { ChannelQueue, ChannelQueues } from './channel-queue.ts';
import type { DigestKeeper } from './digest-keeper.ts';
import { type InFlightCalls, stillInFlight } from './in-flight-calls.ts';

export interface ChannelDeps extends ExecuteDeps {
  readonly lanes: ChannelQueues;
  readonly pacer: Pacer;
  readonly digests: DigestKeeper;
  readonly policy: ThreadPolicy;
  /** Of the process, over all its passes: what one leaves under way, the next one leaves alone. */
  readonly underWay: InFlightCalls;
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

/** Takes the mark of a lane off before `pass` looks, so that what comes in later nudges again. */
export const underMark = async (
  lanes: Pick<ChannelQueues, 'mark' | 'unmark' | 'marked'>,
  channel: string,
  pass: () => Promise<number | undefined>,
): Promise<number | undefined> => {
  // Redis takes the commands of a process in their order: what the pass looks at is read after it, and need not wait.
  const unmarked = lanes.unmark(channel);
  // Whether it failed is asked once the pass is over.
  unmarked.catch(() => {});
  const ms = await pass();
  await unmarked;
  if (await lanes.marked(channel)) return 0;
  if (ms === undefined || ms === 0 || ms > soon) return ms;
  await lanes.mark(channel);
  return Math.min(ms, restAtMost);
};

/** Makes Slack match the records of one channel, as far as pacing allows. Answers when to come again, ms from now. */
export const reconcileChannel = async (deps: ChannelDeps, channel: string): Promise<number | undefined> => {
  const { underWay } = deps;
  const began = deps.now();
  const goesOn = (): boolean =>
    !deps.stopping() && deps.now() - began < (underWay.of(channel) > 0 ? hangsAtMost : deps.budget);
  while (goesOn()) {
    const round = await oneRound(deps, channel);
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

/** Looks at the heads of the queues, tends the digest, decides for each alert, and does what the pace admits. */
const oneRound = async (deps: ChannelDeps, channel: string): Promise<Round> => {
  const { underWay } = deps;
  if (isHeld(deps)) return { ended: 'held' };
  // Before they are counted: who has a root already does not wait for one.
  if (adopts(deps)) await deps.recovery?.adopt(await deps.lanes.waiting(channel, adoptAtOnce));
  const left = underWay.of(channel);
  const room = Math.max(0, Math.min(deps.concurrency - left, underWay.free()));
  // What was left under way stands at the heads of the queues, and is passed over.
  const counts = { posts: room + left, updates: room + left };
  const view = await deps.lanes.peek(channel, deps.now(), counts);
  if (isHeld(deps)) return { ended: 'held' };
  const tend = () => deps.digests.tend(channel, view);
  const tended = await underWay.run(channel, `digest ${channel}`, tend);
  const readAt = deps.now();
  const { tasks, wakeAt } = await plan(deps, channel, view, room);
  const { ready, waitMs } = await admit(deps, channel, tasks);
  // Too long ago: they are read again.
  if (deps.now() - readAt > claimStaleAfter) return { ended: 'worked' };
  // Records may have been lost since the heads were looked at, and what waits now may have a root.
  if (isHeld(deps)) return { ended: 'held' };
  await executeAll(deps, channel, ready);
  if (ready.length > 0) return { ended: 'worked' };
  if (left > 0 || room === 0 || tended === stillInFlight) return { ended: 'hangs' };
  const again = earliest([waitMs, tended, untilThen(deps, view.wakeAt), untilThen(deps, wakeAt)]);
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
    tasks.map(({ alert, step }) =>
      deps.underWay.run(channel, alert.id, () => executeThreadStep(deps, alert, step)),
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
  if (adopts(deps)) await deps.recovery?.adopt(heads(view.posts));
  const alerts = await deps.store.getMany(ids);
  const tasks: Task[] = [];
  const leaving: Promise<void>[] = [];
  let wakeAt: number | undefined;
  for (const id of ids) {
    const alert = alerts.get(id);
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
): Promise<{ ready: readonly Task[]; waitMs: number | undefined }> => {
  const free = tasks.filter((task) => paceOf(task) === undefined);
  const posts = tasks.filter((task) => paceOf(task) === 'post').sort(byUrgency);
  const updates = tasks.filter((task) => paceOf(task) === 'update');
  const [postGrant, updateGrant] = await Promise.all([
    grant(deps, 'post', channel, posts.length),
    grant(deps, 'update', channel, updates.length),
  ]);
  return {
    ready: [...free, ...posts.slice(0, postGrant.granted), ...updates.slice(0, updateGrant.granted)],
    waitMs: earliest([postGrant.waitMs, updateGrant.waitMs]),
  };
};

const grant = async (
  deps: ChannelDeps,
  kind: 'post' | 'update',
  channel: string,
  wanted: number,
): Promise<{ granted: number; waitMs: number | undefined }> => {
  if (wanted === 0) return { granted: 0, waitMs: undefined };
  const { granted, waitMs } = await deps.pacer.take(kind, channel, wanted);
  if (granted === wanted) return { granted, waitMs: undefined };
  deps.onWait?.(kind, channel, waitMs);
  return { granted, waitMs };
};

const paceOf = ({ step, urgent }: Task): 'post' | 'update' | undefined => {
  switch (step.do) {
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

const rank = ({ alert, step, urgent }: Task): number => {
  if (urgent) return -1;
  const resolvedUnseen = step.do === 'post' && alert.status === 'resolved' ? 10 : 0;
  return severityRank(alert.severity) + (step.do === 'reply' ? 0 : 0.5) + resolvedUnseen;
};

const earliest = (waits: readonly (number | undefined)[]): number | undefined => {
  const known = waits.filter((ms) => ms !== undefined);
  return known.length === 0 ? undefined : Math.max(0, Math.min(...known));
};
