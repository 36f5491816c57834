import { expect, test } from 'vitest';
import { createAuditLog } from '../../src/audit/chain/audit-log.ts';
import { firstOf } from '../../src/audit/chain/wish.ts';
import { anAuditEntry, aStamp } from '../builders/audit.ts';
import { memoryChain } from '../support/memory-chain.ts';

const day = 86_400_000;
const begin = Date.UTC(2026, 10, 1);

/** A record a day, the first on November 1. */
const chainOf = async (days: number) => {
  const chain = memoryChain();
  const log = createAuditLog({ chain, now: () => 0, stamp: aStamp });
  await log.record(
    Array.from({ length: days }, (_, i) =>
      anAuditEntry({ time_utc: new Date(begin + i * day).toISOString() }),
    ),
  );
  await log.seal();
  return chain;
};

test('reading begins a day before what is asked for, and not with the first record of all', async () => {
  const chain = await chainOf(30);
  expect(await firstOf(chain, { from: begin + 19 * day })).toBe(19);
  expect(await firstOf(chain, { rebuild: 'system6-20261120-1' })).toBe(19);
  expect(await firstOf(chain, { rebuild: 'system6' })).toBe(1);
  expect(await firstOf(chain, {})).toBe(1);
  expect(await firstOf(chain, { from: begin - 10 * day })).toBe(1);
  expect(await firstOf(chain, { from: begin + 90 * day })).toBe(30);
});

test('also where retention has cut off the front, and where there is no record', async () => {
  const chain = await chainOf(30);
  await chain.cutBefore(11);
  expect(await firstOf(chain, { from: begin })).toBe(11);
  expect(await firstOf(chain, { from: begin + 19 * day })).toBe(19);
  expect(await firstOf(memoryChain(), { from: begin })).toBe(1);
});
