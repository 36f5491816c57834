import { hasTouched, needsApproval } from '../model/approval.ts';
import type { EffectState } from '../model/parts/effect-state.ts';
import type { Rebuild } from '../model/rebuild.ts';
import { currentStep, hasEnded, openEffect } from '../model/record.ts';
import { openGlass } from '../model/rules/controlled.ts';
import type { StepName } from '../model/steps.ts';
import { lastScale, type ObservationNeeds } from '../observe/observed.ts';
import { stepDefinitions } from '../steps/steps.ts';

/** Pure: what must be seen before the next decision. Nothing once it has ended, or before anything is touched. */
export const observationsFor = (rebuild: Rebuild): ObservationNeeds => {
  const step = currentStep(rebuild);
  if (hasEnded(rebuild) || !step) return {};
  if (rebuild.recheck) return { farmers: true, synchronizer: true };
  if (rebuild.phase !== 'running' && rebuild.effects.length === 0) return {};
  const arrival = pendingArrival(rebuild);
  return {
    ...stepDefinitions[step.name].observes,
    ...gateNeeds(rebuild, step.name),
    ...subjectOf(rebuild),
    ...(arrival && { arrival }),
  };
};

/** Right before the first change the world is looked at once more, as the plan did. */
const gateNeeds = (rebuild: Rebuild, step: StepName): ObservationNeeds => {
  if (rebuild.phase !== 'running' || hasTouched(rebuild)) return {};
  const world = { farmers: true, synchronizer: true, engine: true } as const;
  const { ticket, approval, planDue } = rebuild;
  const there = ticket.state === 'open' || ticket.state === 'none';
  if (step === 'preflight' || !there) return {};
  if (needsApproval(rebuild) && !openGlass(rebuild)) {
    if (approval) return { ...world, plan: true, approver: true };
    return planDue ? { ...world, plan: true } : {};
  }
  return step === 'ticket' ? world : {};
};

/** What an outcome that is not known can be seen by, whichever step it is in by now. */
const subjectOf = (rebuild: Rebuild): ObservationNeeds => {
  const open = openEffect(rebuild)?.effect;
  if (!open) return {};
  if (open.kind !== 'scale') return { engine: true };
  return open.role === 'farmer' ? { farmers: true } : { synchronizer: true };
};

/** The last scale that was made and has not been seen to arrive. */
const pendingArrival = (rebuild: Rebuild): EffectState | undefined => {
  if (openEffect(rebuild)?.effect.kind === 'scale') return undefined;
  return (['farmer', 'synchronizer'] as const)
    .map((role) => lastScale(rebuild, role))
    .find((scale) => scale !== undefined && scale.arrivedAt === undefined);
};
