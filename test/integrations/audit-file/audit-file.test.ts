import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { lastOutdated, type Met, meetCopy, verifyChain } from '../../../src/audit/chain/copy.ts';
import { createFollower, ownTurn } from '../../../src/audit/chain/follower.ts';
import type { AuditChain } from '../../../src/audit/chain/ports.ts';
import { sealEntries } from '../../../src/audit/chain/seal.ts';
import { type Checkpoint, verifyFile } from '../../../src/audit/chain/verify.mjs';
import type { AuditEntry } from '../../../src/audit/record.ts';
import { type AuditFile, openAuditFile } from '../../../src/integrations/audit-file/audit-file.ts';
import { anAuditEntry, beginning } from '../../builders/audit.ts';
import { memoryChain } from '../../support/memory-chain.ts';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'farmhand-audit-'));
  path = join(folder, 'chain.ndjson');
});
afterEach(() => rmSync(folder, { recursive: true }));

const entry = (n: number, day = 20): AuditEntry =>
  anAuditEntry({
    time_utc: new Date(Date.UTC(2026, 10, day)).toISOString(),
    command: { farmers: n, words: 'Zürich \u2028 and on' },
  });
const grow = async (chain: AuditChain, count: number, day?: number): Promise<void> => {
  const head = await chain.head();
  const entries = Array.from({ length: count }, (_, n) => entry(head.seq + n, day));
  await chain.append(head, sealEntries(head, entries), []);
};
/** What the two were to each other, where they were not the same. */
const follow = async (chain: AuditChain, copy: AuditFile): Promise<readonly Met[]> => {
  const met: Met[] = [];
  const onMet = async (found: Met): Promise<void> => void met.push(found);
  await createFollower({ chain, copy, turn: ownTurn(), onMet }).follow();
  return met;
};
const meet = async (chain: AuditChain, copy: AuditFile) =>
  meetCopy(chain, copy, (await copy.readEnd()) ?? beginning);
const lines = () => readFileSync(path, 'utf8').split('\n').slice(0, -1);

test('follows the chain, a record a line, and goes on where it was after a restart', async () => {
  const chain = memoryChain();
  await grow(chain, 700);
  {
    await using file = await openAuditFile(path);
    expect(await follow(chain, file)).toEqual([]);
  }
  await grow(chain, 3);
  await using file = await openAuditFile(path);
  expect((await file.readEnd())?.seq).toBe(700);
  expect(await follow(chain, file)).toEqual([]);
  expect(lines()).toEqual(await chain.lines(1, 1_000));
  expect(await verifyFile(path, undefined)).toMatchObject({ records: 703, problems: [] });
});

test('a line that a crash has cut off is cut away, and written again', async () => {
  const chain = memoryChain();
  await grow(chain, 3);
  {
    await using file = await openAuditFile(path);
    await follow(chain, file);
  }
  const [, , last = ''] = lines();
  writeFileSync(path, readFileSync(path, 'utf8').slice(0, -(last.length / 2)));
  await using file = await openAuditFile(path);
  expect((await file.readEnd())?.seq).toBe(2);
  await follow(chain, file);
  expect(lines()).toEqual(await chain.lines(1, 9));
});

test('a file that is none of these is not written to', async () => {
  writeFileSync(path, 'something else\n');
  await expect(openAuditFile(path)).rejects.toThrow();
  expect(readFileSync(path, 'utf8')).toBe('something else\n');
});

test('what the chain has lost at its end is put back from the file', async () => {
  const whole = memoryChain();
  await grow(whole, 1_200);
  await using file = await openAuditFile(path);
  await follow(whole, file);
  // An older copy of the store came back.
  const older = memoryChain();
  const [first] = [await whole.lines(1, 300)];
  await older.append(
    beginning,
    (first ?? []).map((line) => ({ record: JSON.parse(line), line })),
    [],
  );
  expect(await meet(older, file)).toEqual({ state: 'restored', from: 301, to: 1_200 });
  expect(await older.lines(1, 2_000)).toEqual(await whole.lines(1, 2_000));
  // All of it is gone.
  const empty = memoryChain();
  expect(await meet(empty, file)).toEqual({ state: 'restored', from: 1, to: 1_200 });
  expect(await verifyChain(empty, [await whole.head()])).toMatchObject({ records: 1_200, problems: [] });
});

test('what is put back goes on behind what retention had cut off before the file was begun', async () => {
  const chain = memoryChain();
  await grow(chain, 5);
  await chain.cutBefore(4);
  await using file = await openAuditFile(path);
  await follow(chain, file);
  const empty = memoryChain();
  expect(await meet(empty, file)).toEqual({ state: 'restored', from: 4, to: 5 });
  expect(await empty.head()).toEqual(await chain.head());
});

test('a chain that was written again is told, and neither of the two is changed', async () => {
  const chain = memoryChain();
  await grow(chain, 5);
  await using file = await openAuditFile(path);
  await follow(chain, file);
  const forged = memoryChain();
  await grow(forged, 5, 21);
  const before = readFileSync(path, 'utf8');
  expect(await meet(forged, file)).toEqual({ state: 'split', at: 5 });
  const shorter = memoryChain();
  await grow(shorter, 2, 21);
  expect(await meet(shorter, file)).toEqual({ state: 'split', at: 3 });
  await grow(forged, 1, 21);
  expect(await follow(forged, file)).toEqual([{ state: 'split', at: 5 }]);
  expect(readFileSync(path, 'utf8')).toBe(before);
  expect((await forged.head()).seq).toBe(6);
});

test('a file that was edited does not mend the chain', async () => {
  const chain = memoryChain();
  await grow(chain, 5);
  {
    await using file = await openAuditFile(path);
    await follow(chain, file);
  }
  const edited = lines().map((line, i) => (i === 2 ? line.replace('U0ALICE', 'U0MALLO') : line));
  writeFileSync(path, `${edited.join('\n')}\n`);
  await using file = await openAuditFile(path);
  const empty = memoryChain();
  expect(await meet(empty, file)).toMatchObject({ state: 'split' });
  expect(await empty.lines(1, 9)).toEqual([]);
});

test('retention ends at the last record that is old enough, and never takes all', async () => {
  const chain = memoryChain();
  await grow(chain, 2, 1);
  await grow(chain, 2, 20);
  const second = JSON.parse((await chain.lines(2, 1))[0] ?? '');
  const cut: Checkpoint = { seq: 2, hash: second.hash };
  const outdated = (before: number, upTo = 99) => lastOutdated(chain, { before, upTo });
  expect(await outdated(Date.UTC(2026, 10, 10))).toEqual(cut);
  expect(await outdated(Date.UTC(2026, 9, 1))).toBeUndefined();
  expect(await outdated(Date.UTC(2027, 0, 1))).toBeUndefined();
  // What a copy does not have yet stays.
  expect(await outdated(Date.UTC(2026, 10, 10), 1)).toMatchObject({ seq: 1 });
  expect(await outdated(Date.UTC(2026, 10, 10), 0)).toBeUndefined();
});

test('a folder that is not there is told', async () => {
  await expect(openAuditFile(join(folder, 'nowhere', 'chain.ndjson'))).rejects.toThrow('ENOENT');
});
