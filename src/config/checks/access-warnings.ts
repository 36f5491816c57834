import type { Config } from '../schema/schema.ts';
import { environmentsOf, policyWarnings, roleAllows } from './policy-warnings.ts';

type Access = NonNullable<Config['access']>;
type Role = Access['roles'][number];

/** What is valid, and yet will surprise somebody at the worst moment: sentences. */
export const accessWarnings = ({
  access,
  rebuilds,
  ...rest
}: Pick<Config, 'access' | 'rebuilds' | 'policy' | 'jira'>): readonly string[] =>
  access && rebuilds
    ? [...nobodyApproves(access), ...bothAtOnce(access), ...policyWarnings({ access, ...rest })]
    : [];

/** Where what needs a second person would wait without end. */
const nobodyApproves = (access: Access): readonly string[] => {
  const { roles, users, groups } = access;
  const held = new Set([users, groups].flatMap((holders) => Object.values(holders).flat()));
  const approvers = roles.filter((role) => held.has(role.name) && roleAllows(role, 'approve'));
  const starters = roles.filter((role) => held.has(role.name) && roleAllows(role, 'start'));
  const covers = (some: readonly Role[], name: string) =>
    some.some((role) => role.environments.includes('*') || role.environments.includes(name));
  const without = environmentsOf(access).filter(
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
    .filter((role) => roleAllows(role, 'start') && roleAllows(role, 'approve'))
    .map(
      ({ name }) =>
        `The role ${name} allows both start and approve: where one person has started a rebuild through it, nobody approves that rebuild through it. Put approve into a role of its own.`,
    );
