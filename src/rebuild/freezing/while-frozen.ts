import { tell } from '../messages/news.ts';
import type { RebuildPolicy } from '../model/policy.ts';
import type { Rebuild } from '../model/rebuild.ts';
import { currentStep, frozenMsOf, later } from '../model/record.ts';
import { glassHolds } from '../model/rules/controlled.ts';
import {
  type EndedFreeze,
  type Freeze,
  holdingAt,
  type InstanceFreezes,
  isOverAt,
  lastEnd,
} from '../model/rules/freezes.ts';
import { change, type Transition } from '../model/transition.ts';

/** The end of a freeze is announced so long before; ms. */
const announcedBefore = 15 * 60_000;

/**
 * The record by the freezes of this moment: held, held by others than before, or thawed; each told once. Without
 * `freezes` in the controls nothing is known of any, and the record stays as it is.
 */
export const frozenBy = (transition: Transition, policy: RebuildPolicy, now: number): Transition => {
  const { rebuild } = transition;
  const freezes = policy.controls?.(rebuild.plan.instance).freezes;
  if (!freezes) return transition;
  const glass = glassHolds(rebuild, now);
  const holding = glass ? [] : holdingAt(freezes.now, now);
  const { frozen } = rebuild;
  if (holding.length === 0) return frozen ? thawed(transition, freezes, glass, now) : transition;
  if (!frozen || keyOf(frozen.by) !== keyOf(holding)) return held(transition, holding, policy, now);
  return reminded(transition, holding, policy, now);
};

/** When a frozen rebuild has something to say, or goes on by itself; ms. */
export const frozenWake = ({ frozen }: Pick<Rebuild, 'frozen'>): number => {
  if (!frozen) return Number.POSITIVE_INFINITY;
  const until = lastEnd(frozen.by);
  const ends = Math.min(...frozen.by.map((freeze) => freeze.until ?? Number.POSITIVE_INFINITY));
  // Its end was said, and is near: nothing more is said before it.
  if (until !== undefined && frozen.announced === until) return ends;
  return Math.min(ends, frozen.remindAt, until === undefined ? ends : until - announcedBefore);
};

const keyOf = (freezes: readonly Freeze[]): string => freezes.map(({ n }) => n).join();

const held = (
  transition: Transition,
  holding: readonly Freeze[],
  { remind }: RebuildPolicy,
  now: number,
): Transition => {
  const { frozen, phase } = transition.rebuild;
  const next = change(
    transition,
    (rebuild): Rebuild => ({
      ...rebuild,
      frozen: {
        at: frozen?.at ?? since(rebuild, holding, now),
        by: holding,
        remindAt: now + remind,
        ...(isSoon(holding, now) && { announced: lastEnd(holding) as number }),
      },
    }),
  );
  const step = currentStep(next.rebuild)?.name;
  const ending = phase !== 'running';
  return tell(next, { code: 'frozen', freezes: holding, step, ending, more: frozen !== undefined }, now);
};

/**
 * Nothing was decided since the first of them, unless a glass was open: also what passed before this look does not count.
 */
const since = ({ at, glass = [] }: Rebuild, holding: readonly Freeze[], now: number): number =>
  Math.min(now, Math.max(at, glass.at(-1)?.endedAt ?? 0, Math.min(...holding.map((freeze) => freeze.at))));

const isSoon = (holding: readonly Freeze[], now: number): boolean => {
  const until = lastEnd(holding);
  return until !== undefined && now >= until - announcedBefore;
};

const reminded = (
  transition: Transition,
  holding: readonly Freeze[],
  { remind }: RebuildPolicy,
  now: number,
): Transition => {
  const { frozen } = transition.rebuild;
  if (!frozen) return transition;
  const until = lastEnd(holding);
  const step = currentStep(transition.rebuild)?.name;
  if (until !== undefined && isSoon(holding, now)) {
    if (frozen.announced === until) return transition;
    const next = change(transition, (r) => ({ ...r, frozen: { ...frozen, announced: until } }));
    return tell(next, { code: 'freeze_ends_soon', freezes: holding, ms: until - now, step }, now);
  }
  if (now < frozen.remindAt) return transition;
  const next = change(transition, (r) => ({ ...r, frozen: { ...frozen, remindAt: now + remind } }));
  return tell(next, { code: 'still_frozen', freezes: holding, ms: now - frozen.at }, now);
};

const thawed = (
  transition: Transition,
  freezes: InstanceFreezes,
  glass: boolean,
  now: number,
): Transition => {
  const { frozen } = transition.rebuild;
  if (!frozen) return transition;
  const next = change(transition, (rebuild) => unfrozen(rebuild, now));
  const step = currentStep(next.rebuild)?.name;
  const ended = glass ? [] : frozen.by.map((freeze) => endOf(freeze, freezes, now));
  const ending = next.rebuild.phase !== 'running';
  return tell(next, { code: 'thawed', ended, lastedMs: now - frozen.at, step, ending, glass }, now);
};

const endOf = (freeze: Freeze, { ended }: InstanceFreezes, now: number): EndedFreeze =>
  ended.find(({ n }) => n === freeze.n) ?? {
    ...freeze,
    // Its end is not on record yet, or not any more.
    endedAt: freeze.until !== undefined && isOverAt(freeze, now) ? freeze.until : now,
  };

/** What was due is due that much later, as after a pause. */
const unfrozen = (rebuild: Rebuild, now: number): Rebuild => {
  const { frozen: _, asking, ...rest } = rebuild;
  const ms = frozenMsOf(rebuild, now);
  return {
    ...rest,
    frozenMs: (rebuild.frozenMs ?? 0) + ms,
    ...(asking && { asking: { ...asking, next: asking.next + ms } }),
    steps: rebuild.steps.map((step) => later(step, ms)),
  };
};
