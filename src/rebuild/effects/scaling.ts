import { currentStep } from '../model/edit.ts';
import type { Rebuild, Role } from '../model/rebuild.ts';
import { expectedOf, wantedOf } from '../observe/drift.ts';
import { lastScale, setOf, type World } from '../observe/world.ts';
import { isOfStep, scaleWish, type Wish } from './effects.ts';

/**
 * The next change of a number of pods, where the world is not as the record wants it; undefined when it is, or when it
 * cannot be told. What somebody else has changed is left alone, unless a person or the next step wants something else.
 */
export const scalingWish = (rebuild: Rebuild, world: World, keep: readonly Role[] = []): Wish | undefined => {
  for (const role of ['synchronizer', 'farmer'] as const) {
    const wish = keep.includes(role) ? undefined : ofRole(rebuild, world, role);
    if (wish) return wish;
  }
  return undefined;
};

const ofRole = (rebuild: Rebuild, world: World, role: Role): Wish | undefined => {
  const from = presentOf(rebuild, world, role);
  const to = wantedOf(rebuild, role);
  if (from === undefined || from === to || isDrifted(rebuild, role, from, to)) return undefined;
  return scaleWish(rebuild, role, from, to);
};

/** A change that has not arrived counts as made: the cluster will follow it. */
const presentOf = (rebuild: Rebuild, world: World, role: Role): number | undefined => {
  const seen = setOf(world, role);
  if (!seen?.ok) return undefined;
  const last = lastScale(rebuild, role);
  return last?.effect.kind === 'scale' && last.arrivedAt === undefined ? last.effect.to : seen.value.wanted;
};

/** Somebody else changed it, and nothing was said since about what shall count. */
const isDrifted = (rebuild: Rebuild, role: Role, present: number, wanted: number): boolean => {
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
export const isGone = (rebuild: Rebuild, world: World, role: Role): boolean => {
  const seen = setOf(world, role);
  return (
    seen?.ok === true &&
    seen.value.pods.length === 0 &&
    presentOf(rebuild, world, role) === 0 &&
    seen.value.wanted === 0
  );
};
