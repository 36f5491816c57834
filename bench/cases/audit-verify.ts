import { hash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sealEntries } from '../../src/audit/chain/seal.ts';
import { noHash, verifyFile, verifyLines } from '../../src/audit/chain/verify.mjs';
import { commandEntry } from '../load/audit.ts';
import type { Row } from '../measure/row.ts';
import { median } from '../measure/stats.ts';

export interface VerifySize {
  readonly records: number;
  readonly runs: number;
}

/** The verifier that auditors get, and by turns the least that could be done: each line parsed and hashed. */
export const measureAuditVerify = async (
  dir: string,
  { records, runs }: VerifySize,
): Promise<readonly Row[]> => {
  const epoch = Date.now();
  const software = { version: '0.2.0', commit: '3f2a91c', config: 'c0ffee0123456789' };
  const entries = Array.from({ length: records }, (_, n) => ({ ...commandEntry(n, epoch + n), software }));
  const text = sealEntries({ seq: 0, hash: noHash }, entries)
    .map(({ line }) => line)
    .join('\n');
  const file = join(dir, 'audit.ndjson');
  await writeFile(file, text);
  // Lines of their own, as they come out of a file: what was just joined is not yet one flat text.
  const lines = text.split('\n');
  const perSecond = async (work: () => unknown): Promise<number> => {
    const started = performance.now();
    await work();
    return (records * 1000) / (performance.now() - started);
  };
  const bare: number[] = [];
  const verified: number[] = [];
  const ofFile: number[] = [];
  for (let run = 0; run < runs; run++) {
    bare.push(await perSecond(() => parseAndHash(lines)));
    verified.push(await perSecond(() => mustBeWhole(verifyLines(lines).problems)));
    ofFile.push(await perSecond(async () => mustBeWhole((await verifyFile(file, undefined)).problems)));
  }
  const row = (what: string, value: number, unit: string): Row => ({
    case: `verifying a chain of ${records.toLocaleString('en-US')} records`,
    what,
    value,
    unit,
  });
  return [
    row('size of a record', Buffer.byteLength(text) / records, 'bytes'),
    row('bare: JSON.parse and SHA-256 of each line', median(bare), 'records/s'),
    { ...row('verify.mjs', median(verified), 'records/s'), aim: { atLeast: 100_000 } },
    row('verify.mjs to bare', median(verified) / median(bare), ''),
    row('verify.mjs, read from a file', median(ofFile), 'records/s'),
  ];
};

const parseAndHash = (lines: readonly string[]): number => {
  let length = 0;
  for (const line of lines) {
    JSON.parse(line);
    length += hash('sha256', line, 'hex').length;
  }
  return length;
};

const mustBeWhole = ({ length }: readonly unknown[]): void => {
  if (length > 0) throw new Error(`The chain of the benchmark has ${length} problems.`);
};
