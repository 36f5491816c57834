import type { RebuildId } from '../rebuild/model/rebuild.ts';
import type { Part, RebuildStore } from '../rebuild/ports/store.ts';
import { atIt, underLease } from './lease.ts';
import type { LocalDedup } from './local-dedup.ts';
import type { Nudges } from './nudges.ts';

export interface PartLeaseDeps {
  readonly store: Pick<RebuildStore, 'lease' | 'release'>;
  readonly nudges: Pick<Nudges, 'parts' | 'afterLease'>;
  readonly running: LocalDedup;
  readonly now: () => number;
  /** Of the process. */
  readonly owner: string;
  /** Makes the world match the part; answers when to come again, ms from now. Does not throw. */
  readonly pass: (id: RebuildId) => Promise<number | undefined>;
  /** Told of a pass that was given up on: it hangs, and holds a place of its worker until it ends. */
  readonly onStuck: (part: Part, id: RebuildId) => void;
}

/** One process at a time is at a part of a rebuild. */
export const passPart = async (deps: PartLeaseDeps, part: Part, id: RebuildId): Promise<void> => {
  const { store, nudges, owner } = deps;
  const lease = {
    ...deps,
    take: (ms: number) => store.lease(id, part, owner, ms),
    letGo: () => store.release(id, part, owner),
    onStuck: () => deps.onStuck(part, id),
  };
  const next = await underLease(lease, part, id, () => deps.pass(id));
  if (next === atIt || next === undefined) return;
  if (next.why === 'taken') await nudges.afterLease(part, id, next.ms);
  else await nudges.parts(part, [id], next.ms);
};
