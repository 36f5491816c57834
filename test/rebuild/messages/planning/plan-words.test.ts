import { expect, test } from 'vitest';
import {
  changeWords,
  estimateWords,
  type FarmersFrom,
  type PlanWarning,
  sourceWords,
  warningWords,
} from '../../../../src/rebuild/messages/planning/plan-words.ts';
import { aGitopsInstance, anInstance } from '../../../builders/rebuild.ts';

const hour = 3_600_000;
const late = { code: 'late', ms: 30 * hour, targetMs: 10 * hour } as const;

const warnings: readonly (readonly [PlanWarning, string])[] = [
  [{ code: 'stale', says: 'The values are ten minutes old.' }, 'The values are ten minutes old.'],
  [
    { code: 'one_after_another', set: 'system6-dcr-farmer', instance: 'system6' },
    'system6-dcr-farmer starts its pods one after another (podManagementPolicy is not Parallel); /dcr doctor system6 says how to fix that.',
  ],
  [
    { code: 'frontends_failed', frontends: ['system6-fe1', 'system6-fe2'] },
    'Not well at the moment: system6-fe1, system6-fe2. The caches can only be propagated when it is back.',
  ],
  [
    { code: 'last_unknown', error: 'GitHub is away' },
    'What the last rebuild used could not be looked up: GitHub is away',
  ],
  [
    { code: 'last_of_tier', tier: 'alpha', limit: 2 },
    'With this one the tier alpha has all the rebuilds in flight that it may have, which is 2 (limits.rebuilds_in_flight of it in tiers.list): the next one can start when one has ended.',
  ],
  [{ code: 'few_farmers', farmers: 4, usual: 8 }, '4 farmers are few: fewer than 8 are hardly worth it.'],
  [
    { ...late, engine: 'balance' },
    'It would take about 1d 6h, and the target is 10h. More farmers can be added at any time.',
  ],
  [
    { ...late, engine: 'farm' },
    'It would take about 1d 6h, and the target is 10h. On the farm engine the number is fixed once it runs: start with more.',
  ],
];

test.each(warnings)('$code', (warning, words) => {
  expect(warningWords(warning)).toBe(words);
});

const sources: {
  readonly [Code in FarmersFrom['code']]: readonly [Extract<FarmersFrom, { code: Code }>, string];
} = {
  asked: [{ code: 'asked' }, 'asked for'],
  last: [
    { code: 'last', from: 'as in the last rebuild (commit 3f2a91c)' },
    'as in the last rebuild (commit 3f2a91c)',
  ],
  values: [{ code: 'values', file: 'system6.yaml' }, 'as system6.yaml says'],
  usual: [{ code: 'usual' }, 'the usual number'],
  limit: [{ code: 'limit' }, 'the limit of the instance'],
};

test.each(Object.values(sources))('the number of farmers: $code', (from, words) => {
  expect(sourceWords(from)).toBe(words);
});

test('what the expected time is estimated from', () => {
  const last = { id: 'system6-20261110-1', ms: 30 * hour, farmers: 24 };
  expect(estimateWords(1, last)).toBe('the last rebuild, system6-20261110-1: 1d 6h with 24 farmers');
  expect(estimateWords(3, last)).toBe(
    'the last 3 rebuilds, system6-20261110-1 the latest: 1d 6h with 24 farmers',
  );
});

test('what will be changed: what, where, from what to what', () => {
  const gitops = aGitopsInstance();
  const set = 'system6-dcr-farmer';
  expect(changeWords({ code: 'scale', set, instance: anInstance(), from: 0, to: 1 })).toEqual({
    what: set,
    where: 'den / tenant-105858-prod',
    from: '0 pods',
    to: '1 pod',
  });
  expect(changeWords({ code: 'scale', set, instance: gitops, from: 0, to: 24 })).toEqual({
    what: set,
    where: `commit to ${gitops.gitops?.file}, synced by Argo CD (${gitops.gitops?.application})`,
    from: '0 pods',
    to: '24 pods',
  });
  expect(changeWords({ code: 'caches' })).toEqual({
    what: 'caches',
    where: 'S3',
    from: 'as they are',
    to: 'written again',
  });
  const frontends = (...names: readonly string[]) => changeWords({ code: 'frontends', frontends: names });
  const of = { from: 'old caches', to: 'new caches, restarted one after another' };
  expect(frontends('fe1')).toEqual({ what: '1 frontend', where: 'fe1', ...of });
  expect(frontends('fe1', 'fe2')).toEqual({ what: '2 frontends', where: 'fe1, fe2', ...of });
});
