import type { AuditRecord } from '../record.ts';
import type { Checkpoint } from './verify.mjs';
import { type AuditWish, isAbout } from './wish.ts';

/** The part of a chain that holds all that is asked for, without a gap. */
export interface Pack {
  /** All of it, so that it can be verified: what is about other things stands in between. */
  readonly lines: readonly string[];
  /** Those that are about what was asked for, in order. */
  readonly about: readonly AuditRecord[];
  /** The record before the first, and the head of the chain when it was taken. */
  readonly checkpoints: readonly Checkpoint[];
}

/** Undefined: no record is about it. */
export const packOf = async (chain: AsyncIterable<string>, wish: AuditWish): Promise<Pack | undefined> => {
  const lines: string[] = [];
  const about: AuditRecord[] = [];
  let before: Checkpoint | undefined;
  let last: AuditRecord | undefined;
  let end = 0;
  for await (const line of chain) {
    // What farmhand wrote is a record; whoever needs to be sure verifies the pack.
    const record = JSON.parse(line) as AuditRecord;
    if (isAbout(record, wish)) {
      if (about.length === 0 && last) before = { seq: last.seq, hash: last.hash };
      about.push(record);
      lines.push(line);
      end = lines.length;
    } else if (about.length > 0) {
      lines.push(line);
    }
    last = record;
  }
  if (!last || about.length === 0) return undefined;
  const [first] = about;
  const taken = lines.slice(0, end);
  const head = about.at(-1) ?? last;
  return {
    lines: taken,
    about,
    checkpoints: [...(before && first && first.seq > 1 ? [before] : []), { seq: head.seq, hash: head.hash }],
  };
};
