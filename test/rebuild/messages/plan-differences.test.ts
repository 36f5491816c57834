import { expect, test } from 'vitest';
import { differenceWords, lastDifferenceWords } from '../../../src/rebuild/messages/plan-differences.ts';
import type { LastDifference, PlanDifference } from '../../../src/rebuild/model/plan-differences.ts';

const farmers = { code: 'farmers', was: 24, is: 30, from: 'asked for' } as const;
const minimum = { code: 'minimum', was: 2, is: 3 } as const;
const engine = { code: 'engine', was: 'farm', is: 'balance' } as const;

test.each<readonly [PlanDifference, string]>([
  [farmers, 'Farmers: 24 before, 30 now (asked for).'],
  [minimum, 'At least: 2 before, 3 now.'],
  [engine, 'Engine: farm before, balance now.'],
  [
    { code: 'change_request', was: undefined, is: 'CHG0012345' },
    'Change request: none before, CHG0012345 now.',
  ],
  [{ code: 'forced', is: true }, 'Forced now, not before.'],
  [{ code: 'forced', is: false }, 'Not forced now, before it was.'],
  [{ code: 'changes' }, 'What will be changed is different.'],
  [
    { code: 'values', file: 'instances/system6.yaml', revision: '3f2a91c0aa' },
    'The values file changed: instances/system6.yaml, now at 3f2a91c.',
  ],
])('since the plan before: %j', (difference, words) => {
  expect(differenceWords(difference)).toBe(words);
});

test.each<readonly [LastDifference, string]>([
  [farmers, 'Farmers: 24 then, 30 now.'],
  [minimum, 'At least: 2 then, 3 now.'],
  [engine, 'Engine: farm then, balance now.'],
  [{ code: 'forced', is: true }, 'Forced now, not then.'],
  [{ code: 'forced', is: false }, 'Not forced now; then it was.'],
  [{ code: 'place' }, 'It is changed in another place, or in another way.'],
  [{ code: 'frontends', was: ['web-1', 'web-2'], is: [] }, 'Frontends: web-1, web-2 then, none now.'],
])('since the last rebuild: %j', (difference, words) => {
  expect(lastDifferenceWords(difference)).toBe(words);
});
