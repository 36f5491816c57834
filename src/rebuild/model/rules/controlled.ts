/** What `policy:` asks of one rebuild: what its plan froze, and whatever has become stricter since. */
import type { Excess } from '../authority.ts';
import type { Glass } from '../parts/glass.ts';
import type { Instance } from '../parts/instance.ts';
import type { Plan } from '../parts/plan.ts';
import type { Rebuild } from '../rebuild.ts';
import { type Controls, noControls, stricter, type TwoPeopleVerb } from './rules.ts';

/** What a second person must agree to where the values say `approval: true`. */
const ofValues: readonly TwoPeopleVerb[] = ['start', 'override', 'raise'];

/** Where an instance belongs: `commercial` unless its values or the config say otherwise. */
export const environmentName = ({ environment = 'commercial' }: Pick<Instance, 'environment'>): string =>
  environment;

/** What holds for a rebuild: never less than what its plan was made under. */
export const controlsOf = ({ plan, controls }: Rebuild): Controls =>
  controls ?? plan.controls ?? noControls(environmentName(plan.instance));

/** The most farmers that it may have: what its values say, and no more than a rule allows. */
export const mostFarmers = ({ plan, controls }: Pick<Rebuild, 'plan' | 'controls'>): number =>
  Math.min(
    plan.instance.maximum,
    (controls ?? plan.controls)?.limits.farmers?.value ?? plan.instance.maximum,
  );

/** What needs two people, by its values or by a rule. */
export const twoPeopleOf = (rebuild: Rebuild): readonly TwoPeopleVerb[] => {
  const { twoPeople } = controlsOf(rebuild);
  return rebuild.plan.instance.approval ? [...new Set([...ofValues, ...twoPeople])] : twoPeople;
};

/** The plan itself needs a second person, before anything is touched. */
export const startNeedsTwo = ({ instance, controls }: Pick<Plan, 'instance' | 'controls'>): boolean =>
  instance.approval || controls?.twoPeople.includes('start') === true;

/** Something besides the plan waits for a second person once it is asked for. */
export const isControlled = (rebuild: Rebuild): boolean => twoPeopleOf(rebuild).length > 0;

/** Those of them that a second person must agree to. */
export const controlledExcess = (rebuild: Rebuild, excess: readonly Excess[]): readonly Excess[] => {
  const needs = twoPeopleOf(rebuild);
  return excess.filter(({ code }) => needs.includes(code === 'farmers' ? 'raise' : 'override'));
};

/**
 * With what the config says now, where that is stricter. What has begun is not begun again: a start that needs two people
 * from now on is the next one. Windows are not kept: they are asked of the config of the moment.
 */
export const ruledBy = (rebuild: Rebuild, now: Controls | undefined, begun: boolean): Rebuild => {
  if (!now) return rebuild;
  const was = controlsOf(rebuild);
  const all = stricter(was, kept(now));
  const twoPeople = all.twoPeople.filter(
    (verb) => verb !== 'start' || !begun || was.twoPeople.includes('start'),
  );
  const next = { ...all, twoPeople };
  return JSON.stringify(next) === JSON.stringify(was) ? rebuild : { ...rebuild, controls: next };
};

/** Without its windows: what goes into a plan and onto a record. Undefined where there is nothing. */
export const keptControls = (controls: Controls | undefined): Controls | undefined => {
  const plain = controls && kept(controls);
  return plain && JSON.stringify(plain) !== JSON.stringify(noControls(plain.environment)) ? plain : undefined;
};

/** Whom to tell, and when, is asked of the config of the moment, like a window. */
const kept = ({ channels: _, reviewMs: __, freezes: ___, ...controls }: Controls): Controls => ({
  ...controls,
  freeze: [],
});

/** The glass that is open, by the record: it is closed at the first safe point after its time. */
export const openGlass = ({ glass = [] }: Pick<Rebuild, 'glass'>): Glass | undefined => {
  const last = glass.at(-1);
  return last && last.endedAt === undefined ? last : undefined;
};

/** Those that nobody has reviewed, oldest first. */
export const unreviewedOf = ({ glass = [] }: Pick<Rebuild, 'glass'>): readonly Glass[] =>
  glass.filter(({ review }) => review === undefined);

/** The first of those that can be reviewed: it has closed. */
export const toReview = (rebuild: Pick<Rebuild, 'glass'>): Glass | undefined =>
  unreviewedOf(rebuild).find(({ endedAt }) => endedAt !== undefined);

/** It is open, and its time is not over. */
export const glassHolds = (rebuild: Pick<Rebuild, 'glass'>, now: number): boolean => {
  const open = openGlass(rebuild);
  return open !== undefined && now < open.until;
};

/** Whoever broke it, while it holds. */
export const isUnderGlass = (rebuild: Pick<Rebuild, 'glass'>, id: string, now: number): boolean =>
  glassHolds(rebuild, now) && openGlass(rebuild)?.by.id === id;

/** The most farmers that it has had as its number since a second person last agreed to fewer. */
export const mostOf = ({ farmers, plan }: Rebuild): number =>
  farmers.most ?? Math.max(plan.farmers, farmers.target);

/** So few that a second person must agree: fewer than the share allows of the most there were, however many orders it takes. */
export const loweredTooFar = (rebuild: Rebuild, farmers: number): Excess | undefined => {
  const { lowerShare } = controlsOf(rebuild);
  if (!lowerShare || !twoPeopleOf(rebuild).includes('lower')) return undefined;
  const most = mostOf(rebuild);
  const least = Math.ceil(most * (1 - lowerShare.value));
  return farmers < Math.min(least, rebuild.farmers.target)
    ? { code: 'lowered', farmers, least, most, rule: lowerShare.rule }
    : undefined;
};
