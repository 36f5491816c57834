import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  type AccessRules,
  decideAccess,
  groupsThatMatter,
  inNoGroup,
  type Membership,
} from '../../src/access/decide-access.ts';
import { rebuildVerbs } from '../../src/access/verbs.ts';

const rules: AccessRules = {
  roles: [
    { name: 'sre', verbs: ['*'], instances: ['*'] },
    { name: 'release', verbs: ['start', 'scale'], instances: ['system*', 'lab1'] },
    { name: 'watcher', verbs: ['status', 'plan'], instances: ['*'] },
  ],
  users: { U1: ['sre'], U2: ['release'] },
  groups: { S1: ['sre'], S2: ['watcher'], S3: ['release', 'watcher'] },
};

const among = (...member: string[]): Membership => ({ member: new Set(member), unknown: new Set() });
const untold = (...unknown: string[]): Membership => ({ member: new Set(), unknown: new Set(unknown) });
const decide = (user: string, verb: (typeof rebuildVerbs)[number], instance: string, groups = inNoGroup) =>
  decideAccess(rules, groups, { user, verb, instance });

test.each([
  ['a role of their own', 'U1', inNoGroup, 'cancel', 'lab9', { role: 'sre', through: 'U1' }],
  ['a pattern', 'U2', inNoGroup, 'scale', 'system6', { role: 'release', through: 'U2' }],
  ['an instance by name', 'U2', inNoGroup, 'start', 'lab1', { role: 'release', through: 'U2' }],
  ['a group', 'U9', among('S2'), 'status', 'lab9', { role: 'watcher', through: 'S2' }],
  ['another group of theirs', 'U9', among('S2', 'S1'), 'cancel', 'lab9', { role: 'sre', through: 'S1' }],
] as const)('allowed by %s', (_, user, groups, verb, instance, by) => {
  expect(decide(user, verb, instance, groups)).toEqual({ allowed: true, ...by });
});

test('denied: says which role would allow it', () => {
  expect(decide('U9', 'cancel', 'system6')).toEqual({
    allowed: false,
    roles: ['sre'],
    says: 'You may not cancel a rebuild of system6. The role sre would allow it; ask somebody who holds it.',
  });
  expect(decide('U2', 'start', 'lab10')).toMatchObject({ allowed: false, roles: ['sre'] });
  expect(decide('U9', 'status', 'system6', among('S1x'))).toMatchObject({
    allowed: false,
    says: 'You may not see rebuilds of system6. The roles sre or watcher would allow it; ask somebody who holds one of them.',
  });
});

test('nobody may what no role allows', () => {
  const none: AccessRules = { roles: [], users: { U1: ['sre'] }, groups: {} };
  expect(decideAccess(none, inNoGroup, { user: 'U1', verb: 'start', instance: 'a' })).toEqual({
    allowed: false,
    roles: [],
    says: 'You may not start a rebuild of a, and nobody may: no role allows it. See access in farmhand.yml.',
  });
});

test('where Slack did not tell the groups nobody is let in by one, and it is said', () => {
  expect(decide('U9', 'cancel', 'system6', untold('S1'))).toEqual({
    allowed: false,
    unknown: true,
    roles: ['sre'],
    says: 'You may not cancel a rebuild of system6 for now: Slack did not tell in time which groups you are in. The role sre would allow it. Try again in a minute.',
  });
  expect(decide('U1', 'cancel', 'system6', untold('S1'))).toMatchObject({ allowed: true });
  // A group that would not help is no reason to blame Slack.
  expect(decide('U9', 'cancel', 'system6', untold('S2'))).not.toHaveProperty('unknown');
});

test('a person or group named like a property of every object holds nothing', () => {
  for (const user of ['constructor', '__proto__', 'toString']) {
    expect(decide(user, 'status', 'system6')).toMatchObject({ allowed: false });
  }
});

test('only groups that could help matter', () => {
  expect(groupsThatMatter(rules, { verb: 'status', instance: 'lab9' })).toEqual(['S1', 'S2', 'S3']);
  expect(groupsThatMatter(rules, { verb: 'scale', instance: 'system6' })).toEqual(['S1', 'S3']);
  expect(groupsThatMatter(rules, { verb: 'cancel', instance: 'system6' })).toEqual(['S1']);
});

test('whoever is allowed holds a role that names the verb and the instance; all others are denied', () => {
  const name = fc.constantFrom('a', 'b', 'c');
  const held = fc.dictionary(fc.constantFrom('U1', 'U2', 'S1', 'S2'), fc.array(name, { maxLength: 2 }));
  const role = fc.record({
    name,
    verbs: fc.array(fc.constantFrom(...rebuildVerbs, '*' as const), { maxLength: 3 }),
    instances: fc.array(fc.constantFrom('x1', 'x2', 'x*', '*', 'y'), { maxLength: 2 }),
  });
  fc.assert(
    fc.property(
      fc.record({ roles: fc.array(role, { maxLength: 4 }), users: held, groups: held }),
      fc.subarray(['S1', 'S2']),
      fc.constantFrom(...rebuildVerbs),
      fc.constantFrom('x1', 'x11', 'y', 'z'),
      (some, member, verb, instance) => {
        const verdict = decideAccess(some, among(...member), { user: 'U1', verb, instance });
        const theirs = [some.users['U1'], ...member.map((group) => some.groups[group])].flatMap(
          (r) => r ?? [],
        );
        const may = some.roles.some(
          (r) =>
            theirs.includes(r.name) &&
            r.verbs.some((v) => v === '*' || v === verb) &&
            r.instances.some((p) => (p.endsWith('*') ? instance.startsWith(p.slice(0, -1)) : p === instance)),
        );
        expect(verdict.allowed).toBe(may);
      },
    ),
  );
});

test('an alert that names no instance is covered by a role for all of them only', () => {
  const rules = {
    roles: [
      { name: 'all', verbs: ['silence'], instances: ['*'] },
      { name: 'some', verbs: ['silence'], instances: ['system*'] },
    ],
    users: { U1: ['all'], U2: ['some'] },
    groups: {},
  } as const;
  const may = (user: string, instance: string | undefined) =>
    decideAccess(rules, inNoGroup, { user, verb: 'silence', instance }).allowed;
  expect([may('U1', ''), may('U2', ''), may('U2', 'system6'), may('U2', 'lab1')]).toEqual([
    true,
    false,
    true,
    false,
  ]);
  // Whether a form is shown at all.
  expect([may('U2', undefined), may('U3', undefined)]).toEqual([true, false]);
});
