import type { AuditEntry } from '../../../src/audit/record.ts';
import { type Freezes, noFreezes } from '../../../src/rebuild/model/rules/freezes.ts';
import type { FreezeStore, FreezesChange } from '../../../src/rebuild/ports/freeze-store.ts';

/** What all processes share. */
export interface FreezesState {
  freezes: Freezes;
  readonly audit: AuditEntry[];
}

export const createFreezesState = (): FreezesState => ({ freezes: noFreezes, audit: [] });

/** What people have frozen, in memory; each process knows what it read last. `age`: how old that may be, ms. */
export const createMemoryFreezes = (
  now: () => number,
  state: FreezesState = createFreezesState(),
  age: number = 1_000,
): FreezeStore => {
  let known: { readonly freezes: Freezes; readonly at: number } | undefined;
  const learn = (): Freezes => {
    known = { freezes: state.freezes, at: now() };
    return state.freezes;
  };
  return {
    known: () => known?.freezes,
    read: async () => learn(),
    fresh: async () => (known && now() - known.at < age ? known.freezes : learn()),
    change: async <T extends FreezesChange>(change: (freezes: Freezes) => T): Promise<T> => {
      const result = change(state.freezes);
      if (result.write) {
        state.freezes = { ...result.write, version: state.freezes.version + 1 };
        state.audit.push(...(result.audited ?? []));
        learn();
      }
      return result;
    },
  };
};
