import { expect, test } from 'vitest';
import { denialWords } from '../../src/access/denials.ts';
import { rebuildVerbs } from '../../src/access/verbs.ts';

const roles = ['sre'];

test.each([
  [
    'the role that would allow it',
    { code: 'role_needed', verb: 'cancel', instance: 'system6', roles },
    'You may not cancel a rebuild of system6. The role sre would allow it; ask somebody who holds it.',
  ],
  [
    'each of the roles that would',
    { code: 'role_needed', verb: 'status', instance: 'system6', roles: ['sre', 'release', 'watcher'] },
    'You may not see rebuilds of system6. The roles sre, release or watcher would allow it; ask somebody who holds one of them.',
  ],
  [
    'that no role does',
    { code: 'no_role', verb: 'start', instance: 'a' },
    'You may not start a rebuild of a, and nobody may: no role allows it. See access in farmhand.yml.',
  ],
  [
    'that Slack did not tell the groups',
    { code: 'groups_unknown', verb: 'cancel', instance: 'system6', roles },
    'You may not cancel a rebuild of system6 for now: Slack did not tell in time which groups you are in. The role sre would allow it. Try again in a minute.',
  ],
  [
    'nothing of an instance where an alert names none',
    { code: 'role_needed', verb: 'silence', instance: '', roles },
    'You may not silence an alert. The role sre would allow it; ask somebody who holds it.',
  ],
  [
    'which instance is not examined',
    { code: 'role_needed', verb: 'doctor', instance: 'system6', roles },
    'You may not have system6 examined. The role sre would allow it; ask somebody who holds it.',
  ],
] as const)('who may not reads %s', (_, denial, words) => {
  expect(denialWords(denial)).toBe(words);
});

test('each thing that one can do has words of its own', () => {
  const words = [...rebuildVerbs, 'silence', 'ticket'] as const;
  const said = words.map((verb) => denialWords({ code: 'no_role', verb, instance: undefined }));
  expect(said.map((text) => text.slice('You may not '.length, text.indexOf(', and')))).toEqual([
    'start a rebuild',
    'scale a rebuild',
    'pause a rebuild',
    'resume a rebuild',
    'cancel a rebuild',
    'retry a step of a rebuild',
    'override a rebuild',
    'approve a rebuild',
    'see rebuilds',
    'plan a rebuild',
    'have an instance examined',
    'silence an alert',
    'raise a ticket for an alert',
  ]);
});
