import type { KeptFarmers, Price } from '../model/parts/kept.ts';
import type { RebuildPolicy } from '../model/policy.ts';
import type { Rebuild } from '../model/rebuild.ts';
import { activeMs, reachedOf, stepOf } from '../model/record.ts';

const hour = 3_600_000;

/** Whether an end would throw away work that people would miss: then no question ends it. */
export const isWorthKeeping = (rebuild: Rebuild, now: number, { keepWork }: RebuildPolicy): boolean => {
  if (rebuild.phase !== 'running') return false;
  if (reachedOf(rebuild) >= keepWork.from) return true;
  const { attempt } = stepOf(rebuild, 'rebuild');
  return attempt > 0 && activeMs(rebuild, now) >= keepWork.after;
};

/**
 * How long the farmers of a question stay up: for the time, or for what the money pays, whichever is over sooner.
 * Undefined where none is up.
 *
 * @param since when the question was asked; ms
 */
export const keptFarmers = (
  { farmers: { wanted } }: Rebuild,
  since: number,
  { keepWork, farmerHour }: RebuildPolicy,
): KeptFarmers | undefined => {
  if (wanted === 0) return undefined;
  const paid =
    keepWork.cost !== undefined && farmerHour && farmerHour.cost > 0
      ? (keepWork.cost / (wanted * farmerHour.cost)) * hour
      : Number.POSITIVE_INFINITY;
  return {
    farmers: wanted,
    until: since + Math.round(Math.min(keepWork.farmersFor, paid)),
    ...(farmerHour && { price: farmerHour }),
  };
};

/** What its farmers have cost since then, as many as are up now; undefined where nobody said what one costs. */
export const costSince = (
  { farmers: { wanted } }: Rebuild,
  since: number,
  now: number,
  { farmerHour }: RebuildPolicy,
): Price | undefined =>
  farmerHour && wanted > 0
    ? { cost: (farmerHour.cost * wanted * Math.max(0, now - since)) / hour, currency: farmerHour.currency }
    : undefined;
