import { expect, test } from 'vitest';
import { scaleByHand } from '../../../../src/rebuild/messages/planning/found.ts';
import { problemWords, type RebuildProblem } from '../../../../src/rebuild/messages/planning/problems.ts';
import { anInstance } from '../../../builders/rebuild.ts';

test('rebuilds of other tiers are counted, and have no name', () => {
  const said = (inFlight: readonly string[], others: number) =>
    problemWords({ code: 'farm_full', inFlight, others, limit: 2 }).split(', and the limit')[0];
  expect(said([id], 1)).toBe(`2 rebuilds are in flight (${id}, and 1 of other tiers)`);
  expect(said([], 2)).toBe('2 rebuilds are in flight (2 of other tiers)');
});

const place = 'den/tenant-105858-prod';

const instance = anInstance({ minimum: 4, maximum: 40 });
const id = 'system6-20261120-1';
const lostAt = Date.UTC(2026, 10, 20, 8, 5);

const cases: {
  readonly [Code in RebuildProblem['code']]: readonly [Extract<RebuildProblem, { code: Code }>, string];
} = {
  in_flight: [
    { code: 'in_flight', instance: 'system6', id, status: 'paused', by: { id: 'U0ADA', name: 'Ada' } },
    'system6 has a rebuild in flight: system6-20261120-1 (paused, started by Ada). One instance has one rebuild; see /dcr status system6.',
  ],
  farm_full: [
    { code: 'farm_full', inFlight: Array.from({ length: 20 }, (_, i) => `s${i}-20261120-1`), limit: 20 },
    '20 rebuilds are in flight (s0-20261120-1, s1-20261120-1, s2-20261120-1, s3-20261120-1, s4-20261120-1, s5-20261120-1, s6-20261120-1, s7-20261120-1, s8-20261120-1, s9-20261120-1, and 10 more), and the limit is 20 (rebuilds.in_flight in farmhand.yml). See /dcr list, and start this one when another has ended.',
  ],
  farmers_limit: [
    { code: 'farmers_limit', farmers: 40, limit: { value: 24, rule: 'gov' } },
    '40 farmers are more than the rule gov of policy allows, which is 24. Ask for fewer, or have the rule changed.',
  ],
  tier_full: [
    { code: 'tier_full', tier: 'alpha', inFlight: ['alpha-1-20261120-1'], limit: 1 },
    '1 rebuild is in flight (alpha-1-20261120-1) in the tier alpha, and it may have 1 at once (limits.rebuilds_in_flight of it in tiers.list). See /dcr list, and start this one when another has ended.',
  ],
  environment_full: [
    { code: 'environment_full', inFlight: [id], limit: { value: 1, rule: 'gov' }, environment: 'gov' },
    '1 rebuild is in flight (system6-20261120-1) in the environment gov, and the rule gov of policy allows 1 at once. See /dcr list, and start this one when another has ended.',
  ],
  no_number: [{ code: 'no_number', farmers: 1.5 }, '1.5 is not a number of farmers.'],
  out_of_range: [
    { code: 'out_of_range', instance, farmers: 41 },
    'system6 takes 4 to 40 farmers (its values file says so), and 41 were asked for.',
  ],
  no_change_request: [
    { code: 'no_change_request', instance: 'systemgov1', pattern: '^CHG[0-9]{7}$' },
    'A rebuild of systemgov1 is done under a change request, and none was named. Say its number: /dcr start systemgov1 change=… (it must match ^CHG[0-9]{7}$).',
  ],
  odd_change_request: [
    { code: 'odd_change_request', change: 'CHG1', pattern: '^CHG[0-9]{7}$' },
    '“CHG1” is no number of a change request: it must match ^CHG[0-9]{7}$. Say it as change=….',
  ],
  unknown_farmers: [
    { code: 'unknown_farmers', set: 'system6-dcr-farmer', farmers: 3 },
    'system6-dcr-farmer has 3 farmers up already, and no rebuild of farmhand is in flight: somebody works there, or forgot them. Scale it to 0 first.',
  ],
  after_loss: [
    { code: 'after_loss', lostAt },
    'farmhand lost its records (noticed 2026-11-20 08:05 UTC), and no card in Slack tells of a rebuild of this instance that is in flight: what is up may be a rebuild from before that, and farmhand cannot go on with it. Look at its thread and its ticket for how far it was.',
  ],
  by_hand: [{ code: 'by_hand', instance }, scaleByHand(instance)],
  not_followed: [
    { code: 'not_followed', instance: 'system6', error: '503' },
    'The admin endpoint of system6 does not answer, so a rebuild could not be followed: 503',
  ],
  not_started: [{ code: 'not_started' }, 'Nothing was started.'],
  unknown_instance: [
    { code: 'unknown_instance', instance: 'sytem6', near: ['system6', 'system7'] },
    'There is no instance sytem6 in the deployment repository. Did you mean system6, system7?',
  ],
  bad_values: [
    { code: 'bad_values', instance: 'system6' },
    'The values of system6 cannot be used. Nothing was changed. Fix this in the deployment repository:',
  ],
  bad_value: [{ code: 'bad_value', file: 'a.yaml', line: 7, message: 'no engine' }, 'a.yaml:7: no engine'],
  repository_away: [
    { code: 'repository_away', error: 'GitHub is away' },
    'The deployment repository does not answer: GitHub is away',
  ],
  try_again: [{ code: 'try_again' }, 'Nothing was changed. Try again in a minute.'],
  approval_dropped: [
    { code: 'approval_dropped', instance: 'system6' },
    'The values of system6 do not ask for an approval any more, and this rebuild was begun under values that did. Cancel it and start again.',
  ],
  not_changed: [{ code: 'not_changed' }, 'Nothing was changed.'],
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

test('what else the facts can be', () => {
  expect(
    problemWords({ code: 'in_flight', instance: 'system6', id, status: 'running', by: { id: 'U0ADA' } }),
  ).toBe(
    'system6 has a rebuild in flight: system6-20261120-1 (running, started by U0ADA). One instance has one rebuild; see /dcr status system6.',
  );
  expect(problemWords({ code: 'after_loss', lostAt, unclear: id })).toBe(
    'farmhand lost its records (noticed 2026-11-20 08:05 UTC), and the last card of this instance, system6-20261120-1, does not say whether its rebuild had ended: what is up may be a rebuild from before that, and farmhand cannot go on with it. Look at its thread and its ticket for how far it was.',
  );
  expect(problemWords({ code: 'unknown_instance', instance: 'x', near: [] })).toBe(
    'There is no instance x in the deployment repository.',
  );
  expect(problemWords({ code: 'bad_value', file: 'a.yaml', message: 'no engine' })).toBe('a.yaml: no engine');
});
