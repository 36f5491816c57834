import type { Random } from '../../../sandbox/generator/random.ts';
import type { AccessRole } from '../../../src/access/access.ts';
import { createAccess } from '../../../src/access/check.ts';
import type { AccessRules } from '../../../src/access/decide-access.ts';
import type { Person } from '../../../src/core/person.ts';

/** Accounts, and the human behind each: two have two. */
const humans = {
  U0ALICE: 'alice',
  W0ALICE: 'alice',
  U0BOB: 'bob',
  W0BOB: 'bob',
  U0CAROL: 'carol',
  U0DAN: 'dan',
  farmhand: 'farmhand',
  B0BOT: 'bot',
} as const;
type Account = keyof typeof humans;
// What `Object.keys` forgets.
const accounts = Object.keys(humans) as [Account, ...Account[]];

const role = (name: string, verbs: AccessRole['verbs'], environments: readonly string[]): AccessRole => ({
  ...{ name, verbs, environments, instances: ['*'] },
});

/** Random people in random groups, who leave and join them, and what is true of them whatever the records say. */
export const createCrowd = (random: Random, environment: string) => {
  const only = [environment === 'gov' ? 'gov' : 'commercial'];
  const other = [environment === 'gov' ? 'commercial' : 'gov'];
  const roles = [
    role('sre', ['*'], ['*']),
    role('lead', ['*', 'approve'], only),
    role('approver', ['approve'], only),
    role('second', ['approve', 'status'], ['*']),
    // For another environment: it never lets anybody do anything here.
    role('elsewhere', ['*', 'approve', 'break_glass'], other),
  ] as const;
  const groups = Object.fromEntries(roles.map(({ name }) => [`S0${name.toUpperCase()}`, [name]]));
  const chances: Readonly<Record<string, number>> = { sre: 0.9, lead: 0.4, approver: 0.6, second: 0.5 };
  const members = new Map(
    Object.entries(groups).map(([group, [name = '']]) => [
      group,
      new Set<string>(accounts.filter(() => random.next() < (chances[name] ?? 0.5))),
    ]),
  );
  const mails = new Map(
    accounts.map((id) => {
      const mail = `${humans[id]}${id.startsWith('W') ? '+2' : ''}@Example.com`;
      return [id, random.next() < 0.85 ? mail : undefined] as const;
    }),
  );
  const rules: AccessRules = { roles, users: {}, groups, environments: {} };
  const access = createAccess({
    rules: () => rules,
    groupsOf: async (user, among) => ({
      member: new Set(among.filter((group) => members.get(group)?.has(user))),
      unknown: new Set(),
    }),
  });
  const person = (id: Account): Person => {
    const email = mails.get(id);
    return { id, ...(email !== undefined && { email }) };
  };
  return {
    access,
    person,
    anybody: (): Person => person(random.pick(['U0ALICE', 'U0BOB', ...accounts])),
    rolesBut: (kept: string | undefined): readonly string[] =>
      roles.map(({ name }) => name).filter((name) => name !== kept),
    /** Somebody leaves a group, or joins one. */
    moves: (): void => {
      const of = members.get(random.pick(['S0SRE', 'S0LEAD', 'S0APPROVER', 'S0SECOND']));
      const id = random.pick(accounts);
      if (!of?.delete(id)) of?.add(id);
    },
    /** The truth, as an auditor has it: by who they are and where they are members now. */
    truth: {
      /** As far as anybody can know: where an e-mail is not told, by account. */
      same: (a: string, b: string): boolean => {
        const known = [a, b].every((id) => mails.get(id as Account) !== undefined);
        return a === b || (known && humans[a as Account] === humans[b as Account]);
      },
      mayApprove: (id: string, name: string | undefined): boolean =>
        name !== undefined &&
        ['lead', 'approver', 'second'].includes(name) &&
        members.get(`S0${name.toUpperCase()}`)?.has(id) === true,
    },
  };
};

export type Truth = ReturnType<typeof createCrowd>['truth'];
