import type { AuditEntry } from '../../audit/record.ts';
import type { Freezes } from '../model/rules/freezes.ts';

export interface FreezesChange {
  /** Absent: nothing is written. */
  readonly write?: Freezes;
  /** What the audit is told with it, in the same write. */
  readonly audited?: readonly AuditEntry[];
}

/** What people have frozen, as the core needs it: one record, written by compare-and-set. */
export interface FreezeStore {
  /** As this process last read it; undefined: it has not yet. Whatever is begun on it proves its version. */
  known(): Freezes | undefined;
  /** The same, read anew where that is more than a second ago. @throws StoreUnavailable, UnreadableRecord */
  fresh(): Promise<Freezes>;
  /** Reads it now. @throws StoreUnavailable, UnreadableRecord */
  read(): Promise<Freezes>;
  /**
   * Reads, applies `change`, writes, again where somebody was faster. `change` must be pure.
   * @returns what `change` returned the last time. @throws StoreUnavailable, UnreadableRecord
   */
  change<T extends FreezesChange>(change: (freezes: Freezes) => T): Promise<T>;
}
