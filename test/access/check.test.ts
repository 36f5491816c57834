import { expect, test } from 'vitest';
import type { AccessPlace } from '../../src/access/access.ts';
import { type AccessDeps, createAccess } from '../../src/access/check.ts';
import { type AccessRules, inNoGroup, type Membership } from '../../src/access/decide-access.ts';
import type { Verb } from '../../src/access/verbs.ts';

const rules: AccessRules = {
  roles: [
    { name: 'sre', verbs: ['*', 'approve'], instances: ['*'], environments: ['*'] },
    { name: 'watcher', verbs: ['status'], instances: ['*'], environments: ['*'] },
  ],
  environments: {},
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

const where = (valuesOf: AccessDeps['valuesOf'], environments: AccessRules['environments'] = {}) => {
  const asked: string[] = [];
  const access = createAccess({
    rules: () => ({
      roles: [
        { name: 'sre', verbs: ['*'], instances: ['*'], environments: ['commercial'] },
        { name: 'gov-sre', verbs: ['*'], instances: ['*'], environments: ['gov'], contact: 'S0GOV' },
        { name: 'all', verbs: ['pause'], instances: ['*'], environments: ['*'] },
      ],
      users: { U1: ['sre'], U2: ['gov-sre'], U3: ['sre', 'gov-sre'], U4: ['all'] },
      groups: {},
      environments,
    }),
    groupsOf: async () => inNoGroup,
    ...(valuesOf && {
      valuesOf: (name) => {
        asked.push(name);
        return valuesOf(name);
      },
    }),
  });
  const may = async (user: string, place: AccessPlace, verb: Verb = 'pause') => {
    const verdict = await access.check({ id: user }, verb, place);
    return verdict.allowed ? verdict.role : `${verdict.code} ${verdict.roles.join()}`;
  };
  return { may, asked };
};

test('a role counts in its environments: by what the values of the instance say', async () => {
  const { may } = where(async (name) => (name === 'systemgov1' ? { environment: 'gov' } : {}));
  expect(await may('U1', 'system6')).toBe('sre');
  expect(await may('U1', 'systemgov1')).toBe('role_needed gov-sre,all');
  expect(await may('U2', 'system6')).toBe('role_needed sre,all');
  expect(await may('U2', 'systemgov1')).toBe('gov-sre');
  expect(await may('U4', 'systemgov1')).toBe('all');
});

test('a refusal says where the instance belongs, and whom to ask', async () => {
  const access = createAccess({
    rules: () => ({
      roles: [
        { name: 'gov-sre', verbs: ['start'], instances: ['*'], environments: ['gov'], contact: 'S0GOV' },
      ],
      users: {},
      groups: {},
      environments: { gov: { instances: ['systemgov*'] } },
    }),
    groupsOf: async () => inNoGroup,
  });
  expect(await access.check({ id: 'U1' }, 'start', 'systemgov1')).toEqual({
    allowed: false,
    code: 'role_needed',
    roles: ['gov-sre'],
    says: 'You may not start a rebuild of systemgov1 (gov). The role gov-sre would allow it; ask @S0GOV.',
  });
});

test.each([
  ['cannot be read in time', async () => undefined],
  ['cannot be read', async () => Promise.reject(new Error('GitHub is away.'))],
])('where the values %s only a role for all environments counts', async (_, valuesOf) => {
  const { may } = where(valuesOf);
  expect(await may('U1', 'system6')).toBe('environment_unknown all');
  expect(await may('U3', 'system6', 'start')).toBe('environment_unknown ');
  expect(await may('U9', 'system6')).toBe('role_needed all');
  expect(await may('U4', 'system6')).toBe('all');
});

test('what the config says needs no values', async () => {
  const { may } = where(async () => undefined, { gov: { instances: ['systemgov*'] } });
  expect(await may('U2', 'systemgov1')).toBe('gov-sre');
  expect(await may('U1', 'systemgov1')).toBe('role_needed gov-sre,all');
});

test('where values and config differ a role must be for both', async () => {
  const { may } = where(async () => ({ environment: 'commercial' }), { gov: { instances: ['*'] } });
  expect(await may('U1', 'system6')).toBe('role_needed all');
  expect(await may('U2', 'system6')).toBe('role_needed all');
  expect(await may('U4', 'system6')).toBe('all');
});

test('an instance whose values are at hand is not looked up again', async () => {
  const { may, asked } = where(async () => undefined);
  expect(await may('U1', { name: 'system6' })).toBe('sre');
  expect(await may('U2', { name: 'system6', environment: 'gov' })).toBe('gov-sre');
  expect(asked).toEqual([]);
});

test('an alert that names no instance needs a role for all environments', async () => {
  const { may } = where(async () => ({}));
  expect(await may('U1', '')).toBe('environment_unknown all');
  expect(await may('U4', '')).toBe('all');
});

test('a role that was used to ask does not count, and another one of the same person does', async () => {
  const now: AccessRules = {
    roles: [
      { name: 'sre', verbs: ['*', 'approve'], instances: ['*'], environments: ['*'] },
      { name: 'approver', verbs: ['approve'], instances: ['*'], environments: ['*'] },
    ],
    users: { U1: ['sre'], U3: ['sre', 'approver'] },
    groups: { S1: ['sre'] },
    environments: {},
  };
  const { access } = world(member('S1'), now);
  expect(await access.check({ id: 'U1' }, 'approve', 'system6', ['sre'])).toMatchObject({
    code: 'role_used',
    roles: ['approver'],
  });
  expect(await access.check({ id: 'U2' }, 'approve', 'system6', ['sre'])).toMatchObject({
    code: 'role_used',
  });
  expect(await access.check({ id: 'U3' }, 'approve', 'system6', ['sre'])).toMatchObject({ role: 'approver' });
});
