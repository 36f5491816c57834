import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type MemberRules, outsideBecause } from '../../../commands/shared/outside.ts';
import type { Profile } from '../../../commands/shared/people.ts';

const nobodyElse: MemberRules = { guests: false, teams: [] };
const member: Profile = { team: 'T1', guest: false, stranger: false, gone: false };

describe('whom farmhand listens to', () => {
  test.each([
    ['a member', 'T1', {}, nobodyElse, undefined],
    ['a member whose team only the profile says', undefined, {}, nobodyElse, undefined],
    ['a member whose team only the request says', 'T1', { team: undefined }, nobodyElse, undefined],
    [
      'somebody of whom nothing says where they belong',
      undefined,
      { team: undefined },
      nobodyElse,
      'unknown',
    ],
    ['somebody from elsewhere by the request', 'T2', {}, nobodyElse, 'elsewhere'],
    ['somebody from elsewhere by the profile', 'T1', { team: 'T2' }, nobodyElse, 'elsewhere'],
    ['a stranger in the channel', 'T1', { stranger: true }, nobodyElse, 'elsewhere'],
    ['a guest', 'T1', { guest: true }, nobodyElse, 'guest'],
    ['a guest, where guests are let in', 'T1', { guest: true }, { guests: true, teams: [] }, undefined],
    ['a deactivated account', 'T1', { gone: true }, { guests: true, teams: ['T1'] }, 'gone'],
    [
      'a team of the config',
      'T2',
      { team: 'T2', stranger: true },
      { guests: false, teams: ['T2'] },
      undefined,
    ],
    [
      'a stranger whom the config does not name',
      'T1',
      { stranger: true },
      { guests: false, teams: ['T3'] },
      'elsewhere',
    ],
    [
      'an organisation of the config',
      'T9',
      { team: 'T9', organisation: 'E1' },
      { guests: false, teams: ['E1'] },
      undefined,
    ],
    [
      'a guest of a team of the config',
      'T2',
      { team: 'T2', guest: true },
      { guests: false, teams: ['T2'] },
      'guest',
    ],
  ] as const)('%s', (_, team, change, rules, outside) => {
    const { team: own, ...rest } = { ...member, ...change };
    const profile: Profile = { ...rest, ...(own !== undefined && { team: own }) };
    expect(outsideBecause('T1', team, profile, rules)).toBe(outside);
  });

  test('unknown is outside: without a profile, and without a home of its own', () => {
    expect(outsideBecause('T1', 'T1', undefined, { guests: true, teams: ['T1'] })).toBe('unknown');
    expect(outsideBecause(undefined, 'T1', member, nobodyElse)).toBe('unknown');
  });

  test('nobody gets in whom neither the workspace nor the config knows', () => {
    const id = fc.constantFrom('T1', 'T2', 'T3', undefined);
    fc.assert(
      fc.property(
        id,
        id,
        fc.boolean(),
        fc.boolean(),
        fc.subarray(['T2', 'E1']),
        (team, own, guest, stranger, teams) => {
          const profile: Profile = { guest, stranger, gone: false, ...(own !== undefined && { team: own }) };
          if (outsideBecause('T1', team, profile, { guests: false, teams }) !== undefined) return;
          expect(guest).toBe(false);
          for (const each of [team, own]) if (each !== undefined) expect(['T1', ...teams]).toContain(each);
          expect(team ?? own).toBeDefined();
        },
      ),
    );
  });
});
