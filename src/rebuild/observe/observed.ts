import { hasTouched, needsApproval } from '../model/approval.ts';
import type { EffectState, Plan, Rebuild, StepName, WorkloadRole } from '../model/rebuild.ts';
import { currentStep, hasEnded, openEffect } from '../model/record.ts';
import type { Arrival, EngineView, Observation, SetView } from '../ports/ports.ts';

/** What a pass saw of the world, as data. What was not looked at is absent. */
export interface Observed {
  /** When the look began; ms. */
  readonly at: number;
  /** `basisOf` the record that the look was made for: with any change of ours since, it is out of date. */
  readonly basis: string;
  readonly farmers?: Observation<SetView>;
  readonly synchronizer?: Observation<SetView>;
  readonly engine?: Observation<EngineView>;
  /** Of the scale with this key. */
  readonly arrival?: { readonly key: string; readonly seen: Observation<Arrival> };
  readonly blame?: { readonly role: WorkloadRole; readonly seen: Observation<Blame | undefined> };
  /** The plan, made once more. */
  readonly plan?: Observation<Replanned>;
}

/** What a plan looks like when it is made again: as it would be now, or every reason against it. */
export type Replanned =
  | { readonly kind: 'plan'; readonly plan: Plan }
  | { readonly kind: 'unfit'; readonly says: readonly string[] };

export interface Blame {
  readonly who: string;
  readonly what: string;
}

/** At what the shell must look. */
export interface ObservationNeeds {
  readonly farmers?: true;
  readonly synchronizer?: true;
  readonly engine?: true;
  readonly arrival?: EffectState;
  readonly plan?: true;
}

/**
 * Equal as long as nothing was changed in the world by this rebuild: what was seen before a change says nothing after
 * it. The last effect is enough, because a claim goes to the end and only one is open at a time.
 */
export const basisOf = ({ effects }: Rebuild): string => {
  const last = effects.at(-1);
  return last ? `${effects.length}/${last.claim}/${last.state}` : '';
};

const looksAt: Readonly<Record<StepName, ObservationNeeds>> = {
  preflight: { farmers: true, synchronizer: true, engine: true },
  ticket: {},
  synchronizer: { synchronizer: true, engine: true },
  history: { synchronizer: true, engine: true },
  farmers: { farmers: true, synchronizer: true, engine: true },
  rebuild: { farmers: true, synchronizer: true, engine: true },
  write: { farmers: true, synchronizer: true, engine: true },
  teardown: { farmers: true, synchronizer: true, engine: true },
  propagate: { synchronizer: true, engine: true },
  release: { synchronizer: true, engine: true },
};

/** Pure: what must be seen before the next decision. Nothing once it has ended, or before anything is touched. */
export const observationsFor = (rebuild: Rebuild): ObservationNeeds => {
  const step = currentStep(rebuild);
  if (hasEnded(rebuild) || !step) return {};
  if (rebuild.recheck) return { farmers: true, synchronizer: true };
  if (rebuild.phase !== 'running' && rebuild.effects.length === 0) return {};
  const arrival = pendingArrival(rebuild);
  return {
    ...looksAt[step.name],
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
  if (needsApproval(rebuild)) return approval || planDue ? { ...world, plan: true } : {};
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

/** The last change of the number of `role` that was made. */
export const lastScale = ({ effects }: Rebuild, role: WorkloadRole): EffectState | undefined =>
  effects.findLast(
    ({ effect, state }) => state === 'done' && effect.kind === 'scale' && effect.role === role,
  );

export const setOf = (observed: Observed, role: WorkloadRole): Observation<SetView> | undefined =>
  role === 'farmer' ? observed.farmers : observed.synchronizer;
