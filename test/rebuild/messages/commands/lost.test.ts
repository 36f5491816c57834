import { expect, test } from 'vitest';
import { heldWords } from '../../../../src/rebuild/messages/commands/lost.ts';

const lost = { id: 'system6-20261120-1', instance: 'system6', channel: 'C0DCR', ts: '1.2', since: 5 };
const next =
  'Nothing is changed in the cluster of system6 until a person decides: /dcr start system6 shows what is there, and adopts it; /dcr recovery done system6 <why> says that it is over.';

test.each([
  ['gone', `farmhand lost its records while system6-20261120-1 was in flight. ${next}`],
  [
    'behind',
    `farmhand lost its records while system6-20261120-1 was in flight, and has only an older copy of its record. ${next}`,
  ],
] as const)('a lost rebuild whose record is %s', (is, words) => {
  expect(heldWords({ ...lost, is })).toBe(words);
});
