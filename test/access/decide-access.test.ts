import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  type AccessRules,
  decideAccess,
  groupsThatMatter,
  inNoGroup,
  type Membership,
} from '../../src/access/decide-access.ts';
import { rebuildVerbs, type Verb } from '../../src/access/verbs.ts';
import { givenFor } from '../support/given.ts';

const rules: AccessRules = {
  roles: [
    { name: 'sre', verbs: ['*'], instances: ['*'], environments: ['*'] },
    { name: 'release', verbs: ['start', 'scale'], instances: ['system*', 'lab1'], environments: ['*'] },
    { name: 'watcher', verbs: ['status', 'plan'], instances: ['*'], environments: ['*'] },
  ],
  users: { U1: ['sre'], U2: ['release'] },
  groups: { S1: ['sre'], S2: ['watcher'], S3: ['release', 'watcher'] },
  environments: {},
};

const among = (...member: string[]): Membership => ({ member: new Set(member), unknown: new Set() });
const untold = (...unknown: string[]): Membership => ({ member: new Set(), unknown: new Set(unknown) });
const given = givenFor(
  (
    some: AccessRules,
    user: string,
    verb: Verb,
    instance: string | undefined,
    groups: Membership = inNoGroup,
  ) =>
    decideAccess(some, groups, {
      ...{ user, verb, instance },
      environments: instance === '' ? 'unknown' : [],
    }),
);

test.each([
  ['a role of their own', 'U1', inNoGroup, 'cancel', 'lab9', { role: 'sre', through: 'U1' }],
  ['a pattern', 'U2', inNoGroup, 'scale', 'system6', { role: 'release', through: 'U2' }],
  ['an instance by name', 'U2', inNoGroup, 'start', 'lab1', { role: 'release', through: 'U2' }],
  ['a group', 'U9', among('S2'), 'status', 'lab9', { role: 'watcher', through: 'S2' }],
  ['another group of theirs', 'U9', among('S2', 'S1'), 'cancel', 'lab9', { role: 'sre', through: 'S1' }],
] as const)('allowed by %s', (_, user, groups, verb, instance, by) => {
  given(rules)
    .when(user, verb, instance, groups)
    .thenIs({ allowed: true, ...by });
});

test.each(['approve', 'break_glass'] as const)('%s is never meant by *', (verb) => {
  given(rules).when('U1', verb, 'system6').thenIs({ allowed: false, code: 'no_role', roles: [] });
  const named = { ...rules, roles: [{ name: 'sre', verbs: [verb], instances: ['*'], environments: ['*'] }] };
  given(named).when('U1', verb, 'system6').thenIs({ allowed: true, role: 'sre', through: 'U1' });
});

const noRoles: AccessRules = { roles: [], users: { U1: ['sre'] }, groups: {}, environments: {} };

test('denied, with the roles that would allow it', () => {
  given(rules)
    .when('U9', 'cancel', 'system6')
    .thenIs({ allowed: false, code: 'role_needed', roles: ['sre'] });
  given(rules)
    .when('U2', 'start', 'lab10')
    .thenIs({ allowed: false, code: 'role_needed', roles: ['sre'] });
  given(rules)
    .when('U9', 'status', 'system6', among('S1x'))
    .thenIs({ allowed: false, code: 'role_needed', roles: ['sre', 'watcher'] });
});

test('nobody may what no role allows', () => {
  given(noRoles).when('U1', 'start', 'a').thenIs({ allowed: false, code: 'no_role', roles: [] });
});

test('where Slack did not tell the groups nobody is let in by one', () => {
  given(rules)
    .when('U9', 'cancel', 'system6', untold('S1'))
    .thenIs({ allowed: false, code: 'groups_unknown', roles: ['sre'] });
  given(rules).when('U1', 'cancel', 'system6', untold('S1')).thenHas({ allowed: true });
  // A group that would not help is no reason to blame Slack.
  given(rules)
    .when('U9', 'cancel', 'system6', untold('S2'))
    .thenIs({ allowed: false, code: 'role_needed', roles: ['sre'] });
});

test('a person or group named like a property of every object holds nothing', () => {
  for (const user of ['constructor', '__proto__', 'toString']) {
    given(rules).when(user, 'status', 'system6').thenHas({ allowed: false });
  }
});

test('only groups that could help matter', () => {
  expect(groupsThatMatter(rules, { verb: 'status', instance: 'lab9', environments: [] })).toEqual([
    'S1',
    'S2',
    'S3',
  ]);
  expect(groupsThatMatter(rules, { verb: 'scale', instance: 'system6', environments: [] })).toEqual([
    'S1',
    'S3',
  ]);
  expect(groupsThatMatter(rules, { verb: 'cancel', instance: 'system6', environments: [] })).toEqual(['S1']);
});

test('whoever is allowed holds a role that names the verb and the instance; all others are denied', () => {
  const name = fc.constantFrom('a', 'b', 'c');
  const held = fc.dictionary(fc.constantFrom('U1', 'U2', 'S1', 'S2'), fc.array(name, { maxLength: 2 }));
  const role = fc.record({
    name,
    verbs: fc.array(fc.constantFrom(...rebuildVerbs, '*' as const), { maxLength: 3 }),
    instances: fc.array(fc.constantFrom('x1', 'x2', 'x*', '*', 'y'), { maxLength: 2 }),
    environments: fc.constant(['*']),
  });
  fc.assert(
    fc.property(
      fc.record({
        roles: fc.array(role, { maxLength: 4 }),
        users: held,
        groups: held,
        environments: fc.constant({}),
      }),
      fc.subarray(['S1', 'S2']),
      fc.constantFrom(...rebuildVerbs),
      fc.constantFrom('x1', 'x11', 'y', 'z'),
      (some, member, verb, instance) => {
        const { result } = given(some).when('U1', verb, instance, among(...member));
        const theirs = [some.users['U1'], ...member.map((group) => some.groups[group])].flatMap(
          (r) => r ?? [],
        );
        const may = some.roles.some(
          (r) =>
            theirs.includes(r.name) &&
            r.verbs.some((v) => v === verb || (v === '*' && verb !== 'approve' && verb !== 'break_glass')) &&
            r.instances.some((p) => (p.endsWith('*') ? instance.startsWith(p.slice(0, -1)) : p === instance)),
        );
        expect(result.allowed).toBe(may);
      },
    ),
  );
});

test('an alert that names no instance is covered by a role for all of them only', () => {
  const alerts: AccessRules = {
    roles: [
      { name: 'all', verbs: ['silence'], instances: ['*'], environments: ['*'] },
      { name: 'some', verbs: ['silence'], instances: ['system*'], environments: ['*'] },
    ],
    users: { U1: ['all'], U2: ['some'] },
    groups: {},
    environments: {},
  };
  given(alerts).when('U1', 'silence', '').thenHas({ allowed: true });
  given(alerts).when('U2', 'silence', '').thenHas({ allowed: false });
  given(alerts).when('U2', 'silence', 'system6').thenHas({ allowed: true });
  given(alerts).when('U2', 'silence', 'lab1').thenHas({ allowed: false });
  // Whether a form is shown at all.
  given(alerts).when('U2', 'silence', undefined).thenHas({ allowed: true });
  given(alerts).when('U3', 'silence', undefined).thenHas({ allowed: false });
});
