import { expect, test } from 'vitest';
import type { FoundCard } from '../../src/rebuild/model/lost.ts';
import type { Rebuild } from '../../src/rebuild/model/rebuild.ts';
import { memoryOf } from '../../src/rebuild/ports/memory.ts';
import { cardVerdict } from '../../src/recovery/lost-cards.ts';
import { inStep } from '../builders/rebuild.ts';

const record = inStep('farmers', {}, { version: 10 });
const card = (rebuild: Rebuild): FoundCard => ({
  id: rebuild.id,
  channel: 'C0DCR',
  ts: '1763607600.000100',
  memory: memoryOf(rebuild),
});
const { memory: _, ...old } = card(record);
const released: Rebuild = { ...record, phase: 'released', version: 40 };
const further = { ...inStep('rebuild'), version: 14 };

const cases: readonly [string, FoundCard, Rebuild | undefined, string][] = [
  ['no record, and it was in flight', card(record), undefined, 'gone'],
  ['no record, and it was over', card(released), undefined, 'fine'],
  ['no record, and a card that tells nothing', old, undefined, 'unclear'],
  ['its record is as new', card(record), record, 'fine'],
  ['its record is newer', card(record), further, 'fine'],
  ['its record is an older one', card(further), record, 'behind'],
  ['its record is an older one, and it is over', card(released), record, 'ended'],
  ['its record knows that it is over', card(further), { ...released, version: 12 }, 'fine'],
  ['a card of an older version, on record', old, record, 'fine'],
];
test.each(cases)('%s', (_name, found, known, verdict) => {
  expect(cardVerdict(found, known)).toBe(verdict);
});
