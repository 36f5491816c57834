import type { Person } from '../../core/person.ts';
import { type EndedFreeze, type Freeze, type Freezes, isOverAt } from '../model/rules/freezes.ts';

/** So many at once are a mistake, or a program. */
export const freezesAtMost = 100;
/** How the latest ones ended is known to rebuilds that they held. */
export const endedFreezesAtMost = 100;

export type FreezeOrder = Pick<Freeze, 'instance' | 'reason' | 'until' | 'zone'>;

const end = (freezes: Freezes, ended: readonly EndedFreeze[]): Freezes => ({
  ...freezes,
  now: freezes.now.filter(({ n }) => !ended.some((one) => one.n === n)),
  ended: [...freezes.ended, ...ended].slice(-endedFreezesAtMost),
});

/** Those whose time is over are so on record, once. Pure. */
export const withoutOver = (
  freezes: Freezes,
  now: number,
): { readonly freezes: Freezes; readonly over: readonly EndedFreeze[] } => {
  const over = freezes.now.flatMap((freeze) =>
    isOverAt(freeze, now) && freeze.until !== undefined ? [{ ...freeze, endedAt: freeze.until }] : [],
  );
  return over.length === 0 ? { freezes, over } : { freezes: end(freezes, over), over };
};

export type FreezeMade =
  | {
      readonly ok: true;
      readonly freezes: Freezes;
      readonly freeze: Freeze;
      /** Their own of the same place, which it takes the place of. */
      readonly replaced?: Freeze;
      /** It is what they had said already. */
      readonly already: boolean;
    }
  | { readonly ok: false; readonly code: 'too_many' };

/** One more freeze; of the same person and place the newer one counts. Nobody else's is touched. Pure. */
export const freezeMore = (freezes: Freezes, order: FreezeOrder, by: Person, now: number): FreezeMade => {
  const own = freezes.now.find((freeze) => freeze.instance === order.instance && freeze.by.id === by.id);
  if (own && own.until === order.until && own.reason === order.reason) {
    return { ok: true, freezes, freeze: own, already: true };
  }
  if (!own && freezes.now.length >= freezesAtMost) return { ok: false, code: 'too_many' };
  const n = freezes.last + 1;
  const freeze: Freeze = {
    n,
    ...(order.instance !== undefined && { instance: order.instance }),
    by,
    at: now,
    reason: order.reason,
    ...(order.until !== undefined && { until: order.until }),
    ...(order.zone !== undefined && { zone: order.zone }),
  };
  const rest = own ? end(freezes, [{ ...own, endedAt: now, replacedBy: n }]) : freezes;
  const next = { ...rest, last: n, now: [...rest.now, freeze] };
  return { ok: true, freezes: next, freeze, ...(own && { replaced: own }), already: false };
};

/** Without every freeze of one place (absent: of all instances), whoever froze it. Pure. */
export const thawPlace = (
  freezes: Freezes,
  instance: string | undefined,
  thawed: NonNullable<EndedFreeze['thawed']>,
  now: number,
): { readonly freezes: Freezes; readonly ended: readonly EndedFreeze[] } => {
  const ended = freezes.now
    .filter((freeze) => freeze.instance === instance)
    .map((freeze) => ({ ...freeze, endedAt: now, thawed }));
  return ended.length === 0 ? { freezes, ended } : { freezes: end(freezes, ended), ended };
};
