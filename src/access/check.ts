import type { Person } from '../core/person.ts';
import {
  type AccessDecision,
  type AccessDenied,
  type AccessPlace,
  type AccessPort,
  type AccessVerdict,
  type HoldersPort,
  placeName,
} from './access.ts';
import {
  type AccessAsked,
  type AccessRules,
  decideAccess,
  groupsThatMatter,
  holdersByName,
  inNoGroup,
  type Membership,
} from './decide-access.ts';
import { denialWords } from './denials.ts';
import { configuredEnvironment, environmentOf } from './environments.ts';
import type { SightPort } from './tiers.ts';

/** What the values of an instance say of where it belongs; undefined: they could not be read in time. */
export type EnvironmentOfValues = { readonly environment?: string } | undefined;

interface Places {
  /** The rules in force now. */
  rules(): AccessRules;
  /** Absent where there are no instances. May fail: then it is not known. */
  valuesOf?(instance: string): Promise<EnvironmentOfValues>;
}

export interface AccessDeps extends Places {
  /** Which of the groups `among` the person is in. May fail: then it is not known of any. */
  groupsOf(user: string, among: readonly string[]): Promise<Membership>;
  /** Of instances of other tiers nobody may anything, whatever their roles; absent: there are no tiers. */
  readonly tiers?: { readonly sight: SightPort; ofInstance(instance: string): string };
}

/** Asks Slack only for groups that matter for what is asked, and only when the person's own roles do not allow it. */
export const createAccess = (deps: AccessDeps): AccessPort => ({
  check: async (by, verb, place, without = []) => {
    const now = deps.rules();
    const asked = { verb, without, ...(await whereIs(deps, now, place)) };
    const elsewhere = await ofOtherTier(deps, by, asked.instance);
    // Where it belongs is its own tier's business as well.
    if (elsewhere) return said(now, elsewhere, { ...asked, ...anywhere });
    const request = { ...asked, user: by.id };
    const own = decideAccess(now, inNoGroup, request);
    // Also those that would help if it were known where the instance belongs, or if their role had not been used: why
    // somebody may not is told as it is.
    const among = groupsThatMatter(now, {
      ...asked,
      ...(asked.environments === 'unknown' && anywhere),
      without: [],
    });
    if (own.allowed || among.length === 0) return said(now, own, asked);
    const unknown: Membership = { member: new Set(), unknown: new Set(among) };
    const groups = await deps.groupsOf(by.id, among).catch(() => unknown);
    return said(now, decideAccess(now, groups, request), asked);
  },
});

/** An alert that names no instance has a tier of its own, which is asked for elsewhere. */
const ofOtherTier = async (
  { tiers }: AccessDeps,
  by: Person,
  instance: string | undefined,
): Promise<AccessDenied | undefined> => {
  if (!tiers || instance === undefined || instance === '') return undefined;
  const sight = await tiers.sight.of(by);
  if (sight.sees(tiers.ofInstance(instance))) return undefined;
  return { allowed: false, code: sight.untold.length > 0 ? 'tier_unknown' : 'other_tier', roles: [] };
};

const anywhere = { environments: [] } as const;

type Place = Pick<AccessAsked, 'instance' | 'environments'>;

/** Where a place belongs. Values are read only where a role asks for environments. */
export const whereIs = async (
  { valuesOf }: Places,
  rules: AccessRules,
  place: AccessPlace | undefined,
): Promise<Place> => {
  if (place === undefined) return { instance: undefined, ...anywhere };
  const instance = placeName(place);
  if (instance === '') return { instance, environments: 'unknown' };
  const matter = rules.roles.some(({ environments }) => !environments.includes('*'));
  const values =
    typeof place !== 'string' || !matter || !valuesOf
      ? place
      : await valuesOf(instance).catch(() => undefined);
  if (values === undefined && configuredEnvironment(rules.environments, instance) === undefined) {
    return { instance, environments: 'unknown' };
  }
  const ofValues = typeof values === 'object' ? values.environment : undefined;
  const found = environmentOf(rules.environments, instance, ofValues);
  return { instance, environments: found.ok ? [found.environment] : [found.values, found.config] };
};

const said = (rules: AccessRules, decision: AccessDecision, asked: AccessAsked): AccessVerdict => {
  if (decision.allowed) return decision;
  const { code, roles } = decision;
  const ask = rules.roles.filter(({ name }) => roles.includes(name));
  return { ...decision, says: denialWords({ ...asked, code, ask }) };
};

/** `membersOf`: of a user group; undefined when Slack does not say. */
export const createHolders = (
  deps: Places & { membersOf(group: string): Promise<ReadonlySet<string> | undefined> },
): HoldersPort => ({
  holders: async (verb, place, without = []) => {
    const now = deps.rules();
    const asked = { verb, without, ...(await whereIs(deps, now, place)) };
    const { roles, users } = holdersByName(now, asked);
    const all = new Set(users);
    const unknown: string[] = [];
    const looked = groupsThatMatter(now, asked).map(async (group) => {
      const members = await deps.membersOf(group).catch(() => undefined);
      if (!members) unknown.push(group);
      else for (const user of members) all.add(user);
    });
    await Promise.all(looked);
    return { users: [...all].sort(), roles, unknown: unknown.sort() };
  },
});
