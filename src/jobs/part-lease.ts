import type { RebuildId } from '../rebuild/rebuild.ts';
import type { Part, RebuildStore } from '../rebuild/store.ts';
import type { Nudges } from './nudges.ts';
import type { Running } from './running.ts';

export interface PartLeaseDeps {
  readonly store: Pick<RebuildStore, 'lease' | 'release'>;
  readonly nudges: Pick<Nudges, 'parts' | 'afterLease'>;
  readonly running: Running;
  readonly now: () => number;
  readonly newOwner: () => string;
  /** Makes the world match the part; answers when to come again, ms from now. Does not throw. */
  readonly pass: (id: RebuildId) => Promise<number | undefined>;
  /** Told of a pass that was given up on: it hangs, and holds a place of its worker until it ends. */
  readonly onStuck: (part: Part, id: RebuildId) => void;
}

/** An owner that died holds a part up for no longer than this; one that lives asks for more time. ms */
export const partLeaseMs = 20_000;
const renewEvery = partLeaseMs / 3;
/** Far longer than all calls of a pass may take: one that hangs does not hold its rebuild up for ever. ms */
export const passAtMost = 600_000;

/**
 * One worker at a time is at a part of a rebuild; claims in the record keep it right even when two are. Who finds it
 * taken leaves a mark, at which its owner looks again before it goes; and comes again itself when the lease would be
 * over, should its owner be dead.
 */
export const passPart = async (deps: PartLeaseDeps, part: Part, id: RebuildId): Promise<void> => {
  const { store, nudges, running, now } = deps;
  if (!running.begin(part, id, now())) return;
  let again: number | undefined;
  let takenFor: number | undefined;
  try {
    const owner = deps.newOwner();
    const lease = await store.lease(id, part, owner, partLeaseMs);
    if (lease.ok) again = await passAndLetGo(deps, part, id, owner);
    else takenFor = lease.forMs;
  } finally {
    const told = running.end(part, id);
    if (told !== undefined) again = Math.min(again ?? Number.POSITIVE_INFINITY, Math.max(0, told - now()));
  }
  if (takenFor !== undefined) await nudges.afterLease(part, id, takenFor);
  if (again !== undefined) await nudges.parts(part, [id], again);
};

/** Answers when to come again, ms from now; at once when somebody else wanted to. */
const passAndLetGo = async (
  { store, pass, onStuck }: PartLeaseDeps,
  part: Part,
  id: RebuildId,
  owner: string,
): Promise<number | undefined> => {
  const stuck = Promise.withResolvers<'stuck'>();
  const until = performance.now() + passAtMost;
  // What cannot be renewed runs out: two may be at it then, which is slow, not wrong.
  const renewal = setInterval(() => {
    if (performance.now() > until) stuck.resolve('stuck');
    else store.lease(id, part, owner, partLeaseMs).catch(() => {});
  }, renewEvery);
  let again: number | undefined;
  let wanted = false;
  try {
    const ended = await Promise.race([pass(id), stuck.promise]);
    if (ended === 'stuck') onStuck(part, id);
    again = ended === 'stuck' ? 0 : ended;
  } finally {
    clearInterval(renewal);
    wanted = await store.release(id, part, owner).catch(() => false);
  }
  return wanted ? 0 : again;
};
