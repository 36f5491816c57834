import type { AuditEntry } from '../record.ts';
import type { Sealed } from './seal.ts';
import type { Checkpoint } from './verify.mjs';

/** An entry that has no place in the chain yet. */
export interface WaitingEntry {
  /** Its place in the inbox. */
  readonly id: string;
  readonly text: string;
}

/** Where entries wait, and the chain behind them. All of it throws StoreUnavailable. */
export interface AuditChain {
  /** Entries that no record's write carries, into the inbox. */
  put(texts: readonly string[]): Promise<void>;
  /** The oldest of the inbox. */
  waiting(most: number): Promise<readonly WaitingEntry[]>;
  /** The last record; number 0 where there is none. */
  head(): Promise<Checkpoint>;
  /** Appends and takes out of the inbox, both or neither. False: `head` is not the head any more. */
  append(head: Checkpoint, sealed: readonly Sealed[], taken: readonly string[]): Promise<boolean>;
  /** Lines of records from this number on, in order. */
  lines(from: number, most: number): Promise<readonly string[]>;
  /** The number of the record that says that this action is about to be done. */
  intentOf(action: string): Promise<number | undefined>;
  /** Drops the records before this number. */
  cutBefore(seq: number): Promise<void>;
  /** Goes on behind this record, which is only known elsewhere; the chain must be empty. */
  goOnBehind(head: Checkpoint): Promise<void>;
}

/** What parts that ask, decide and change need of the audit. */
export interface AuditPort {
  /** What no record's write carries. @throws StoreUnavailable: then it must not be done, either. */
  record(entries: readonly AuditEntry[]): Promise<void>;
  /** Undefined when the intent of this action is in the chain; else why not, as a sentence. Within 2 s; never throws. */
  unproven(action: string): Promise<string | undefined>;
}
