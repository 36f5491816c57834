import type { JournalEntry } from '../../../src/core/journal.ts';
import type { Rebuild } from '../../../src/rebuild/model/rebuild.ts';
import type { RebuildStore } from '../../../src/rebuild/ports/store.ts';

export interface OneRebuild {
  readonly store: Pick<RebuildStore, 'get' | 'update'> & RebuildStore;
  current(): Rebuild;
  set(rebuild: Rebuild): void;
  readonly journal: JournalEntry[];
}

/** A store of a single record, for controllers that see one at a time; every write makes a version. */
export const oneRebuild = (start: Rebuild): OneRebuild => {
  let rebuild = start;
  const journal: JournalEntry[] = [];
  const unused = (): never => {
    throw new Error('this store has one record, and no more');
  };
  return {
    journal,
    current: () => rebuild,
    set: (next) => {
      rebuild = next;
    },
    store: {
      get: async (id) => (id === rebuild.id ? rebuild : undefined),
      update: async (id, change) => {
        if (id !== rebuild.id) return undefined;
        const result = change(rebuild);
        if (result.write) {
          rebuild = { ...result.write.rebuild, version: rebuild.version + 1 };
          journal.push(...result.write.journal);
        }
        return result;
      },
      create: unused,
      taken: unused,
      adopt: unused,
      saveDraft: unused,
      draft: unused,
      due: unused,
      take: unused,
      takeOne: unused,
    },
  };
};
