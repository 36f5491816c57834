import { isOfStep } from '../model/effect.ts';
import type { WorkloadRole } from '../model/parts/workloads.ts';
import type { Rebuild } from '../model/rebuild.ts';
import { currentStep } from '../model/record.ts';
import { expectedOf, wantedOf } from '../observe/drift.ts';
import { lastScale, type Observed, setOf } from '../observe/observed.ts';
import { type DesiredEffect, desiredScale } from './effects.ts';

/**
 * The next change of a number of pods, where the world is not as the record wants it; undefined when it is, or when it
 * cannot be told. What somebody else has changed is left alone, unless a person or the next step wants something else.
 */
export const desiredScaling = (
  rebuild: Rebuild,
  observed: Observed,
  keep: readonly WorkloadRole[] = [],
): DesiredEffect | undefined => {
  for (const role of ['synchronizer', 'farmer'] as const) {
    const desired = keep.includes(role) ? undefined : ofRole(rebuild, observed, role);
    if (desired) return desired;
  }
  return undefined;
};

const ofRole = (rebuild: Rebuild, observed: Observed, role: WorkloadRole): DesiredEffect | undefined => {
  const from = presentOf(rebuild, observed, role);
  const to = wantedOf(rebuild, role);
  if (from === undefined || from === to || isDrifted(rebuild, role, from, to)) return undefined;
  return desiredScale(rebuild, role, from, to);
};

/** A change that has not arrived counts as made: the cluster will follow it. */
const presentOf = (rebuild: Rebuild, observed: Observed, role: WorkloadRole): number | undefined => {
  const seen = setOf(observed, role);
  if (!seen?.ok) return undefined;
  const last = lastScale(rebuild, role);
  return last?.effect.kind === 'scale' && last.arrivedAt === undefined ? last.effect.to : seen.value.wanted;
};

/** Somebody else changed it, and nothing was said since about what counts. */
const isDrifted = (rebuild: Rebuild, role: WorkloadRole, present: number, wanted: number): boolean => {
  const expected = expectedOf(rebuild, role);
  if (expected === undefined || present === expected || wanted !== expected) return false;
  const { drift } = rebuild;
  if (drift?.role === role && drift.settled !== undefined && drift.found === present) {
    return (lastScale(rebuild, role)?.endedAt ?? 0) > drift.at;
  }
  // A person had the step begun once more: that is a word, too.
  const step = currentStep(rebuild);
  const last = lastScale(rebuild, role);
  const renewed = step !== undefined && step.attempt > 1 && last !== undefined && !isOfStep(last, step);
  return !renewed;
};

/** Surely none left, and none on the way. */
export const isGone = (rebuild: Rebuild, observed: Observed, role: WorkloadRole): boolean => {
  const seen = setOf(observed, role);
  return (
    seen?.ok === true &&
    seen.value.pods.length === 0 &&
    presentOf(rebuild, observed, role) === 0 &&
    seen.value.wanted === 0
  );
};
