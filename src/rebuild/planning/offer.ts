import type { Progress, Rebuild } from '../model/rebuild.ts';

/** What more farmers would do. */
export type Proposal =
  /** `farmers` is the smallest number that meets the target, by linear speed-up of what is left. */
  | { readonly kind: 'meets'; readonly farmers: number; readonly eta: number; readonly instead: number }
  /** Not even the maximum would. */
  | { readonly kind: 'late'; readonly farmers: number; readonly eta: number; readonly instead: number };

/** When the rebuild itself should be done; undefined without a target. ms */
export const targetOf = ({ at, plan }: Rebuild): number | undefined =>
  plan.targetMs === undefined ? undefined : at + plan.targetMs;

/**
 * The number of farmers that would meet the target where the present number will not. Pure arithmetic: the same
 * answer for a `farm` engine, where it can only be said.
 */
export const proposal = (rebuild: Rebuild, progress: Progress, now: number): Proposal | undefined => {
  const target = targetOf(rebuild);
  const { perHour, percent, eta: asSeen } = progress;
  const ready = rebuild.farmers.seen?.ready ?? 0;
  if (target === undefined || perHour === undefined || asSeen === undefined || ready === 0) return undefined;
  const perFarmer = perHour / ready;
  const left = 100 - percent;
  const etaWith = (farmers: number) => Math.round(now + (left / (perFarmer * farmers)) * 3_600_000);
  const { target: asked } = rebuild.farmers;
  const { maximum } = rebuild.plan.instance;
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

/** A number that is not worth saying anew. */
export const muchTheSame = (a: number, b: number): boolean =>
  Math.abs(a - b) <= Math.max(2, 0.25 * Math.max(a, b));
