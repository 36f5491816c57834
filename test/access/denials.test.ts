import { expect, test } from 'vitest';
import { denialWords } from '../../src/access/denials.ts';
import { rebuildVerbs } from '../../src/access/verbs.ts';

const ask = [{ name: 'sre' }];
const environments = ['commercial'];
const gov = { verb: 'start', instance: 'systemgov1', environments: ['gov'] } as const;

test.each([
  [
    'the role that would allow it',
    { code: 'role_needed', verb: 'cancel', instance: 'system6', environments, ask },
    'You may not cancel a rebuild of system6. The role sre would allow it; ask somebody who holds it.',
  ],
  [
    'each of the roles that would',
    {
      code: 'role_needed',
      verb: 'status',
      instance: 'system6',
      environments,
      ask: [{ name: 'sre' }, { name: 'release' }, { name: 'watcher' }],
    },
    'You may not see rebuilds of system6. The roles sre, release or watcher would allow it; ask somebody who holds one of them.',
  ],
  [
    'that no role does',
    { code: 'no_role', verb: 'start', instance: 'a', environments },
    'You may not start a rebuild of a, and nobody may: no role allows it. See access in farmhand.yml.',
  ],
  [
    'that Slack did not tell the groups',
    { code: 'groups_unknown', verb: 'cancel', instance: 'system6', environments, ask },
    'You may not cancel a rebuild of system6 for now: Slack did not tell in time which groups you are in. The role sre would allow it; ask somebody who holds it. Or try again in a minute.',
  ],
  [
    'whom to ask, by a mention where it is an id',
    {
      code: 'role_needed',
      ...gov,
      ask: [{ name: 'gov-sre', contact: 'S0GOV' }],
    },
    'You may not start a rebuild of systemgov1 (gov). The role gov-sre would allow it; ask @S0GOV.',
  ],
  [
    'the contact of each of the roles that has one',
    {
      code: 'role_needed',
      ...gov,
      ask: [
        { name: 'gov-sre', contact: 'C0GOV' },
        { name: 'sre' },
        { name: 'lead', contact: 'SRE lead on duty' },
      ],
    },
    'You may not start a rebuild of systemgov1 (gov). The roles gov-sre, sre or lead would allow it; ask #C0GOV (gov-sre) or SRE lead on duty (lead).',
  ],
  [
    'one contact of several roles once',
    {
      code: 'role_needed',
      ...{ ...gov, instance: 'system6', environments },
      ask: [
        { name: 'sre', contact: 'U0LEAD' },
        { name: 'release', contact: 'U0LEAD' },
      ],
    },
    'You may not start a rebuild of system6. The roles sre or release would allow it; ask @U0LEAD.',
  ],
  [
    'that nobody can tell where the instance belongs',
    { code: 'environment_unknown', verb: 'start', instance: 'system6', environments: 'unknown', ask },
    'You may not start a rebuild of system6 for now: its values could not be read, so nobody can tell which environment it belongs to, and your role is not for all of them. The role sre would allow it; ask somebody who holds it. Or try again in a minute.',
  ],
  [
    'the same where no role is for all of them',
    { code: 'environment_unknown', verb: 'start', instance: 'system6', environments: 'unknown', ask: [] },
    'You may not start a rebuild of system6 for now: its values could not be read, so nobody can tell which environment it belongs to, and your role is not for all of them. Try again in a minute.',
  ],
  [
    'that their role asked for it',
    { code: 'role_used', verb: 'approve', instance: 'system6', environments, ask },
    'You may not approve a rebuild of system6: somebody asked for it through the role that you hold, and one role does not do both. The role sre would allow it; ask somebody who holds it.',
  ],
  [
    'the same where no other role could',
    { code: 'role_used', verb: 'approve', instance: 'system6', environments, ask: [] },
    'You may not approve a rebuild of system6: somebody asked for it through the role that you hold, and one role does not do both. No other role allows it: see access in farmhand.yml.',
  ],
  [
    'nothing of an instance where an alert names none',
    { code: 'role_needed', verb: 'silence', instance: '', environments, ask },
    'You may not silence an alert. The role sre would allow it; ask somebody who holds it.',
  ],
  [
    'which instance is not examined',
    { code: 'role_needed', verb: 'doctor', instance: 'system6', environments, ask },
    'You may not have system6 examined. The role sre would allow it; ask somebody who holds it.',
  ],
] as const)('who may not reads %s', (_, denial, words) => {
  expect(denialWords(denial)).toBe(words);
});

test('each thing that one can do has words of its own', () => {
  const words = [...rebuildVerbs, 'silence', 'ticket'] as const;
  const said = words.map((verb) => denialWords({ code: 'no_role', verb, instance: undefined, environments }));
  expect(said.map((text) => text.slice('You may not '.length, text.indexOf(', and')))).toEqual([
    'start a rebuild',
    'scale a rebuild',
    'pause a rebuild',
    'resume a rebuild',
    'cancel a rebuild',
    'retry a step of a rebuild',
    'override a rebuild',
    'approve a rebuild',
    'break the glass for a rebuild',
    'freeze rebuilds',
    'thaw rebuilds',
    'see rebuilds',
    'plan a rebuild',
    'have an instance examined',
    'read the audit',
    'silence an alert',
    'raise a ticket for an alert',
  ]);
});
