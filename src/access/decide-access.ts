import type { AccessRole, AccessVerdict } from './access.ts';
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
): AccessVerdict => {
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
  return untold
    ? { allowed: false, roles: names, unknown: true, says: untoldSays(request, names) }
    : { allowed: false, roles: names, says: deniedSays(request, names) };
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

/** What the person wanted, to stand after "You may not"; of which instance follows. */
const deeds: Readonly<Record<Verb, string>> = {
  start: 'start a rebuild',
  scale: 'scale a rebuild',
  pause: 'pause a rebuild',
  resume: 'resume a rebuild',
  cancel: 'cancel a rebuild',
  retry: 'retry a step of a rebuild',
  override: 'override a rebuild',
  approve: 'approve a rebuild',
  status: 'see rebuilds',
  plan: 'plan a rebuild',
  doctor: 'have an instance examined',
  silence: 'silence an alert',
  ticket: 'raise a ticket for an alert',
};

const deed = ({ verb, instance }: AccessRequest): string => {
  if (instance === undefined || instance === '') return deeds[verb];
  return verb === 'doctor' ? `have ${instance} examined` : `${deeds[verb]} of ${instance}`;
};

const deniedSays = (request: AccessRequest, roles: readonly string[]): string =>
  roles.length === 0
    ? `You may not ${deed(request)}, and nobody may: no role allows it. See access in farmhand.yml.`
    : `You may not ${deed(request)}. ${wouldAllow(roles)}; ask somebody who holds ${one(roles)}.`;

const untoldSays = (request: AccessRequest, roles: readonly string[]): string =>
  `You may not ${deed(request)} for now: Slack did not tell in time which groups you are in. ${wouldAllow(roles)}. Try again in a minute.`;

const wouldAllow = (roles: readonly string[]): string =>
  roles.length === 1 ? `The role ${roles[0]} would allow it` : `The roles ${anyOf(roles)} would allow it`;

const one = (roles: readonly string[]): string => (roles.length === 1 ? 'it' : 'one of them');

const anyOf = (roles: readonly string[]): string =>
  `${roles.slice(0, -1).join(', ')} or ${roles[roles.length - 1]}`;
