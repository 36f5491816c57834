import { commercial } from '../../access/environments.ts';
import { namedVerbs, type Verb } from '../../access/verbs.ts';
import { didYouMean } from '../../core/nearest.ts';
import type { Config } from '../schema/schema.ts';

type Access = NonNullable<Config['access']>;
type Rule = Config['policy'][number];

export const roleAllows = ({ verbs }: Access['roles'][number], verb: Verb): boolean =>
  verbs.includes(verb) || (verbs.includes('*') && !namedVerbs.includes(verb));

/** Environments that the config knows; the values of instances may name others. */
export const environmentsOf = ({ environments, roles }: Access): readonly string[] => [
  ...new Set([commercial, ...Object.keys(environments), ...roles.flatMap((role) => role.environments)]),
];

/** What a rule asks two people for, and the verb that it is ordered with. */
const orderedWith = { start: 'start', override: 'override', raise: 'scale', lower: 'scale' } as const;

/** What `policy:`, and the rules of `jira:`, ask for and nobody can give, or say of nothing that there is: sentences. */
export const policyWarnings = ({
  access,
  policy,
  jira,
}: Pick<Config, 'policy' | 'jira'> & { readonly access: Access }): readonly string[] => [
  ...policy.flatMap(({ name, environments }) => unknown(`The rule ${name} of policy`, environments, access)),
  ...(jira?.rules ?? []).flatMap(({ environments }, i) => unknown(`jira.rules[${i}]`, environments, access)),
  ...policy.flatMap((rule) => [
    ...nobodyOrders(rule, access),
    ...fewApprove(rule, access),
    ...nobodyBreaks(rule, access),
  ]),
];

const unknown = (what: string, environments: readonly string[], access: Access): readonly string[] => {
  const known = environmentsOf(access).filter((name) => name !== '*');
  return environments
    .filter((name) => name !== '*' && !known.includes(name))
    .map(
      (name) =>
        `${what} is for the environment ${name}, which neither access.environments nor a role names${didYouMean(name, known) || '.'} It counts only for instances whose values say environment: ${name}.`,
    );
};

/** Ids, of people and of groups, that may do this somewhere the rule is for. */
const holdersOf = (
  { environments, instances }: Rule,
  { roles, users, groups }: Access,
  verb: Verb,
): { readonly users: readonly string[]; readonly groups: readonly string[] } => {
  const meets = (some: readonly string[], others: readonly string[]): boolean =>
    some.some((a) => others.some((b) => overlap(a, b)));
  const names = roles
    .filter(
      (role) =>
        roleAllows(role, verb) && meets(environments, role.environments) && meets(instances, role.instances),
    )
    .map(({ name }) => name);
  const held = (by: Access['users']): readonly string[] =>
    Object.entries(by).flatMap(([id, all]) => (all.some((name) => names.includes(name)) ? [id] : []));
  return { users: held(users), groups: held(groups) };
};

/** Two names or beginnings (`system*`) that can mean the same. */
const overlap = (a: string, b: string): boolean => {
  const [x, y] = [a, b].map((each) => (each.endsWith('*') ? each.slice(0, -1) : each)) as [string, string];
  if (a.endsWith('*') && b.endsWith('*')) return x.startsWith(y) || y.startsWith(x);
  if (a.endsWith('*')) return y.startsWith(x);
  return b.endsWith('*') ? x.startsWith(y) : a === b;
};

const whereOf = ({ environments, instances }: Rule): string =>
  [...(environments.includes('*') ? [] : environments), ...(instances.includes('*') ? [] : instances)].join(
    ', ',
  ) || 'any environment';

const isNobody = ({ users, groups }: ReturnType<typeof holdersOf>): boolean =>
  users.length + groups.length === 0;

const nobodyOrders = (rule: Rule, access: Access): readonly string[] =>
  [...new Set(rule.two_people.map((what) => orderedWith[what]))]
    .filter((verb) => isNobody(holdersOf(rule, access, verb)))
    .map(
      (verb) =>
        `The rule ${rule.name} of policy asks two people for what is ordered with ${verb}, and nobody may ${verb} in ${whereOf(rule)}.`,
    );

/** Of a group nobody knows here how many are in it. */
const fewApprove = (rule: Rule, access: Access): readonly string[] => {
  if (rule.two_people.length === 0) return [];
  const holders = holdersOf(rule, access, 'approve');
  const asks = `The rule ${rule.name} of policy asks two people for ${rule.two_people.join(', ')}`;
  if (isNobody(holders)) {
    return [
      `${asks}, and nobody may approve in ${whereOf(rule)}: it waits without end. Give a role the verb approve; * does not include it.`,
    ];
  }
  const [only, ...more] = holders.users;
  if (only === undefined || more.length + holders.groups.length > 0) return [];
  return [
    `${asks}, and ${only} alone may approve in ${whereOf(rule)}: what ${only} orders waits without end, and so does all of it while they are away.`,
  ];
};

const nobodyBreaks = (rule: Rule, access: Access): readonly string[] =>
  rule.break_glass.lasts !== undefined && isNobody(holdersOf(rule, access, 'break_glass'))
    ? [
        `The rule ${rule.name} of policy says how long a broken glass lasts, and nobody may break it in ${whereOf(rule)}. Give a role the verb break_glass; * does not include it.`,
      ]
    : [];
