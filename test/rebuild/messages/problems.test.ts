import { expect, test } from 'vitest';
import { problemWords, type RebuildProblem } from '../../../src/rebuild/messages/problems.ts';

const place = 'den/tenant-105858-prod';

const cases: {
  readonly [Code in RebuildProblem['code']]: readonly [Extract<RebuildProblem, { code: Code }>, string];
} = {
  set_unseen: [
    { code: 'set_unseen', set: 'system6-dcr-farmer', place, error: 'timed out' },
    'system6-dcr-farmer in den/tenant-105858-prod cannot be looked at: timed out',
  ],
  engine_unseen: [
    { code: 'engine_unseen', instance: 'system6', error: '503' },
    'The admin endpoint of system6 does not answer: 503',
  ],
  farmers_up: [
    { code: 'farmers_up', set: 'system6-dcr-farmer', farmers: 3 },
    'system6-dcr-farmer has 3 farmers up already: somebody works there, or forgot them. Scale it to 0 first.',
  ],
  synchronizer_up: [
    { code: 'synchronizer_up', set: 'system6-dcr-sync' },
    'system6-dcr-sync is up already, perhaps the guardian of an earlier rebuild. Scale it to 0 first.',
  ],
  too_many: [
    { code: 'too_many', farmers: 120, maximum: 100 },
    '120 farmers are more than the maximum of 100.',
  ],
  too_few: [{ code: 'too_few', farmers: 1, minimum: 2 }, '1 farmers are fewer than the minimum of 2.'],
  none: [{ code: 'none' }, 'A rebuild is never done without farmers.'],
  works_alone: [
    { code: 'works_alone', farmers: 0, ready: 24 },
    'The engine does the rebuild alone, without its farmers (0 counted in of 24 ready). That would take days on one node, so it is stopped.',
  ],
  limit: [
    { code: 'limit', activeMs: 49 * 3_600_000, limitMs: 48 * 3_600_000 },
    'It has taken 2d 1h without pauses, and the limit is 2d.',
  ],
  nobody_answered: [{ code: 'nobody_answered', ms: 1_800_000 }, 'Nobody answered within 30m.'],
};

test.each(Object.values(cases))('$code', (problem, words) => {
  expect(problemWords(problem)).toBe(words);
});
