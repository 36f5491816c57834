/** Which tier somebody or something is of, where organisations share farmhand. */
import type { Person } from '../core/person.ts';
import type { Membership } from './decide-access.ts';
import { configuredEnvironment } from './environments.ts';

/** One entry of `tiers.list`. */
export interface TierRule {
  readonly name: string;
  readonly channels: readonly string[];
  readonly default_channel?: string | undefined;
  readonly users: readonly string[];
  readonly groups: readonly string[];
  readonly workspaces: readonly string[];
  readonly instances: readonly string[];
}

/** `tiers:` of the config. Without a list nobody is kept from anything. */
export interface TierRules {
  readonly default: string;
  readonly list: readonly TierRule[];
}

/** Why somebody is of a tier: named themselves, by their workspace, a user group, or the channel they ask in. */
export type BelongsBy = 'id' | 'workspace' | 'channel' | { readonly group: string };

/** A tier of somebody, and each reason for it. */
export interface Belonging {
  readonly tier: string;
  readonly by: readonly BelongsBy[];
}

/** What somebody may see and act on. */
export interface Sight {
  sees(tier: string): boolean;
  /** Whether what is said of a channel as a whole concerns them: it is no tier's, or one of theirs. */
  seesChannel(channel: string): boolean;
  /** Their tiers, in the order of the config; undefined: all there are. */
  readonly tiers?: readonly string[];
  /** Of a person: why they are of each of these. */
  readonly belongs?: readonly Belonging[];
  /** User groups of which Slack did not tell in time whether they are in: not counted. */
  readonly untold: readonly string[];
}

/** Where no tiers are listed, and for a reader of everything. */
export const seesAll: Sight = { sees: () => true, seesChannel: () => true, untold: [] };

/** A record of a tier that is not (or no longer) listed is the default tier's: somebody must be able to work on it. */
export const listedTier = (rules: TierRules, tier: string): string =>
  rules.list.some(({ name }) => name === tier) ? tier : rules.default;

/** The name itself counts before a beginning, a longer beginning before a shorter one; what is nobody's is the default's. */
export const tierOfInstance = (rules: TierRules, instance: string): string =>
  configuredEnvironment(Object.fromEntries(rules.list.map((tier) => [tier.name, tier])), instance) ??
  rules.default;

/** The instances of a tier: the longest pattern that matches counts, and what none names is its own where `rest`. */
export const instancesOf = (
  rules: TierRules,
  tier: string,
): { readonly own: readonly string[]; readonly others: readonly string[]; readonly rest: boolean } => ({
  own: rules.list.flatMap(({ name, instances }) => (name === tier ? instances : [])),
  others: rules.list.flatMap(({ name, instances }) => (name === tier ? [] : instances)),
  rest: tier === rules.default,
});

/** Whose a channel is, for what tiers share out: '' is what is no tier's, or more than one's. Undefined: nobody shares. */
export const sharesOf = ({
  list,
}: {
  readonly list: readonly Pick<TierRule, 'name' | 'channels' | 'default_channel'>[];
}): { readonly names: readonly string[]; of(channel: string): string } | undefined => {
  if (list.length === 0) return undefined;
  return {
    names: [...list.map(({ name }) => name), ''],
    of: (channel) => {
      const [owner, ...more] = list.filter(
        ({ channels, default_channel }) => channels.includes(channel) || default_channel === channel,
      );
      return owner && more.length === 0 ? owner.name : '';
    },
  };
};

/** Whether what comes in as `tier` may concern an instance: whatever a label says, one tier has no say in another's. */
export const mayConcern = (rules: TierRules, tier: string, instance: string): boolean =>
  rules.list.length === 0 || tierOfInstance(rules, instance) === listedTier(rules, tier);

/** User groups that say in which tiers somebody is. */
const tierGroups = ({ list }: TierRules): readonly string[] => [
  ...new Set(list.flatMap(({ groups }) => groups)),
];

/** Sight of exactly these tiers. */
export const sightOf = (
  rules: TierRules,
  tiers: readonly string[],
  untold: readonly string[] = [],
): Sight => {
  const own = new Set(tiers);
  const seesChannel = (channel: string): boolean =>
    rules.list.every(({ name, channels }) => own.has(name) || !channels.includes(channel));
  return { sees: (tier) => own.has(listedTier(rules, tier)), seesChannel, tiers, untold };
};

/** Pure: by their id, their workspace, their user groups, and the channel they ask in. None of these: nothing. */
export const decideSight = (
  rules: TierRules,
  { id, team, via }: Pick<Person, 'id' | 'team' | 'via'>,
  { member, unknown }: Membership,
): Sight => {
  if (rules.list.length === 0) return seesAll;
  const channel = via?.channel;
  const reasonsFor = ({ users, workspaces, groups, channels }: TierRule): readonly BelongsBy[] => [
    ...(users.includes(id) ? (['id'] as const) : []),
    ...(team !== undefined && workspaces.includes(team) ? (['workspace'] as const) : []),
    ...groups.filter((group) => member.has(group)).map((group) => ({ group })),
    ...(channel !== undefined && channels.includes(channel) ? (['channel'] as const) : []),
  ];
  const own = rules.list
    .map((rule) => ({ name: rule.name, by: reasonsFor(rule) }))
    .filter(({ by }) => by.length > 0);
  const untold = rules.list.flatMap(({ name, groups }) =>
    own.some((one) => one.name === name) ? [] : groups.filter((group) => unknown.has(group)),
  );
  const names = own.map(({ name }) => name);
  return {
    ...sightOf(rules, names, [...new Set(untold)]),
    belongs: own.map(({ name: tier, by }) => ({ tier, by })),
  };
};

export interface SightPort {
  /** False: no tiers are listed, and everybody sees everything. */
  applies(): boolean;
  /** Never throws; asks Slack for user groups only where tiers are listed with some. */
  of(by: Person): Promise<Sight>;
}

export interface SightDeps {
  /** The rules in force now. */
  rules(): TierRules;
  /** May fail: then it is not known of any. */
  groupsOf(user: string, among: readonly string[]): Promise<Membership>;
}

export const createSight = ({ rules, groupsOf }: SightDeps): SightPort => ({
  applies: () => rules().list.length > 0,
  of: async (by) => {
    const now = rules();
    const among = tierGroups(now);
    const none: Membership = { member: new Set(), unknown: new Set() };
    if (among.length === 0) return decideSight(now, by, none);
    const untold: Membership = { member: new Set(), unknown: new Set(among) };
    return decideSight(now, by, await groupsOf(by.id, among).catch(() => untold));
  },
});
