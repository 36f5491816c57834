import type { LeaseAnswer, Leases } from '../../src/reconcile/lease.ts';
import type { Leased } from '../../src/reconcile/work.ts';

/** What a store holds of leases. Shared by all who have leases in it. */
export type LeasesState = Map<
  string,
  { readonly owner: string; readonly until: number; readonly wanted: boolean }
>;

export interface MemoryLeases extends Leases {
  /** Who is at it. */
  owner(of: Leased, id: string): string | undefined;
  /** `take`, as part of something bigger that happens at once. */
  takeNow(of: Leased, id: string, owner: string, ms: number): LeaseAnswer;
}

export interface MemoryLeasesOptions {
  /** The store's own clock; ms. */
  readonly clock: () => number;
  /** Stands around every call: delays it, drops it, or kills the caller before or after. */
  readonly io?: <T>(effect: () => T) => Promise<T>;
  /** Every lease is given, as if the one before had just run out: two workers at one thing. */
  readonly leaseless?: () => boolean;
}

/** Leases in memory: each call takes effect at once and whole, as a script in Redis does. */
export const createMemoryLeases = (
  { clock, io = async (effect) => effect(), leaseless = () => false }: MemoryLeasesOptions,
  state: LeasesState = new Map(),
): MemoryLeases => {
  const held = (key: string) => {
    const lease = state.get(key);
    return lease && lease.until > clock() ? lease : undefined;
  };
  const takeNow: MemoryLeases['takeNow'] = (of, id, owner, ms) => {
    const key = `${of} ${id}`;
    const lease = held(key);
    if (lease && lease.owner !== owner && !leaseless()) {
      state.set(key, { ...lease, wanted: true });
      return { ok: false, forMs: lease.until - clock() };
    }
    const wanted = lease?.owner === owner && lease.wanted;
    state.set(key, { owner, until: clock() + ms, wanted });
    return { ok: true };
  };
  return {
    owner: (of, id) => held(`${of} ${id}`)?.owner,
    takeNow,
    take: (of, id, owner, ms) => io(() => takeNow(of, id, owner, ms)),
    letGo: (of, id, owner) =>
      io(() => {
        const key = `${of} ${id}`;
        const lease = held(key);
        if (lease?.owner !== owner) return false;
        state.delete(key);
        return lease.wanted;
      }),
  };
};
