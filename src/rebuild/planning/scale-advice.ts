import { tellOnce } from '../messages/news.ts';
import type { Progress } from '../model/parts/progress.ts';
import type { Rebuild } from '../model/rebuild.ts';
import { mostFarmers } from '../model/rules/controlled.ts';
import { change, type Transition } from '../model/transition.ts';

/** What more farmers would do. */
export type ScaleAdvice =
  /** `farmers` is the smallest number that meets the target, by linear speed-up of what is left. */
  | { readonly kind: 'meets'; readonly farmers: number; readonly eta: number; readonly instead: number }
  /** Not even the most that it may have would. */
  | { readonly kind: 'late'; readonly farmers: number; readonly eta: number; readonly instead: number };

/** When the rebuild itself should be done; undefined without a target. ms */
const targetOf = ({ at, plan }: Rebuild): number | undefined =>
  plan.targetMs === undefined ? undefined : at + plan.targetMs;

/**
 * The number of farmers that would meet the target where the present number will not. Pure arithmetic: the same
 * answer for a `farm` engine, where it can only be said.
 */
export const scaleAdvice = (rebuild: Rebuild, progress: Progress, now: number): ScaleAdvice | undefined => {
  const target = targetOf(rebuild);
  const { perHour, percent, eta: asSeen } = progress;
  const ready = rebuild.farmers.seen?.ready ?? 0;
  if (target === undefined || perHour === undefined || asSeen === undefined || ready === 0) return undefined;
  const perFarmer = perHour / ready;
  const left = 100 - percent;
  const etaWith = (farmers: number) => Math.round(now + (left / (perFarmer * farmers)) * 3_600_000);
  const { target: asked } = rebuild.farmers;
  const maximum = mostFarmers(rebuild);
  // Those that are still coming up will help as well.
  const instead = etaWith(Math.max(asked, ready));
  if (instead <= target || asked >= maximum) return undefined;
  const hours = (target - now) / 3_600_000;
  const needed = hours > 0 ? Math.ceil(left / (perFarmer * hours)) : Number.POSITIVE_INFINITY;
  if (needed <= maximum) {
    const farmers = Math.max(needed, asked + 1);
    return { kind: 'meets', farmers, eta: etaWith(farmers), instead };
  }
  return { kind: 'late', farmers: maximum, eta: etaWith(maximum), instead };
};

/** A number that is not worth saying again. */
export const muchTheSame = (a: number, b: number): boolean =>
  Math.abs(a - b) <= Math.max(2, 0.25 * Math.max(a, b));

/**
 * Says when the target will be missed, and which number of farmers would meet it. Said again only when that changes much;
 * not at all in a freeze window, where nothing is scaled (`frozen`).
 */
export const withScaleAdvice = (transition: Transition, now: number, frozen = false): Transition => {
  const { progress, offer, farmers, plan } = transition.rebuild;
  const target = targetOf(transition.rebuild);
  if (progress?.of !== 'rebuild' || target === undefined) return transition;
  const found = frozen ? undefined : scaleAdvice(transition.rebuild, progress, now);
  if (!found) return offer ? change(transition, withoutOffer) : transition;
  const facts = { code: 'offer', target: farmers.target, lateMs: found.instead - target } as const;
  if (plan.engine === 'farm') {
    const meets = found.kind === 'meets' ? found.farmers : undefined;
    return tellOnce(transition, 'offer:farm', { ...facts, advice: { fixed: true, farmers: meets } }, now);
  }
  const savesMs = found.instead - found.eta;
  if (found.kind === 'late') {
    const advice = { maximum: found.farmers, instance: plan.instance.name, savesMs };
    return tellOnce(change(transition, withoutOffer), 'offer:late', { ...facts, advice }, now);
  }
  const next = change(transition, (rebuild) => ({
    ...rebuild,
    offer: { farmers: found.farmers, eta: found.eta, instead: found.instead, target, at: offer?.at ?? now },
  }));
  const said = Object.keys(transition.rebuild.told ?? {}).filter((word) => /^offer:\d+$/.test(word));
  if (said.some((word) => muchTheSame(Number(word.slice(6)), found.farmers))) return next;
  const advice = { farmers: found.farmers, savesMs };
  return tellOnce(next, `offer:${found.farmers}`, { ...facts, advice }, now);
};

const withoutOffer = ({ offer: _, ...rest }: Rebuild): Rebuild => rest;
