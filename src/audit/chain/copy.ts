import type { AuditRecord } from '../record.ts';
import type { AuditChain } from './ports.ts';
import type { Sealed } from './seal.ts';
import { type Checkpoint, chainVerifier, type Verified, verifyEach } from './verify.mjs';

/** A second copy of the chain, a record a line: in another place than the first. */
export interface AuditCopy {
  readonly name: 'file' | 'kafka';
  /** Its last whole record, as it is there now; undefined where it has none. */
  readEnd(): Promise<Checkpoint | undefined>;
  /** Durable, and read back, when it resolves. */
  append(lines: readonly string[]): Promise<void>;
  /** The lines from this number on, in order, each once. */
  linesFrom(seq: number): AsyncIterable<string>;
}

/** Records read from the chain in one go. */
export const linesAtOnce = 500;

/** What the copy and the chain are to each other. */
export type Met =
  /** The copy is as far as the chain, or behind it: it follows. */
  | { readonly state: 'agreed' }
  /** The chain ended before the copy did: the records in between were put back. */
  | { readonly state: 'restored'; readonly from: number; readonly to: number }
  /** One of them is not what was written; at which number is not known better than this. */
  | { readonly state: 'split'; readonly at: number };

/**
 * Compares the copy with the chain, and puts back what the chain has lost at its end: the copy's lines carry their
 * hashes, so only what follows on the chain's own head is taken. `known`: the copy's end.
 */
export const meetCopy = async (chain: AuditChain, copy: AuditCopy, known: Checkpoint): Promise<Met> => {
  const head = await chain.head();
  if (known.seq <= head.seq) {
    const [line] = await chain.lines(known.seq, 1);
    const there = line === undefined ? undefined : sealedOf(line).record;
    // Cut off by retention: nothing to compare it with.
    if (!there || there.seq !== known.seq) return { state: 'agreed' };
    return there.hash === known.hash ? { state: 'agreed' } : { state: 'split', at: known.seq };
  }
  if (head.seq === 0) {
    // All of the chain is gone. Records before the copy's own first were cut off long ago.
    for await (const line of copy.linesFrom(1)) {
      const { record } = sealedOf(line);
      if (record.seq > 1) await chain.goOnBehind({ seq: record.seq - 1, hash: record.prev_hash });
      break;
    }
  }
  return putBack(chain, copy, await chain.head());
};

const putBack = async (chain: AuditChain, copy: AuditCopy, head: Checkpoint): Promise<Met> => {
  let at = head;
  let batch: Sealed[] = [];
  const verifier = chainVerifier(head.seq === 0 ? [] : [head]);
  const flush = async (): Promise<boolean> => {
    const last = batch.at(-1)?.record;
    if (!last) return true;
    if (verifier.end().problems.length > 0 || !(await chain.append(at, batch, []))) return false;
    at = { seq: last.seq, hash: last.hash };
    batch = [];
    return true;
  };
  for await (const line of copy.linesFrom(head.seq + 1)) {
    verifier.take(line);
    batch.push(sealedOf(line));
    if (batch.length >= linesAtOnce && !(await flush())) return { state: 'split', at: at.seq + 1 };
  }
  if (!(await flush())) return { state: 'split', at: at.seq + 1 };
  return { state: 'restored', from: head.seq + 1, to: at.seq };
};

/** The checkpoint that a record is. */
export const checkpointIn = (line: string): Checkpoint => {
  const { seq, hash } = sealedOf(line).record;
  return { seq, hash };
};

/** What the chain or its copy holds is a record: whoever needs to be sure verifies it. */
const sealedOf = (line: string): Sealed => ({ record: JSON.parse(line) as AuditRecord, line });

/** All lines of the chain, from this number on. */
export async function* linesOf(chain: AuditChain, from = 1): AsyncIterable<string> {
  for (let at = from; ; ) {
    const lines = await chain.lines(at, linesAtOnce);
    const last = lines.at(-1);
    if (last === undefined) return;
    yield* lines;
    at = sealedOf(last).record.seq + 1;
  }
}

/** Verifies the whole chain, `checkpoints` being what somebody else knows of it. */
export const verifyChain = (chain: AuditChain, checkpoints: readonly Checkpoint[]): Promise<Verified> =>
  verifyEach(linesOf(chain), checkpoints);

export interface Outdated {
  /** Records of before are not kept any longer; ms. */
  readonly before: number;
  /** Records behind this one stay. */
  readonly upTo: number;
}

/** The last record that retention has ended; undefined where there is none. */
export const lastOutdated = async (
  chain: AuditChain,
  { before, upTo }: Outdated,
): Promise<Checkpoint | undefined> => {
  let last: Checkpoint | undefined;
  for await (const line of linesOf(chain)) {
    const { seq, hash, time_utc } = sealedOf(line).record;
    if (!(Date.parse(time_utc) < before) || seq > upTo) return last;
    last = { seq, hash };
  }
  // Never all of it: the last record is what the next one follows on.
  return undefined;
};

/** When a chain began that begins with record 1 (ms), and whether it says that another one was lost before it. */
export const beginningOf = async (
  chain: AuditChain,
): Promise<{ readonly at: number; readonly told: boolean } | undefined> => {
  const records = (await chain.lines(1, linesAtOnce)).map((line) => sealedOf(line).record);
  const [first] = records;
  if (first?.seq !== 1) return undefined;
  return { at: Date.parse(first.time_utc), told: records.some(({ type }) => type === 'audit_lost') };
};
