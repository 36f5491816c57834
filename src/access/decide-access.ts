import type { Verb } from '../rebuild/command.ts';
import type { Role, Verdict } from './access.ts';

/** `access:` of the config: roles, and who holds which. */
export interface AccessRules {
  readonly roles: readonly Role[];
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

export interface Wish {
  readonly user: string;
  readonly verb: Verb;
  readonly instance: string;
}

export const inNoGroup: Membership = { member: new Set(), unknown: new Set() };

/** Denied unless a role that the person holds, by themselves or through a group, allows the verb for the instance. */
export const decideAccess = (rules: AccessRules, groups: Membership, wish: Wish): Verdict => {
  const allowing = rules.roles.filter((role) => allows(role, wish));
  const names = [...new Set(allowing.map(({ name }) => name))];
  const held = (roles: readonly string[] | undefined): string | undefined =>
    names.find((name) => roles?.includes(name));
  const own = held(rolesOf(rules.users, wish.user));
  if (own !== undefined) return { allowed: true, role: own, through: wish.user };
  for (const [group, roles] of Object.entries(rules.groups)) {
    const role = groups.member.has(group) ? held(roles) : undefined;
    if (role !== undefined) return { allowed: true, role, through: group };
  }
  const untold = Object.entries(rules.groups).some(
    ([group, roles]) => groups.unknown.has(group) && held(roles) !== undefined,
  );
  return untold
    ? { allowed: false, roles: names, unknown: true, says: untoldSays(wish, names) }
    : { allowed: false, roles: names, says: deniedSays(wish, names) };
};

/** Groups whose members may do this: the only ones that Slack need be asked for. */
export const groupsThatMatter = (rules: AccessRules, wish: Omit<Wish, 'user'>): readonly string[] => {
  const names = new Set(rules.roles.filter((role) => allows(role, wish)).map(({ name }) => name));
  return Object.entries(rules.groups).flatMap(([group, roles]) =>
    roles.some((role) => names.has(role)) ? [group] : [],
  );
};

const allows = (role: Role, { verb, instance }: Omit<Wish, 'user'>): boolean =>
  role.verbs.some((word) => word === '*' || word === verb) &&
  role.instances.some((pattern) => matches(pattern, instance));

const matches = (pattern: string, instance: string): boolean =>
  pattern.endsWith('*') ? instance.startsWith(pattern.slice(0, -1)) : pattern === instance;

/** An id such as `constructor` holds nothing. */
const rolesOf = (by: AccessRules['users'], id: string): readonly string[] | undefined =>
  Object.hasOwn(by, id) ? by[id] : undefined;

/** What the person wanted, to stand after "You may not". */
const deeds: Readonly<Record<Verb, (instance: string) => string>> = {
  start: (instance) => `start a rebuild of ${instance}`,
  scale: (instance) => `scale a rebuild of ${instance}`,
  pause: (instance) => `pause a rebuild of ${instance}`,
  resume: (instance) => `resume a rebuild of ${instance}`,
  cancel: (instance) => `cancel a rebuild of ${instance}`,
  retry: (instance) => `retry a step of a rebuild of ${instance}`,
  override: (instance) => `override a rebuild of ${instance}`,
  approve: (instance) => `approve a rebuild of ${instance}`,
  status: (instance) => `see rebuilds of ${instance}`,
  plan: (instance) => `plan a rebuild of ${instance}`,
  doctor: (instance) => `have ${instance} examined`,
};

const deniedSays = ({ verb, instance }: Wish, roles: readonly string[]): string =>
  roles.length === 0
    ? `You may not ${deeds[verb](instance)}, and nobody may: no role allows it. See access in farmhand.yml.`
    : `You may not ${deeds[verb](instance)}. ${wouldAllow(roles)}; ask somebody who holds ${one(roles)}.`;

const untoldSays = ({ verb, instance }: Wish, roles: readonly string[]): string =>
  `You may not ${deeds[verb](instance)} for now: Slack did not tell in time which groups you are in. ${wouldAllow(roles)}. Try again in a minute.`;

const wouldAllow = (roles: readonly string[]): string =>
  roles.length === 1 ? `The role ${roles[0]} would allow it` : `The roles ${anyOf(roles)} would allow it`;

const one = (roles: readonly string[]): string => (roles.length === 1 ? 'it' : 'one of them');

const anyOf = (roles: readonly string[]): string =>
  `${roles.slice(0, -1).join(', ')} or ${roles[roles.length - 1]}`;
