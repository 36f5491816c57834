import { expect, test } from 'vitest';
import { answerersOf } from '../../../src/app/rebuilds/open-policy.ts';
import type { AppContext } from '../../../src/app/shared/context.ts';
import { anInstance } from '../../builders/rebuild.ts';

type Access = NonNullable<ReturnType<AppContext['config']>['access']>;

const role = (name: string, more: Partial<Access['roles'][number]> = {}): Access['roles'][number] => ({
  name,
  verbs: ['*'],
  instances: ['*'],
  environments: ['*'],
  ...more,
});
const answerers = (access: Partial<Access> | undefined, instance = anInstance()) => {
  const whole = access && { roles: [], users: {}, groups: {}, environments: {}, ...access };
  const config = () => ({ access: whole }) as unknown as ReturnType<AppContext['config']>;
  return answerersOf({ config })(instance);
};

test.each<readonly [string, Partial<Access> | undefined, readonly string[]]>([
  ['nobody may: nobody', undefined, []],
  [
    'the contact of a role, where that is a person or a user group',
    { roles: [role('sre', { contact: 'S0SRE' })], groups: { S0OTHER: ['sre'] } },
    ['S0SRE'],
  ],
  [
    'a channel and a word notify nobody: the groups that hold the role',
    {
      roles: [role('sre', { contact: 'C0123DCR' }), role('ops', { contact: 'the ops team' })],
      groups: { S0SRE: ['sre'], S0OPS: ['ops', 'sre'] },
    },
    ['S0SRE', 'S0OPS'],
  ],
  [
    'its people where no group holds it',
    { roles: [role('sre')], users: { U0ADA: ['sre'], U0BOB: ['other'] } },
    ['U0ADA'],
  ],
  [
    'only of roles that may override, of this instance and there',
    {
      roles: [
        role('watcher', { verbs: ['status'], contact: 'S0WATCH' }),
        role('others', { instances: ['system7'], contact: 'S07' }),
        role('gov', { environments: ['gov'], contact: 'S0GOV1' }),
        role('sre', { verbs: ['override'], contact: 'S0SRE' }),
      ],
    },
    ['S0SRE'],
  ],
])('%s', (_, access, whom) => {
  expect(answerers(access)).toEqual(whom);
});

test('more than ten are no page', () => {
  const users = Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`U0${i}`, ['sre']]));
  expect(answerers({ roles: [role('sre')], users })).toHaveLength(10);
});
