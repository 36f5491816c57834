import { expect, test } from 'vitest';
import type { AccessRules, Membership } from '../../src/access/decide-access.ts';
import { createRights, type Rights } from '../../src/access/rights.ts';
import { createSight, tierOfInstance } from '../../src/access/tiers.ts';

const all = ['*'];
const rules: AccessRules = {
  roles: [
    { name: 'sre', verbs: ['*'], instances: all, environments: ['commercial'], contact: 'S0SRE' },
    { name: 'gov-sre', verbs: ['*'], instances: all, environments: ['gov'], contact: 'C0GOV' },
    { name: 'approver', verbs: ['approve'], instances: all, environments: all },
    { name: 'watcher', verbs: ['status', 'plan'], instances: ['system*'], environments: all },
  ],
  users: { U1: ['approver'] },
  groups: { S0SRE: ['sre'], S0GOV: ['gov-sre'], S0L1: ['watcher'] },
  environments: { gov: { instances: ['systemgov*'] } },
};
const rights = (member: readonly string[], unknown: readonly string[] = []) =>
  createRights({
    rules: () => rules,
    groupsOf: async () => ({ member: new Set(member), unknown: new Set(unknown) }) satisfies Membership,
    valuesOf: async (name) => (name === 'away' ? undefined : {}),
  });
const brief = ({ place, may, mayNot, unknown }: Rights) => ({
  ...(place && { place }),
  may: may.map(({ role, through, verbs }) => `${role.name} ${through} ${verbs.length} ${verbs[0]}`),
  mayNot: mayNot.map(
    ({ verbs, ask }) => `${verbs.join()}: ${ask.map(({ name }) => name).join() || 'nobody'}`,
  ),
  unknown,
});

test('of all instances: each role that is held, through whom, and what none of them allows', async () => {
  expect(brief(await rights(['S0SRE']).of({ id: 'U1' }, undefined))).toEqual({
    may: ['sre S0SRE 15 start', 'approver U1 1 approve'],
    mayNot: ['break_glass: nobody'],
    unknown: [],
  });
});

test('where tiers keep people apart, of which they are; no role counts on an instance of another', async () => {
  const list = [
    { ...{ channels: [], users: ['U1'], groups: [], workspaces: [] }, name: 'alpha', instances: [] },
    { ...{ channels: [], users: [], groups: [], workspaces: [] }, name: 'beta', instances: ['system*'] },
  ];
  const tiers = { default: 'alpha', list };
  const member = new Set(['S0SRE']);
  const groupsOf = async () => ({ member, unknown: new Set<string>() });
  const asked = createRights({
    rules: () => rules,
    groupsOf,
    tiers: {
      sight: createSight({ rules: () => tiers, groupsOf }),
      ofInstance: (instance) => tierOfInstance(tiers, instance),
    },
  });
  const standing = { belongs: [{ tier: 'alpha', by: ['id'] }], untold: [] };
  expect(await asked.of({ id: 'U1' }, 'lab1')).toMatchObject({ tiers: standing, may: [{}, {}] });
  expect(await asked.of({ id: 'U1' }, 'systemgov1')).toEqual({
    place: { instance: 'systemgov1', environments: [] },
    ...{ may: [], mayNot: [], unknown: [] },
    tiers: { ...standing, elsewhere: true },
  });
});

test('of one instance: only what counts in its environment', async () => {
  const place = { instance: 'systemgov1', environments: ['gov'] };
  expect(brief(await rights(['S0SRE', 'S0L1']).of({ id: 'U1' }, 'systemgov1'))).toEqual({
    place,
    may: ['approver U1 1 approve', 'watcher S0L1 2 status'],
    mayNot: [
      'start,scale,pause,resume,cancel,retry,override,freeze,thaw,doctor,audit,silence,ticket: gov-sre',
      'break_glass: nobody',
    ],
    unknown: [],
  });
});

test('where its values cannot be read, only roles for all environments count', async () => {
  expect(brief(await rights(['S0SRE']).of({ id: 'U1' }, { name: 'system6' })).may).toEqual([
    'sre S0SRE 15 start',
    'approver U1 1 approve',
  ]);
  expect(brief(await rights(['S0SRE']).of({ id: 'U1' }, 'away'))).toMatchObject({
    place: { instance: 'away', environments: 'unknown' },
    may: ['approver U1 1 approve'],
  });
});

test('somebody without a role may nothing, and is told whom to ask', async () => {
  const { may, mayNot } = await rights([]).of({ id: 'U9' }, 'system6');
  expect(may).toEqual([]);
  expect(mayNot.map(({ ask }) => ask)).toEqual([
    [{ name: 'sre', contact: 'S0SRE' }],
    [{ name: 'approver', contact: undefined }],
    [],
    [
      { name: 'sre', contact: 'S0SRE' },
      { name: 'watcher', contact: undefined },
    ],
  ]);
});

test('groups that Slack does not tell of are not counted, and named', async () => {
  expect(brief(await rights([], ['S0SRE', 'S0L1']).of({ id: 'U1' }, undefined))).toMatchObject({
    may: ['approver U1 1 approve'],
    unknown: ['S0SRE', 'S0L1'],
  });
});
