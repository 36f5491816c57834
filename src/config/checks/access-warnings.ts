import { commercial } from '../../access/environments.ts';
import { namedVerbs, type Verb } from '../../access/verbs.ts';
import type { Config } from '../schema/schema.ts';

type Access = NonNullable<Config['access']>;
type Role = Access['roles'][number];

/** What is valid, and yet will surprise somebody at the worst moment: sentences. */
export const accessWarnings = ({
  access,
  rebuilds,
}: Pick<Config, 'access' | 'rebuilds'>): readonly string[] =>
  access && rebuilds ? [...nobodyApproves(access), ...bothAtOnce(access)] : [];

const allows = ({ verbs }: Role, verb: Verb): boolean =>
  verbs.includes(verb) || (verbs.includes('*') && !namedVerbs.includes(verb));

/** Where what needs a second person would wait without end. */
const nobodyApproves = ({ roles, users, groups, environments }: Access): readonly string[] => {
  const held = new Set([users, groups].flatMap((holders) => Object.values(holders).flat()));
  const approvers = roles.filter((role) => held.has(role.name) && allows(role, 'approve'));
  const starters = roles.filter((role) => held.has(role.name) && allows(role, 'start'));
  const known = new Set([
    commercial,
    ...Object.keys(environments),
    ...roles.flatMap((role) => role.environments),
  ]);
  const covers = (some: readonly Role[], name: string) =>
    some.some((role) => role.environments.includes('*') || role.environments.includes(name));
  const without = [...known].filter(
    (name) => name !== '*' && covers(starters, name) && !covers(approvers, name),
  );
  if (without.length === 0) return [];
  return [
    `Nobody may approve rebuilds in ${without.join(', ')}: what needs a second person there (approval: true in the values of an instance, or a policy) waits without end. Give a role the verb approve; * does not include it.`,
  ];
};

/** It can be used for either in one rebuild, never for both. */
const bothAtOnce = ({ roles }: Access): readonly string[] =>
  roles
    .filter((role) => allows(role, 'start') && allows(role, 'approve'))
    .map(
      ({ name }) =>
        `The role ${name} allows both start and approve: where one person has started a rebuild through it, nobody approves that rebuild through it. Put approve into a role of its own.`,
    );
