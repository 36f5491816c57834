import { type AuditActor, type AuditFacts, type AuditRecord, type AuditWhere, ownEntry } from '../record.ts';
import type { AuditLog } from './audit-log.ts';
import type { AuditChain } from './ports.ts';
import type { Checkpoint } from './verify.mjs';
import { type AuditWish, firstOf, isAbout, wishWords } from './wish.ts';

/** Who reads, and how: on record before anything is read. */
export interface Reading {
  readonly actor: AuditActor;
  /** Absent where farmhand does it by itself. */
  readonly where?: AuditWhere;
  /** `export`, `verify`, `GET /v1/audit`. */
  readonly how: string;
  readonly correlation?: AuditFacts;
}

/** Records in their order. */
export interface AuditPage {
  /** As they are chained: each gives its own hash. */
  readonly lines: readonly string[];
  /** The number to go on from; absent on the last page. One before it may be short, or empty. */
  readonly next?: number;
  readonly head: Checkpoint;
}

export interface AuditReaderDeps {
  readonly chain: AuditChain;
  readonly log: Pick<AuditLog, 'record' | 'seal'>;
  readonly now: () => number;
}

/** Records read from the chain in one go, and looked at for one page. */
const atOnce = 500;
const scanLimit = 20_000;

/** Nothing of the audit is read before it is on record that it is. @throws StoreUnavailable: then nothing was read. */
export const recordReading = async (
  { log, now }: Omit<AuditReaderDeps, 'chain'>,
  { actor, where, how, correlation }: Reading,
  what: readonly string[],
): Promise<void> => {
  await log.record([
    ownEntry(now(), {
      type: 'audit_read',
      actor,
      ...(where && { where }),
      object: { kind: 'audit', id: 'chain' },
      command: { verb: how, what },
      ...(correlation && { correlation }),
    }),
  ]);
  // Its own record is in what is read.
  await log.seal();
};

/** `from`: a number of a record, as a page before named it. @throws StoreUnavailable */
export const readAudit = async (
  deps: AuditReaderDeps,
  reading: Reading,
  wish: AuditWish,
  { from, limit }: { readonly from?: number | undefined; readonly limit: number },
): Promise<AuditPage> => {
  const { chain } = deps;
  await recordReading(deps, reading, [
    ...wishWords(wish),
    ...(from === undefined ? [] : [`from number ${from}`]),
  ]);
  const head = await chain.head();
  const found: string[] = [];
  let at = from ?? (await firstOf(chain, wish));
  for (let looked = 0; looked < scanLimit; looked += atOnce) {
    const lines = await chain.lines(at, atOnce);
    for (const line of lines) {
      // What farmhand wrote is a record; whoever needs to be sure verifies it.
      const record = JSON.parse(line) as AuditRecord;
      if (found.length === limit) return { lines: found, next: record.seq, head };
      if (isAbout(record, wish)) found.push(line);
      at = record.seq + 1;
    }
    if (lines.length < atOnce) return { lines: found, head };
  }
  return { lines: found, next: at, head };
};
