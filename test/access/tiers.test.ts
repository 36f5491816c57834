import { expect, test } from 'vitest';
import { createAccess } from '../../src/access/check.ts';
import { inNoGroup, type Membership } from '../../src/access/decide-access.ts';
import {
  createSight,
  decideSight,
  listedTier,
  mayConcern,
  sightOf,
  type TierRule,
  tierOfInstance,
} from '../../src/access/tiers.ts';
import type { Person } from '../../src/core/person.ts';

const rule = (name: string, over: Partial<TierRule> = {}): TierRule => ({
  ...{ name, channels: [], users: [], groups: [], workspaces: [], instances: [] },
  ...over,
});
const rules = {
  default: 'ops',
  list: [
    rule('ops', { users: ['U0OPS'] }),
    rule('alpha', { groups: ['S0ALPHA'], channels: ['C0ALPHA'], instances: ['system*'] }),
    rule('beta', { workspaces: ['T0BETA'], groups: ['S0BETA'], instances: ['system6'] }),
  ],
};
const nobody = { default: 'default', list: [] };
const inGroups = (...member: string[]): Membership => ({ member: new Set(member), unknown: new Set() });
const tiersOf = (by: Person, groups: Membership = inNoGroup) => decideSight(rules, by, groups).tiers;
const via = (channel: string) => ({ via: { client: 'slash', channel } as const });

test('somebody is of the tiers that name them, their workspace, a group of theirs, or the channel they ask in', () => {
  expect([
    tiersOf({ id: 'U0OPS' }),
    tiersOf({ id: 'U1' }),
    tiersOf({ id: 'U1' }, inGroups('S0ALPHA', 'S0BETA')),
    tiersOf({ id: 'U1', team: 'T0BETA' }),
    tiersOf({ id: 'U1', ...via('C0ALPHA') }),
    tiersOf({ id: 'U1', ...via('C0OTHER') }),
  ]).toEqual([['ops'], [], ['alpha', 'beta'], ['beta'], ['alpha'], []]);
});

test('each reason is told', () => {
  const by = { id: 'U0OPS', team: 'T0BETA', ...via('C0ALPHA') };
  expect(decideSight(rules, by, inGroups('S0ALPHA')).belongs).toEqual([
    { tier: 'ops', by: ['id'] },
    { tier: 'alpha', by: [{ group: 'S0ALPHA' }, 'channel'] },
    { tier: 'beta', by: ['workspace'] },
  ]);
});

test('denied unless listed: nobody sees what is of a tier they are not in, nor its channels', () => {
  const sight = decideSight(rules, { id: 'U1', team: 'T0BETA' }, inNoGroup);
  expect(['ops', 'alpha', 'beta'].filter(sight.sees)).toEqual(['beta']);
  expect(['C0ALPHA', 'C0OTHER'].filter(sight.seesChannel)).toEqual(['C0OTHER']);
});

test('without a list everybody sees everything, and Slack is asked nothing', async () => {
  const groupsOf = async (): Promise<Membership> => {
    throw new Error('nobody is to be asked');
  };
  const sight = await createSight({ rules: () => nobody, groupsOf }).of({ id: 'U1' });
  expect([sight.sees('anything'), sight.seesChannel('C0ALPHA'), sight.tiers]).toEqual([
    true,
    true,
    undefined,
  ]);
  expect(mayConcern(nobody, 'alpha', 'system6')).toBe(true);
});

test('groups that Slack does not tell let nobody in, and it is known that they were not told', async () => {
  const groupsOf = async (): Promise<Membership> => {
    throw new Error('Slack is away');
  };
  const sight = await createSight({ rules: () => rules, groupsOf }).of({ id: 'U0OPS' });
  expect([sight.tiers, sight.untold]).toEqual([['ops'], ['S0ALPHA', 'S0BETA']]);
});

test('an instance is of the tier that names it best; what is nobody’s is the default tier’s', () => {
  expect(['system6', 'system7', 'lab1'].map((name) => tierOfInstance(rules, name))).toEqual([
    'beta',
    'alpha',
    'ops',
  ]);
  expect(mayConcern(rules, 'alpha', 'system6')).toBe(false);
  expect(mayConcern(rules, 'alpha', 'system7')).toBe(true);
});

test('a record of a tier that is not listed is the default tier’s: somebody can end it', () => {
  expect([listedTier(rules, 'gone'), listedTier(rules, 'beta')]).toEqual(['ops', 'beta']);
  expect([sightOf(rules, ['ops']).sees('gone'), sightOf(rules, ['alpha']).sees('gone')]).toEqual([
    true,
    false,
  ]);
});

test('a role of all instances gives nothing on those of another tier', async () => {
  const world = (groups: Membership | 'away') => {
    const groupsOf = async (): Promise<Membership> => {
      if (groups === 'away') throw new Error('Slack is away');
      return groups;
    };
    return createAccess({
      rules: () => ({
        roles: [{ name: 'sre', verbs: ['*'], instances: ['*'], environments: ['*'] }],
        environments: {},
        users: { U1: ['sre'] },
        groups: {},
      }),
      groupsOf,
      tiers: {
        sight: createSight({ rules: () => rules, groupsOf }),
        ofInstance: (instance) => tierOfInstance(rules, instance),
      },
    });
  };
  const alpha = world(inGroups('S0ALPHA'));
  expect(await alpha.check({ id: 'U1' }, 'start', 'system7')).toMatchObject({ allowed: true });
  expect(await alpha.check({ id: 'U1' }, 'start', undefined)).toMatchObject({ allowed: true });
  expect(await alpha.check({ id: 'U1' }, 'start', 'system6')).toEqual({
    allowed: false,
    code: 'other_tier',
    roles: [],
    says: 'You may not start a rebuild of system6: it is of a tier that you are not in. See tiers.list in farmhand.yml.',
  });
  expect(await world('away').check({ id: 'U1' }, 'start', 'system7')).toMatchObject({
    allowed: false,
    code: 'tier_unknown',
  });
});
