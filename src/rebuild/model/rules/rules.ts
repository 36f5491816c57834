/** What `policy:` asks of an instance: every rule that matches counts, and of each thing the stricter one. */
import type { InstanceFreezes } from './freezes.ts';
import type { FreezeWindow } from './windows.ts';

/** What needs two people where a rule says so. */
export const twoPeopleVerbs = ['start', 'override', 'raise', 'lower'] as const;
export type TwoPeopleVerb = (typeof twoPeopleVerbs)[number];

/** What the name of the instance must be typed for. `cancel`: where farmers go down with it. */
export const typedVerbs = ['cancel', 'force', 'skip_step', 'drop_guardian'] as const;
export type TypedVerb = (typeof typedVerbs)[number];

/** One rule of `policy:`. */
export interface PolicyRule {
  readonly name: string;
  readonly environments: readonly string[];
  /** Instance names; `*` at the end stands for any ending. */
  readonly instances: readonly string[];
  /** Slack id of the channel where requests for approvals and reviews are told. */
  readonly approvers_channel?: string | undefined;
  readonly two_people: readonly TwoPeopleVerb[];
  /** Fewer farmers by more than this share need two people, with `lower`. */
  readonly lower_share: number;
  readonly freeze: readonly FreezeWindow[];
  readonly limits: PolicyLimits;
  readonly typed_name: readonly TypedVerb[];
  readonly break_glass: { readonly lasts?: number | undefined; readonly review_within?: number | undefined };
}

/** Absent: no limit. */
export interface PolicyLimits {
  /** Farmers at the most. */
  readonly farmers?: number | undefined;
  /** How much of the present number one order may change: a share, 0 to 1. */
  readonly change?: number | undefined;
  /** Rebuilds in flight in one environment. */
  readonly in_flight?: number | undefined;
}

/** A number that binds, and the rule that says it. */
export interface Bound {
  readonly value: number;
  readonly rule: string;
}

/** What holds for one instance: plain data, kept in its plan. */
export interface Controls {
  readonly environment: string;
  readonly twoPeople: readonly TwoPeopleVerb[];
  /** With `lower`: the smallest share that a rule names. */
  readonly lowerShare: Bound | undefined;
  readonly freeze: readonly FreezeWindow[];
  readonly limits: {
    readonly farmers?: Bound;
    readonly change?: Bound;
    readonly inFlight?: Bound;
  };
  readonly typedName: readonly TypedVerb[];
  /** How long a broken glass lasts; ms */
  readonly glassMs: number;
  /** When a glass that nobody has reviewed is said again, counted from when it closed; ms. Asked of the config of the moment. */
  readonly reviewMs?: number;
  /** Where requests for approvals and reviews are told: Slack ids. Asked of the config of the moment. */
  readonly channels?: readonly string[];
  /** What people have frozen of it. Asked of the moment. */
  readonly freezes?: InstanceFreezes;
}

/** How long a broken glass lasts where no rule says it; ms */
const usualGlassMs = 30 * 60_000;

const matches = (patterns: readonly string[], text: string): boolean =>
  patterns.some((pattern) =>
    pattern.endsWith('*') ? text.startsWith(pattern.slice(0, -1)) : pattern === text,
  );

/** The rules that match, in their order. */
const rulesFor = (
  rules: readonly PolicyRule[],
  instance: string,
  environment: string,
): readonly PolicyRule[] =>
  rules.filter((rule) => matches(rule.environments, environment) && matches(rule.instances, instance));

/** Nothing beside what the values say. */
export const noControls = (environment: string): Controls => ({
  environment,
  twoPeople: [],
  lowerShare: undefined,
  freeze: [],
  limits: {},
  typedName: [],
  glassMs: usualGlassMs,
});

/** What the rules ask of an instance. */
export const controlsFor = (
  rules: readonly PolicyRule[],
  instance: string,
  environment: string,
): Controls => {
  const matching = rulesFor(rules, instance, environment);
  const all = matching.map(ofRule(environment)).reduce(stricter, noControls(environment));
  // The usual time is for where no rule says one, and no limit to what a rule says.
  const lasts = matching.flatMap(({ break_glass }) => break_glass.lasts ?? []);
  return lasts.length === 0 ? all : { ...all, glassMs: Math.min(...lasts) };
};

const ofRule =
  (environment: string) =>
  (rule: PolicyRule): Controls => {
    const bound = (value: number | undefined): Bound | undefined =>
      value === undefined ? undefined : { value, rule: rule.name };
    const { farmers, change, in_flight } = rule.limits;
    return {
      environment,
      twoPeople: rule.two_people,
      lowerShare: rule.two_people.includes('lower') ? bound(rule.lower_share) : undefined,
      freeze: rule.freeze,
      limits: bounds(bound(farmers), bound(change), bound(in_flight)),
      typedName: rule.typed_name,
      glassMs: rule.break_glass.lasts ?? usualGlassMs,
      ...told(
        rule.break_glass.review_within,
        rule.approvers_channel === undefined ? [] : [rule.approvers_channel],
      ),
    };
  };

const bounds = (
  farmers: Bound | undefined,
  change: Bound | undefined,
  inFlight: Bound | undefined,
): Controls['limits'] => ({
  ...(farmers && { farmers }),
  ...(change && { change }),
  ...(inFlight && { inFlight }),
});

/** Left out where nothing is said: plans from before name neither. */
const told = (reviewMs: number | undefined, channels: readonly string[]) => ({
  ...(reviewMs !== undefined && { reviewMs }),
  ...(channels.length > 0 && { channels }),
});

const lower = (a: Bound | undefined, b: Bound | undefined): Bound | undefined =>
  a && b ? (b.value < a.value ? b : a) : (a ?? b);

const both = <T extends string>(order: readonly T[], a: readonly T[], b: readonly T[]): readonly T[] =>
  order.filter((one) => a.includes(one) || b.includes(one));

/** Both at once: whatever one of them forbids or asks for is forbidden and asked for. `a` names the environment. */
export const stricter = (a: Controls, b: Controls): Controls => ({
  environment: a.environment,
  twoPeople: both(twoPeopleVerbs, a.twoPeople, b.twoPeople),
  lowerShare: lower(a.lowerShare, b.lowerShare),
  freeze: [
    ...a.freeze,
    ...b.freeze.filter(
      (window) => !a.freeze.some((known) => JSON.stringify(known) === JSON.stringify(window)),
    ),
  ],
  limits: bounds(
    lower(a.limits.farmers, b.limits.farmers),
    lower(a.limits.change, b.limits.change),
    lower(a.limits.inFlight, b.limits.inFlight),
  ),
  typedName: both(typedVerbs, a.typedName, b.typedName),
  glassMs: Math.min(a.glassMs, b.glassMs),
  ...told(
    a.reviewMs === undefined || b.reviewMs === undefined
      ? (a.reviewMs ?? b.reviewMs)
      : Math.min(a.reviewMs, b.reviewMs),
    [...new Set([...(a.channels ?? []), ...(b.channels ?? [])])],
  ),
});
