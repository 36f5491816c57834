import type { LaneLease } from '../alerts/channel/channel-queue.ts';
import type { LocalDedup, Work } from './local-dedup.ts';

/**
 * The one lease of farmhand: one process at a time works on a lane, or on a part of a rebuild. Claims on the records keep
 * it right even when two do. It belongs to the process, not to the pass: after a lost connection, when it could not be
 * given back, the same process takes it up again at once, and nobody waits for it.
 */
export interface LeaseDeps {
  /** Takes it for at most `ms`, or keeps it for longer; whoever is refused is remembered until it is given back. */
  readonly take: (ms: number) => Promise<LaneLease>;
  /** Gives it back; true when somebody else asked meanwhile. */
  readonly letGo: () => Promise<boolean>;
  readonly running: LocalDedup;
  readonly now: () => number;
  /** Told of a pass that was given up on: it hangs, and holds a place of its worker until it ends. */
  readonly onStuck: () => void;
  /** Runs it every so often; answers how to end that. Default: the timer of the process. */
  readonly every?: (ms: number, run: () => void) => () => void;
}

/** An owner that died holds others up for no longer than this; one that lives asks for more time. ms */
export const leaseMs = 6_000;
const renewEvery = leaseMs / 3;
/** Far longer than all calls of a pass may take: one that hangs does not hold its work up for ever. ms */
export const passAtMost = 600_000;

/** When to come again, ms from now: by itself, or when somebody else's lease is over, should its owner be dead. */
export interface Next {
  readonly ms: number;
  readonly why: 'later' | 'taken';
}

/** This process is at it already, and will look once more. */
export const atIt = 'at it';

/** `pass` answers when to come again, ms from now. */
export const underLease = async (
  deps: LeaseDeps,
  work: Work,
  id: string,
  pass: () => Promise<number | undefined>,
): Promise<Next | typeof atIt | undefined> => {
  const { running, now } = deps;
  if (!running.begin(work, id, now())) return atIt;
  let next: Next | undefined;
  let told: number | undefined;
  try {
    const taken = await deps.take(leaseMs).catch((error: unknown) => {
      // It may have been taken, and nobody else would get it.
      giveBackLater(deps, work, id);
      throw error;
    });
    next = taken.ok
      ? await passAndLetGo(deps, pass, () => giveBackLater(deps, work, id))
      : { ms: taken.forMs, why: 'taken' };
  } finally {
    told = running.end(work, id);
  }
  if (told === undefined) return next;
  const ms = Math.max(0, told - now());
  return { ms: next?.why === 'later' ? Math.min(next.ms, ms) : ms, why: 'later' };
};

/** At once, when somebody else wanted to. */
const passAndLetGo = async (
  { take, letGo, onStuck, every = onTimer }: LeaseDeps,
  pass: () => Promise<number | undefined>,
  onKept: () => void,
): Promise<Next | undefined> => {
  const stuck = Promise.withResolvers<'stuck'>();
  const until = performance.now() + passAtMost;
  // What cannot be renewed runs out: two may be at it then, which is slow, not wrong.
  const endRenewal = every(renewEvery, () => {
    if (performance.now() > until) stuck.resolve('stuck');
    else take(leaseMs).catch(() => {});
  });
  let again: number | undefined;
  let wanted = false;
  try {
    const ended = await Promise.race([pass(), stuck.promise]);
    if (ended === 'stuck') onStuck();
    again = ended === 'stuck' ? 0 : ended;
  } finally {
    endRenewal();
    // What could not be given back is this process's own the next time, and nobody else's until then.
    wanted = await letGo().catch(() => {
      onKept();
      return false;
    });
  }
  if (wanted) return { ms: 0, why: 'later' };
  return again === undefined ? undefined : { ms: again, why: 'later' };
};

const giveBackEvery = 250;

/**
 * The next nudge may reach another process, which would wait for the whole lease: so it is given back as soon as the
 * store is there again, unless this process is at it once more.
 */
const giveBackLater = ({ letGo, running, every = onTimer }: LeaseDeps, work: Work, id: string): void => {
  let left = leaseMs / giveBackEvery;
  const end = every(giveBackEvery, () => {
    left -= 1;
    if (left <= 0 || running.at(work, id)) end();
    else letGo().then(end, () => {});
  });
};

const onTimer = (ms: number, run: () => void): (() => void) => {
  const timer = setInterval(run, ms);
  timer.unref();
  return () => clearInterval(timer);
};
