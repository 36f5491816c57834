import { tell } from '../messages/news.ts';
import type { Effect } from '../model/parts/effect-state.ts';
import type { Drift, WorkloadRole } from '../model/parts/workloads.ts';
import type { Rebuild } from '../model/rebuild.ts';
import { openEffect } from '../model/record.ts';
import { change, type Transition } from '../model/transition.ts';
import type { SetView } from '../ports/ports.ts';
import { lastScale, type Observed, setOf } from './observed.ts';

/** The number of pods that our last change must have left; undefined while it is on its way, or before any. */
export const expectedOf = (rebuild: Rebuild, role: WorkloadRole): number | undefined => {
  const last = lastScale(rebuild, role);
  return last?.effect.kind === 'scale' && last.arrivedAt !== undefined ? last.effect.to : undefined;
};

export const wantedOf = ({ farmers, synchronizer }: Rebuild, role: WorkloadRole): number =>
  role === 'farmer' ? farmers.wanted : synchronizer.wanted;

/**
 * Numbers that the set may have by our own changes, the expected one first: until a change has arrived that is what was
 * there before it, or what it makes. A change that counts as failed since may have been made all the same, late. None
 * before any change of ours.
 */
const ownNumbers = (rebuild: Rebuild, role: WorkloadRole): readonly number[] => {
  const found: number[] = [];
  const late: number[] = [];
  for (const { effect, state, arrivedAt } of rebuild.effects.toReversed()) {
    if (effect.kind !== 'scale' || effect.role !== role) continue;
    if (state === 'failed') late.push(effect.to);
    if (state !== 'done') continue;
    if (arrivedAt !== undefined) return [...found, effect.to, ...late];
    found.push(effect.from, effect.to);
  }
  return found.length === 0 ? [] : [...found, ...late];
};

/** A number that neither we made nor anybody asked us for, and that is not on record yet. */
const newDrift = (rebuild: Rebuild, role: WorkloadRole, view: SetView): Drift | undefined => {
  const open = openEffect(rebuild)?.effect;
  if (open?.kind === 'scale' && open.role === role) return undefined;
  const own = ownNumbers(rebuild, role);
  const [expected] = own;
  const found = view.wanted;
  if (expected === undefined || own.includes(found) || found === wantedOf(rebuild, role)) return undefined;
  const { drift } = rebuild;
  const scaledSince = (lastScale(rebuild, role)?.endedAt ?? 0) > (drift?.at ?? 0);
  if (drift?.role === role && drift.found === found && !scaledSince) return undefined;
  return { role, at: 0, expected, found, ...(view.changedBy && { who: view.changedBy.manager }) };
};

/** The role whose number somebody else has just changed: the shell asks who. */
export const driftedRole = (rebuild: Rebuild, observed: Observed): WorkloadRole | undefined =>
  (['farmer', 'synchronizer'] as const).find((role) => {
    const seen = setOf(observed, role);
    return seen?.ok === true && newDrift(rebuild, role, seen.value) !== undefined;
  });

/** Records and tells what somebody else changed, or that it is back. Nothing is scaled against it. */
export const applyDrift = (transition: Transition, observed: Observed, now: number): Transition => {
  let next = transition;
  for (const role of ['farmer', 'synchronizer'] as const) {
    const seen = setOf(observed, role);
    if (seen?.ok) next = ofRole(next, role, seen.value, observed, now);
  }
  return next;
};

const ofRole = (
  transition: Transition,
  role: WorkloadRole,
  view: SetView,
  observed: Observed,
  now: number,
): Transition => {
  const { rebuild } = transition;
  const found = newDrift(rebuild, role, view);
  if (found) {
    const blamed =
      observed.blame?.role === role && observed.blame.seen.ok ? observed.blame.seen.value : undefined;
    const drift: Drift = { ...found, at: now, ...blamed };
    return tell(
      change(transition, (r) => ({ ...r, drift })),
      {
        code: 'drift',
        drift,
        target: rebuild.farmers.target,
        adopted: rebuild.adoptions !== undefined,
        coming: onItsWay(rebuild, role),
      },
      now,
    );
  }
  const { drift, ...rest } = rebuild;
  if (drift?.role !== role || drift.settled) return transition;
  const last = lastScale(rebuild, role);
  // Back by a change of ours that was made since: that is told by itself.
  if ((last?.endedAt ?? 0) > drift.at) return transition;
  const ours = last?.effect.kind === 'scale' && last.effect.to === view.wanted;
  if (view.wanted !== drift.expected && !ours) return transition;
  const here = ours && view.wanted !== drift.expected ? view.wanted : undefined;
  return tell(
    change(transition, () => rest),
    { code: 'drift_gone', drift, now: here },
    now,
  );
};

/** A change that is committed and not yet in the cluster will take the number over. */
const onItsWay = (rebuild: Rebuild, role: WorkloadRole): Extract<Effect, { kind: 'scale' }> | undefined => {
  const last = lastScale(rebuild, role);
  return last?.effect.kind === 'scale' && last.arrivedAt === undefined ? last.effect : undefined;
};
