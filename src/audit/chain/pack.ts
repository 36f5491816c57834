import type { AuditRecord } from '../record.ts';
import { type Checkpoint, canonical } from './verify.mjs';
import { type AuditWish, isAbout } from './wish.ts';

/** The part of a chain that holds all that is asked for, without a gap. */
export interface Pack {
  /** So that it can be verified: what is about other things stands in between, or a line that says how much is left out. */
  readonly lines: readonly string[];
  /** Those that are about what was asked for, in order. */
  readonly about: readonly AuditRecord[];
  /** How many are about other things, in between. */
  readonly between: number;
  /** The record before the first, the last one before each that is left out, and the last of all. */
  readonly checkpoints: readonly Checkpoint[];
}

export interface PackOptions {
  /** Whoever gets the pack may not see what is about other things: it is left out. */
  readonly withhold?: boolean;
  /** Nothing after this one is in it: the same pack, whenever it is made. */
  readonly endsWith?: (record: AuditRecord) => boolean;
}

/** Undefined: no record is about it. */
export const packOf = async (
  chain: AsyncIterable<string>,
  wish: AuditWish,
  { withhold = false, endsWith = () => false }: PackOptions = {},
): Promise<Pack | undefined> => {
  const lines: string[] = [];
  const about: AuditRecord[] = [];
  const checkpoints: Checkpoint[] = [];
  let between = 0;
  let waiting: string[] = [];
  let left: { readonly from: AuditRecord; readonly to: AuditRecord } | undefined;
  let last: AuditRecord | undefined;
  for await (const line of chain) {
    // What farmhand wrote is a record; whoever needs to be sure verifies the pack.
    const record = JSON.parse(line) as AuditRecord;
    if (isAbout(record, wish)) {
      const newest = about.at(-1);
      // What was before it may be cut off, or was not read.
      if (!newest && record.seq > 1) {
        checkpoints.push({ seq: record.seq - 1, hash: last?.hash ?? record.prev_hash });
      }
      if (newest && left) {
        checkpoints.push({ seq: newest.seq, hash: newest.hash });
        lines.push(leftOut(left.from, left.to));
        between += left.to.seq - left.from.seq + 1;
      }
      lines.push(...waiting, line);
      between += waiting.length;
      about.push(record);
      waiting = [];
      left = undefined;
    } else if (about.length > 0) {
      if (withhold) left = { from: left?.from ?? record, to: record };
      else waiting.push(line);
    }
    last = record;
    if (endsWith(record)) break;
  }
  const head = about.at(-1);
  if (!head) return undefined;
  return { lines, about, between, checkpoints: [...checkpoints, { seq: head.seq, hash: head.hash }] };
};

const leftOut = ({ seq, prev_hash }: AuditRecord, to: AuditRecord): string =>
  canonical({ seq: to.seq, prev_hash, hash: to.hash, withheld: to.seq - seq + 1 });
