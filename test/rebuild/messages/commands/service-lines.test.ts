import { expect, test } from 'vitest';
import { doctorWords, serviceLines } from '../../../../src/rebuild/messages/commands/service-lines.ts';
import { anInstance, aPlan } from '../../../builders/rebuild.ts';

test.each([
  [false, 'a rebuild'],
  [true, 'a forced rebuild'],
])('started, forced: %s', (forced, kind) => {
  const plan = aPlan({ forced, engine: 'farm', farmers: 24, hash: '5f2c8a0d' });
  expect(serviceLines.started(plan, 'new dataset')).toBe(
    `Started ${kind} on the farm engine with 24 farmers. Because: new dataset. Plan 5f2c8a0d`,
  );
});

test('who allowed it', () => {
  expect(serviceLines.allowed('sre', 'S0SRE')).toBe('sre, as S0SRE');
});

test.each([
  [0, false, 'You may not.'],
  [2, false, 'You may not. (Before that the last refusal came 2 times more.)'],
  [0, true, 'You may not. (Further refusals of this person are counted, not listed.)'],
])('refused, after %i without a line, the last line: %s', (folded, last, text) => {
  expect(serviceLines.refused('You may not.', folded, last)).toBe(text);
});

test('what the doctor says', () => {
  const instance = anInstance({
    adminUrl: 'http://system6:8080',
    source: { file: 'instances/system6.yaml', revision: '3f2a91c0aa' },
  });
  expect([
    doctorWords.bad_value({ file: 'a.yaml', line: 3, message: 'is no number' }),
    doctorWords.cluster_unseen('HTTP 503'),
    doctorWords.values_fine(instance),
    doctorWords.engine_fine(),
    doctorWords.engine_silent(instance, 'timed out'),
  ]).toEqual([
    { says: 'a.yaml:3: is no number', fix: 'Fix the values file in the deployment repository.' },
    { says: 'The cluster could not be examined: HTTP 503' },
    { says: 'instances/system6.yaml is valid, at 3f2a91c' },
    { says: 'the admin endpoint answers' },
    {
      says: 'The admin endpoint does not answer: timed out',
      fix: 'Look at http://system6:8080 from the cluster that farmhand runs in; its address is adminUrl in instances/system6.yaml.',
    },
  ]);
});
