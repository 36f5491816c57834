import type { AccessDecision, AccessRole } from './access.ts';
import { type EnvironmentRules, matches } from './environments.ts';
import { namedVerbs, type Verb } from './verbs.ts';

/** `access:` of the config: roles, who holds which, and where instances belong. */
export interface AccessRules {
  readonly roles: readonly AccessRole[];
  /** Names of roles by Slack user id. */
  readonly users: Readonly<Record<string, readonly string[]>>;
  /** Names of roles by Slack user group id. */
  readonly groups: Readonly<Record<string, readonly string[]>>;
  readonly environments: EnvironmentRules;
}

/** Without `access:` nobody may do anything. */
export const noAccess: AccessRules = { roles: [], users: {}, groups: {}, environments: {} };

/** Which of some user groups a person is in. */
export interface Membership {
  readonly member: ReadonlySet<string>;
  /** Slack did not tell of these. */
  readonly unknown: ReadonlySet<string>;
}

/** What is asked for, whoever does. */
export interface AccessAsked {
  readonly verb: Verb;
  /** Undefined: any. */
  readonly instance: string | undefined;
  /** Where the instance belongs: a role must cover each of them. `unknown`: nobody can tell. */
  readonly environments: readonly string[] | 'unknown';
  /** Roles that do not count, because somebody asked through them for what this would approve. */
  readonly without?: readonly string[];
}

export interface AccessRequest extends AccessAsked {
  readonly user: string;
}

export const inNoGroup: Membership = { member: new Set(), unknown: new Set() };

/** Denied unless a role that the person holds, by themselves or through a group, allows the verb for the instance. */
export const decideAccess = (
  rules: AccessRules,
  groups: Membership,
  request: AccessRequest,
): AccessDecision => {
  const names = rolesFor(rules, request);
  const own = heldBy(rules, groups, request.user, names);
  if (own) return { allowed: true, ...own };
  const denied = (code: Extract<AccessDecision, { allowed: false }>['code']): AccessDecision => ({
    allowed: false,
    code,
    roles: names,
  });
  const used = (request.without ?? []).length > 0 && rolesFor(rules, { ...request, without: [] });
  if (used && heldBy(rules, groups, request.user, used)) return denied('role_used');
  const untold = Object.entries(rules.groups).some(
    ([group, roles]) => groups.unknown.has(group) && names.some((name) => roles.includes(name)),
  );
  if (untold) return denied('groups_unknown');
  if (request.environments === 'unknown') {
    const anywhere = rolesFor(rules, { ...request, environments: [] });
    if (heldBy(rules, groups, request.user, anywhere)) return denied('environment_unknown');
  }
  return denied(names.length === 0 ? 'no_role' : 'role_needed');
};

/** One of these roles that the person holds, by themselves before a group. */
export const heldBy = (
  rules: AccessRules,
  groups: Membership,
  user: string,
  names: readonly string[],
): { readonly role: string; readonly through: string } | undefined => {
  const held = (roles: readonly string[] | undefined): string | undefined =>
    names.find((name) => roles?.includes(name));
  const own = held(rolesOf(rules.users, user));
  if (own !== undefined) return { role: own, through: user };
  for (const [group, roles] of Object.entries(rules.groups)) {
    const role = groups.member.has(group) ? held(roles) : undefined;
    if (role !== undefined) return { role, through: group };
  }
  return undefined;
};

/** Names of the roles that allow it, each once, in the order of the config. */
const rolesFor = ({ roles }: AccessRules, asked: AccessAsked): readonly string[] => [
  ...new Set(roles.filter((role) => allows(role, asked)).map(({ name }) => name)),
];

/** Groups whose members may do this. */
export const groupsThatMatter = (rules: AccessRules, asked: AccessAsked): readonly string[] => {
  const names = rolesFor(rules, asked);
  return Object.entries(rules.groups).flatMap(([group, roles]) =>
    roles.some((role) => names.includes(role)) ? [group] : [],
  );
};

/** Names of the roles that allow it, and the ids that the rules name with one of them: people, not groups. */
export const holdersByName = (
  rules: AccessRules,
  asked: AccessAsked,
): { readonly roles: readonly string[]; readonly users: readonly string[] } => {
  const roles = rolesFor(rules, asked);
  const users = Object.entries(rules.users).flatMap(([user, held]) =>
    held.some((name) => roles.includes(name)) ? [user] : [],
  );
  return { roles, users };
};

const allows = (role: AccessRole, { verb, instance, environments, without = [] }: AccessAsked): boolean =>
  !without.includes(role.name) &&
  role.verbs.some((word) => word === verb || (word === '*' && !namedVerbs.includes(verb))) &&
  (instance === undefined ||
    (role.instances.some((pattern) => matches(pattern, instance)) && covers(role, environments)));

const covers = (role: AccessRole, environments: AccessAsked['environments']): boolean =>
  role.environments.includes('*') ||
  (environments !== 'unknown' && environments.every((each) => role.environments.includes(each)));

/** An id such as `constructor` holds nothing. */
const rolesOf = (by: AccessRules['users'], id: string): readonly string[] | undefined =>
  Object.hasOwn(by, id) ? by[id] : undefined;
