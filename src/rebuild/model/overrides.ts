/** What the overrides of a record say, taken together. */
import type { Rebuild } from './rebuild.ts';

/** Forced by the plan, or by an override since. */
export const isForced = ({ plan, overrides }: Rebuild): boolean =>
  plan.forced || overrides.some(({ kind }) => kind === 'force');

/** The last word on the guardian: kept, dropped, or left to the propagation. */
export const guardianOrder = ({ overrides }: Rebuild): 'keep' | 'drop' | undefined => {
  const last = overrides.findLast(({ kind }) => kind === 'keep_guardian' || kind === 'drop_guardian');
  return last && (last.kind === 'keep_guardian' ? 'keep' : 'drop');
};

/** Told to keep the farmers when everything else is torn down. */
export const keepsFarmers = ({ overrides }: Rebuild): boolean =>
  overrides.some(({ kind }) => kind === 'keep_farmers');
