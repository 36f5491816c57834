import type { LocalDedup } from './local-dedup.ts';
import { type After, isTimed, type Leased } from './work.ts';

/** `forMs`: how long somebody else's lease still lasts. */
export type LeaseAnswer = { readonly ok: true } | { readonly ok: false; readonly forMs: number };

/** The leases in the store. They belong to a process, its `owner`. */
export interface Leases {
  /** Takes it for at most `ms`, or keeps it for longer. Whoever is refused is remembered until it is given back. */
  take(of: Leased, id: string, owner: string, ms: number): Promise<LeaseAnswer>;
  /**
   * Gives it back, if it is `owner`'s; true when somebody else asked meanwhile. Where nobody did, what comes again by the
   * due index (`isTimed`) does so not before `notBefore`; ms.
   */
  letGo(of: Leased, id: string, owner: string, notBefore?: number): Promise<boolean>;
}

/**
 * The one lease of farmhand: one process at a time works on a lane, or on a part of a rebuild. Claims on the records keep
 * farmhand right even when two do. The lease belongs to the process, not to the pass: after a lost connection, when it could not be
 * given back, the same process takes it up again at once, and nobody waits for it.
 */
export interface LeaseDeps {
  readonly leases: Leases;
  /** Of the process. */
  readonly owner: string;
  readonly running: LocalDedup;
  readonly now: () => number;
  readonly after: After;
  /** How long a pass may take before it is given up on; default: `passAtMost`. ms */
  readonly atMost?: number;
  /** Told of a pass that was given up on: it hangs, and holds a place of its worker until it ends. */
  readonly onStuck: () => void;
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

/** The lease of one thing, for one process. */
interface Lease {
  readonly take: () => Promise<LeaseAnswer>;
  readonly letGo: (notBefore?: number) => Promise<boolean>;
  /** When a write of this process said that it is due, while it was at it; ms. */
  readonly told: () => number | undefined;
  /** It was given back with the last write of the pass, and not asked for since. */
  readonly givenBack: () => { readonly wanted: boolean } | undefined;
  /** Gives it back as soon as that can be done. */
  readonly letGoLater: () => void;
  readonly onStuck: () => void;
  readonly every: (ms: number, run: () => void) => () => void;
  readonly atMost: number;
}

/** A pass whose first look comes with its lease: one round trip to the store instead of two. */
export interface Turn {
  /** As `Leases.take` of its work, once, before `pass`; nothing: there is nothing to do, and no lease was taken. */
  take(owner: string, ms: number): Promise<LeaseAnswer | 'nothing'>;
  pass(): Promise<number | undefined>;
}

/**
 * Runs `pass`, which answers when to come again, ms from now, unless somebody is at it. Undefined: there is nothing to
 * come again for, or this process is at it already, and will look once more. `take`: how the lease is taken; default: it
 * is taken, and nothing else is done.
 */
export const underLease = async (
  deps: LeaseDeps,
  of: Leased,
  id: string,
  pass: () => Promise<number | undefined>,
  take: Turn['take'] = (owner, ms) => deps.leases.take(of, id, owner, ms),
): Promise<Next | undefined> => {
  const { running, now, owner } = deps;
  // Where this process is at it already, the lease that was taken twice is given back when that is over.
  if (!running.begin(of, id, now())) return undefined;
  const lease = leaseOf(deps, of, id);
  let next: Next | undefined;
  let told: number | undefined;
  try {
    const taken = await take(owner, leaseMs).catch((error: unknown) => {
      // It may have been taken, and nobody else would get it.
      lease.letGoLater();
      throw error;
    });
    if (taken !== 'nothing')
      next = taken.ok ? await passAndLetGo(lease, pass, now) : { ms: taken.forMs, why: 'taken' };
  } finally {
    told = running.end(of, id);
  }
  if (told === undefined) return next;
  const ms = Math.max(0, told - now());
  return { ms: next?.why === 'later' ? Math.min(next.ms, ms) : ms, why: 'later' };
};

/** At once, when somebody else wanted to. */
const passAndLetGo = async (
  lease: Lease,
  pass: () => Promise<number | undefined>,
  now: () => number,
): Promise<Next | undefined> => {
  const stuck = Promise.withResolvers<'stuck'>();
  let left = lease.atMost / renewEvery;
  // What cannot be renewed runs out: two may be at it then, which is slow, not wrong.
  const endRenewal = lease.every(renewEvery, () => {
    left -= 1;
    if (left < 0) stuck.resolve('stuck');
    else if (!lease.givenBack()) lease.take().catch(() => {});
  });
  let again: number | undefined;
  let wanted = false;
  try {
    const ended = await Promise.race([pass(), stuck.promise]);
    if (ended === 'stuck') lease.onStuck();
    again = ended === 'stuck' ? 0 : ended;
  } finally {
    endRenewal();
    const gone = lease.givenBack();
    const renewed = left < lease.atMost / renewEvery;
    // A renewal that was under way may have taken it again.
    if (gone && !renewed) wanted = gone.wanted;
    else {
      // Where nothing was written, the due index still has it.
      const notBefore = lease.told() === undefined && again !== 0 ? now() + (again ?? nothingFor) : undefined;
      // What could not be given back is this process's own the next time, and nobody else's until then.
      wanted = await lease.letGo(notBefore).catch(() => {
        lease.letGoLater();
        return false;
      });
    }
  }
  if (wanted) return { ms: 0, why: 'later' };
  return again === undefined ? undefined : { ms: again, why: 'later' };
};

/** What wants nothing although the due index has it is not taken again before this is over; ms. */
const nothingFor = 60_000;

const giveBackEvery = 250;

const leaseOf = (deps: LeaseDeps, of: Leased, id: string): Lease => {
  const { leases, owner, running } = deps;
  const every = (ms: number, run: () => void) => repeat(deps.after, ms, run);
  const letGo = (notBefore?: number): Promise<boolean> =>
    isTimed(of) ? leases.letGo(of, id, owner, notBefore) : leases.letGo(of, id, owner);
  return {
    take: () => leases.take(of, id, owner, leaseMs),
    letGo,
    told: () => running.told(of, id),
    givenBack: () => running.givenBack(of, id),
    // The next nudge may reach another process, which would wait for the whole lease; unless this one is at it again.
    letGoLater: () => {
      let left = leaseMs / giveBackEvery;
      const end = every(giveBackEvery, () => {
        left -= 1;
        if (left <= 0 || running.at(of, id)) end();
        else letGo().then(end, () => {});
      });
    },
    onStuck: deps.onStuck,
    every,
    atMost: deps.atMost ?? passAtMost,
  };
};

const repeat = (after: After, ms: number, run: () => void): (() => void) => {
  let callOff = (): void => {};
  const next = (): void => {
    callOff = after(ms, () => {
      next();
      run();
    });
  };
  next();
  return () => callOff();
};
