import { expect, onTestFinished, test, vi } from 'vitest';
import { createAuditLog } from '../../src/audit/chain/audit-log.ts';
import type { AuditChain } from '../../src/audit/chain/ports.ts';
import { verifyLines } from '../../src/audit/chain/verify.mjs';
import type { AuditEntry } from '../../src/audit/record.ts';
import { StoreUnavailable } from '../../src/core/errors.ts';
import { anAuditEntry, aStamp } from '../builders/audit.ts';
import { memoryChain } from '../support/memory-chain.ts';

const stamp = aStamp({ safe: (text) => text.replaceAll('hunter2', '[redacted]') });
const now = () => Date.UTC(2026, 10, 20);
const logOn = (chain: AuditChain, proofWithin = 2_000) =>
  createAuditLog({ chain, stamp: () => stamp, now, proofWithin });

const entry = (n: number, over: Partial<AuditEntry> = {}): AuditEntry =>
  anAuditEntry({ command: { farmers: n }, ...over });
const intent = (action_id: string) => entry(1, { type: 'change_intent', outcome: 'intended', action_id });

test('what was recorded by several processes at once is one chain, each entry once', async () => {
  const chain = memoryChain();
  const logs = [logOn(chain), logOn(chain), logOn(chain)];
  await Promise.all(
    Array.from({ length: 300 }, async (_, n) => {
      const log = logs[n % 3] ?? logOn(chain);
      await log.record([entry(n)]);
      await log.seal();
    }),
  );
  const lines = await chain.lines(1, 1_000);
  expect(verifyLines(lines).problems).toEqual([]);
  const numbers = lines.map((line) => JSON.parse(line).command.farmers).sort((a, b) => a - b);
  expect(numbers).toEqual(Array.from({ length: 300 }, (_, n) => n));
  expect(await chain.waiting(1)).toEqual([]);
});

test('an entry carries which software wrote it, no secret, and nothing that JSON cannot carry', async () => {
  const chain = memoryChain();
  const log = logOn(chain);
  await log.record([entry(Number.NaN, { why: { reason: 'the token is hunter2 \ud800' } })]);
  await log.seal();
  const [line = ''] = await chain.lines(1, 1);
  expect(JSON.parse(line)).toMatchObject({
    command: { farmers: 'NaN' },
    why: { reason: 'the token is [redacted] \ufffd' },
    software: { version: '0.2.0', config: 'c0ffee' },
  });
});

test('an entry that cannot be read is told in the chain, and holds up no other', async () => {
  const chain = memoryChain();
  await chain.put(['{"type":', '[]']);
  const log = logOn(chain);
  await log.record([entry(7)]);
  await log.seal();
  const records = (await chain.lines(1, 9)).map((line) => JSON.parse(line));
  expect(records.map(({ type }) => type)).toEqual(['audit_broken', 'audit_broken', 'command']);
  expect(records[0].error).toBe('An entry could not be read: {"type":');
});

test('an entry cannot give itself a place in the chain', async () => {
  const chain = memoryChain();
  await chain.put([JSON.stringify({ ...entry(1), seq: 99, hash: 'x', prev_hash: 'y' })]);
  await logOn(chain).seal();
  expect(verifyLines(await chain.lines(1, 9))).toMatchObject({ records: 1, first: 1, problems: [] });
});

test('an intent is proven once it is in the chain', async () => {
  const chain = memoryChain();
  const log = logOn(chain);
  expect(await log.unproven('w.1')).toBe('Nothing was changed: its audit record is not in the chain');
  await log.record([intent('w.1')]);
  expect(await log.unproven('w.1')).toBeUndefined();
});

test('where the chain says yes and holds nothing, or something else, the intent is not proven', async () => {
  const forgetful = { ...memoryChain(), append: async () => true, intentOf: async () => 1 };
  expect(await logOn(forgetful).unproven('w.1')).toBe(
    'Nothing was changed: its audit record is not in the chain',
  );
  const chain = memoryChain();
  const log = logOn(chain);
  await log.record([intent('w.1')]);
  await log.seal();
  const [line = ''] = await chain.lines(1, 1);
  const edited = { ...chain, lines: async () => [line.replace('U0ALICE', 'U0MALLO')] };
  expect(await logOn(edited).unproven('w.1')).toBe(
    'Nothing was changed: its audit record is not in the chain',
  );
});

test('a chain that fails or never answers refuses, in time', async () => {
  const away = new StoreUnavailable('Redis did not answer (audit); nothing was changed.');
  const failing = { ...memoryChain(), waiting: () => Promise.reject(away) };
  expect(await logOn(failing).unproven('w.1')).toBe(
    'Nothing was changed: its audit record could not be written: Redis did not answer (audit); nothing was changed.',
  );
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const hanging = { ...memoryChain(), head: () => new Promise<never>(() => {}) };
  const log = logOn(hanging);
  await log.record([intent('w.1')]);
  const answer = log.unproven('w.1');
  await vi.advanceTimersByTimeAsync(2_000);
  expect(await answer).toBe(
    'Nothing was changed: its audit record could not be written: no answer within 2000 ms',
  );
});
