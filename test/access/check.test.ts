import { expect, test } from 'vitest';
import { createAccess } from '../../src/access/check.ts';
import type { AccessRules, Membership } from '../../src/access/decide-access.ts';

const rules: AccessRules = {
  roles: [
    { name: 'sre', verbs: ['*'], instances: ['*'] },
    { name: 'watcher', verbs: ['status'], instances: ['*'] },
  ],
  users: { U1: ['sre'] },
  groups: { S1: ['sre'], S2: ['watcher'] },
};

/** Access with groups as Slack tells them, and what Slack was asked. */
const world = (answer: Membership | 'fails', now: AccessRules = rules) => {
  const asked: [string, readonly string[]][] = [];
  const access = createAccess({
    rules: () => now,
    groupsOf: async (user, among) => {
      asked.push([user, among]);
      if (answer === 'fails') throw new Error('Slack is away.');
      return answer;
    },
  });
  return { access, asked };
};
const member = (...groups: string[]): Membership => ({ member: new Set(groups), unknown: new Set() });

test('Slack is not asked when the person holds the role themselves', async () => {
  const { access, asked } = world('fails');
  expect(await access.check({ id: 'U1' }, 'cancel', 'system6')).toEqual({
    allowed: true,
    role: 'sre',
    through: 'U1',
  });
  expect(asked).toEqual([]);
});

test('Slack is asked for the groups that matter only', async () => {
  const { access, asked } = world(member('S1'));
  expect(await access.check({ id: 'U2' }, 'cancel', 'system6')).toEqual({
    allowed: true,
    role: 'sre',
    through: 'S1',
  });
  await access.check({ id: 'U2' }, 'status', 'system6');
  expect(asked).toEqual([
    ['U2', ['S1']],
    ['U2', ['S1', 'S2']],
  ]);
});

test('nothing is asked when no group could allow it', async () => {
  const { access, asked } = world('fails', { ...rules, groups: { S2: ['watcher'] } });
  expect(await access.check({ id: 'U2' }, 'cancel', 'system6')).toMatchObject({
    allowed: false,
    code: 'role_needed',
    roles: ['sre'],
  });
  expect(asked).toEqual([]);
});

test('denied when it cannot tell', async () => {
  const { access } = world('fails');
  expect(await access.check({ id: 'U2' }, 'cancel', 'system6')).toMatchObject({
    allowed: false,
    code: 'groups_unknown',
  });
});
