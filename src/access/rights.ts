import type { Person } from '../core/person.ts';
import { type AccessPlace, type AccessRole, type Askable, placeName } from './access.ts';
import { type AccessDeps, whereIs } from './check.ts';
import {
  type AccessAsked,
  type AccessRules,
  decideAccess,
  heldBy,
  type Membership,
} from './decide-access.ts';
import type { Belonging, Sight } from './tiers.ts';
import { alertVerbs, rebuildVerbs, type Verb } from './verbs.ts';

/** What a person may do, and why; what they may not, and whom to ask. */
export interface Rights {
  /** Absent: of all instances. */
  readonly place?: Pick<AccessAsked, 'environments'> & { readonly instance: string };
  /** By role, in the order of the config; `through`: the person, or a user group. */
  readonly may: readonly {
    readonly role: AccessRole;
    readonly through: string;
    readonly verbs: readonly Verb[];
  }[];
  /** Together what the same roles would allow; of none nobody may. */
  readonly mayNot: readonly { readonly verbs: readonly Verb[]; readonly ask: readonly Askable[] }[];
  /** User groups of which Slack did not tell whether they are in: not counted. */
  readonly unknown: readonly string[];
  /** Where organisations share farmhand: of which tiers they are. */
  readonly tiers?: OwnTiers;
}

/** Of which tiers somebody is. */
export interface OwnTiers {
  readonly belongs: readonly Belonging[];
  /** User groups that say it, of which Slack did not tell in time whether they are in. */
  readonly untold: readonly string[];
  /** The instance asked for is of a tier that they are not in. */
  readonly elsewhere?: true;
}

export interface RightsPort {
  /** Never throws: what cannot be told is not counted, and said. */
  of(by: Person, place: AccessPlace | undefined): Promise<Rights>;
}

export const ownTiersOf = ({ belongs = [], untold }: Sight): OwnTiers => ({ belongs, untold });

const verbs: readonly Verb[] = [...rebuildVerbs, ...alertVerbs];

export const createRights = (deps: AccessDeps): RightsPort => ({
  of: async (by, place) => {
    const { id: user } = by;
    const rules = deps.rules();
    const sight = deps.tiers?.sight.applies() ? await deps.tiers.sight.of(by) : undefined;
    const tiers: OwnTiers | undefined = sight && ownTiersOf(sight);
    if (sight && deps.tiers && place !== undefined && !sight.sees(deps.tiers.ofInstance(placeName(place)))) {
      // Not even where it belongs: no role of theirs counts there.
      return {
        place: { instance: placeName(place), environments: [] },
        ...{ may: [], mayNot: [], unknown: [] },
        tiers: { ...ownTiersOf(sight), elsewhere: true },
      };
    }
    const all = Object.keys(rules.groups);
    const [where, groups] = await Promise.all([
      whereIs(deps, rules, place),
      deps.groupsOf(user, all).catch(() => ({ member: new Set<string>(), unknown: new Set(all) })),
    ]);
    return { ...rightsOf(rules, groups, user, where), ...(tiers && { tiers }) };
  },
});

/** Pure. */
const rightsOf = (
  rules: AccessRules,
  groups: Membership,
  user: string,
  { instance, environments }: Pick<AccessAsked, 'instance' | 'environments'>,
): Rights => {
  const may = rules.roles.flatMap((role) => {
    const held = heldBy(rules, groups, user, [role.name]);
    const own: AccessRules = { ...rules, roles: [role] };
    const theirs = verbs.filter(
      (verb) => decideAccess(own, groups, { user, verb, instance, environments }).allowed,
    );
    return held && theirs.length > 0 ? [{ role, through: held.through, verbs: theirs }] : [];
  });
  const left = new Map<string, { verbs: Verb[]; ask: readonly Askable[] }>();
  for (const verb of verbs) {
    const decision = decideAccess(rules, groups, { user, verb, instance, environments });
    if (decision.allowed) continue;
    const key = decision.roles.join('\n');
    const same = left.get(key);
    if (same) same.verbs.push(verb);
    else {
      const ask = rules.roles.filter(({ name }) => decision.roles.includes(name));
      left.set(key, { verbs: [verb], ask: ask.map(({ name, contact }) => ({ name, contact })) });
    }
  }
  const matter = Object.keys(rules.groups).filter((group) => groups.unknown.has(group));
  return {
    ...(instance !== undefined && { place: { instance, environments } }),
    may,
    mayNot: [...left.values()],
    unknown: matter,
  };
};
