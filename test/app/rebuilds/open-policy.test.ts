import { expect, test } from 'vitest';
import { breakersOf } from '../../../src/app/rebuilds/open-policy.ts';
import { anInstance } from '../../builders/rebuild.ts';
import { load, minimal } from '../../config/minimal.ts';

const config = load(
  minimal(`access:
  roles:
    - { name: sre, verbs: ['*'], contact: S0SRE }
    - { name: breaker, verbs: [break_glass], contact: C0SRE }
    - { name: lead, verbs: [break_glass] }
    - { name: gov-lead, verbs: [break_glass], environments: [gov], contact: the duty manager }
  users: { U0ANA: [sre] }
`),
);

test('who may break the glass of an instance is named with whom to ask, an id so that Slack shows its name', () => {
  const breakers = breakersOf({ config: () => config });
  expect(breakers(anInstance({}))).toEqual(['breaker (ask #C0SRE)', 'lead']);
  expect(breakers(anInstance({ environment: 'gov' }))).toEqual([
    'breaker (ask #C0SRE)',
    'lead',
    'gov-lead (ask the duty manager)',
  ]);
});
