/** What freeze windows and limits hold back of a rebuild that people have let go on. */
import type { Rebuild } from '../rebuild.ts';
import { controlsOf, glassHolds } from './controlled.ts';
import { type Bound, type Controls, stricter } from './rules.ts';
import { type Frozen, frozenNow } from './windows.ts';

/** Why something is not done now. `until` of a window: ms. */
export type HeldBack =
  | { readonly code: 'frozen'; readonly frozen: Frozen }
  | { readonly code: 'over_limit'; readonly farmers: number; readonly limit: Bound };

/** The limits of its plan and those of now: the stricter of both. */
const limitsOf = (rebuild: Rebuild, now: Controls | undefined): Controls['limits'] =>
  now ? stricter(controlsOf(rebuild), now).limits : controlsOf(rebuild).limits;

const overLimit = (farmers: number, limit: Bound | undefined): HeldBack | undefined =>
  limit && farmers > limit.value ? { code: 'over_limit', farmers, limit } : undefined;

/** Why nothing may be begun now; undefined while it may. A broken glass bars nothing. */
export const heldStart = (rebuild: Rebuild, now: Controls | undefined, at: number): HeldBack | undefined => {
  if (glassHolds(rebuild, at)) return undefined;
  const frozen = frozenNow(now, at);
  return frozen
    ? { code: 'frozen', frozen }
    : overLimit(rebuild.farmers.target, limitsOf(rebuild, now).farmers);
};

/**
 * Why so many farmers must not be brought up now; undefined where they may. What a window finds under way goes on as it
 * was planned: only more than that, which somebody asked for and nobody has made yet, waits for its end.
 */
export const heldRaise = (
  rebuild: Rebuild,
  { from, to }: { readonly from: number; readonly to: number },
  now: Controls | undefined,
  at: number,
): HeldBack | undefined => {
  if (to <= from || glassHolds(rebuild, at)) return undefined;
  const made = rebuild.effects.flatMap(({ effect, state }) =>
    effect.kind === 'scale' && effect.role === 'farmer' && state === 'done' ? [effect.to] : [],
  );
  const known = Math.max(rebuild.plan.farmers, ...made);
  const frozen = to > known ? frozenNow(now, at) : undefined;
  return frozen ? { code: 'frozen', frozen } : overLimit(to, limitsOf(rebuild, now).farmers);
};
