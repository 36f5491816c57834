import type { AccessDecision, AccessRole } from './access.ts';
import type { Verb } from './verbs.ts';

/** `access:` of the config: roles, and who holds which. */
export interface AccessRules {
  readonly roles: readonly AccessRole[];
  /** Names of roles by Slack user id. */
  readonly users: Readonly<Record<string, readonly string[]>>;
  /** Names of roles by Slack user group id. */
  readonly groups: Readonly<Record<string, readonly string[]>>;
}

/** Which of some user groups a person is in. */
export interface Membership {
  readonly member: ReadonlySet<string>;
  /** Slack did not tell of these. */
  readonly unknown: ReadonlySet<string>;
}

export interface AccessRequest {
  readonly user: string;
  readonly verb: Verb;
  /** Undefined: any. */
  readonly instance: string | undefined;
}

export const inNoGroup: Membership = { member: new Set(), unknown: new Set() };

/** Denied unless a role that the person holds, by themselves or through a group, allows the verb for the instance. */
export const decideAccess = (
  rules: AccessRules,
  groups: Membership,
  request: AccessRequest,
): AccessDecision => {
  const allowing = rules.roles.filter((role) => allows(role, request));
  const names = [...new Set(allowing.map(({ name }) => name))];
  const held = (roles: readonly string[] | undefined): string | undefined =>
    names.find((name) => roles?.includes(name));
  const own = held(rolesOf(rules.users, request.user));
  if (own !== undefined) return { allowed: true, role: own, through: request.user };
  for (const [group, roles] of Object.entries(rules.groups)) {
    const role = groups.member.has(group) ? held(roles) : undefined;
    if (role !== undefined) return { allowed: true, role, through: group };
  }
  const untold = Object.entries(rules.groups).some(
    ([group, roles]) => groups.unknown.has(group) && held(roles) !== undefined,
  );
  const needed = names.length === 0 ? 'no_role' : 'role_needed';
  return { allowed: false, code: untold ? 'groups_unknown' : needed, roles: names };
};

/** Groups whose members may do this: the only ones that Slack need be asked for. */
export const groupsThatMatter = (
  rules: AccessRules,
  request: Omit<AccessRequest, 'user'>,
): readonly string[] => {
  const names = new Set(rules.roles.filter((role) => allows(role, request)).map(({ name }) => name));
  return Object.entries(rules.groups).flatMap(([group, roles]) =>
    roles.some((role) => names.has(role)) ? [group] : [],
  );
};

/** Names of the roles that allow it, and the ids that the rules name with one of them: people, not groups. */
export const holdersByName = (
  rules: AccessRules,
  request: Omit<AccessRequest, 'user'>,
): { readonly roles: readonly string[]; readonly users: readonly string[] } => {
  const roles = [...new Set(rules.roles.filter((role) => allows(role, request)).map(({ name }) => name))];
  const users = Object.entries(rules.users).flatMap(([user, held]) =>
    held.some((name) => roles.includes(name)) ? [user] : [],
  );
  return { roles, users };
};

const allows = (role: AccessRole, { verb, instance }: Omit<AccessRequest, 'user'>): boolean =>
  role.verbs.some((word) => word === '*' || word === verb) &&
  (instance === undefined || role.instances.some((pattern) => matches(pattern, instance)));

const matches = (pattern: string, instance: string): boolean =>
  pattern.endsWith('*') ? instance.startsWith(pattern.slice(0, -1)) : pattern === instance;

/** An id such as `constructor` holds nothing. */
const rolesOf = (by: AccessRules['users'], id: string): readonly string[] | undefined =>
  Object.hasOwn(by, id) ? by[id] : undefined;
