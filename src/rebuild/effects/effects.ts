import type { Person } from '../../core/person.ts';
import { isOfStep, runKey } from '../model/effect.ts';
import type { Effect, EffectState } from '../model/parts/effect-state.ts';
import type { WorkloadRole } from '../model/parts/workloads.ts';
import type { RebuildPolicy } from '../model/policy.ts';
import type { Rebuild } from '../model/rebuild.ts';
import { currentStep } from '../model/record.ts';
import { farmhand } from '../model/transition.ts';

/** A change of the world that a step would like to make. */
export interface DesiredEffect {
  readonly effect: Effect;
  readonly key: string;
  readonly by?: Person;
  readonly reason?: string;
}

/** Two equal wishes: what surely did not happen is tried again under its key, never as a second change. */
const sameEffect = (a: Effect, b: Effect): boolean => {
  if (a.kind === 'scale')
    return b.kind === 'scale' && a.role === b.role && a.from === b.from && a.to === b.to;
  if (a.kind === 'run') return b.kind === 'run' && a.run === b.run && a.recover === b.recover;
  if (a.kind === 'propagate') return b.kind === 'propagate' && a.frontend === b.frontend;
  return b.kind === a.kind;
};

/** After a loss of records it is not known how many keys of a purpose were used: each adoption begins above them. */
const adoptionGap = 100;

/** The next key with this purpose: that of the last one again while it surely did not happen, and is the same. */
const nextKey = (rebuild: Rebuild, purpose: string, effect: Effect): string => {
  const prefix = `${rebuild.id}/${purpose}/`;
  const mine = rebuild.effects.filter(({ key }) => key.startsWith(prefix));
  const last = mine.at(-1);
  if (last?.state === 'failed' && sameEffect(last.effect, effect)) return last.key;
  // A propagation is ordered by its key: one that was ordered already must be known by it.
  const lost = effect.kind === 'propagate' ? 0 : (rebuild.adoptions?.length ?? 0);
  return `${prefix}${mine.length + 1 + lost * adoptionGap}`;
};

/** Why farmers are taken down that wait for an answer: no person asked for it. */
const unanswered = 'nobody answered for as long as the farmers were to stay up (rebuilds.keep_work)';

export const desiredScale = (
  rebuild: Rebuild,
  role: WorkloadRole,
  from: number,
  to: number,
): DesiredEffect => {
  const effect: Effect = { kind: 'scale', role, from, to };
  const key = nextKey(rebuild, role === 'farmer' ? 'farmers' : 'synchronizer', effect);
  if (rebuild.rest && role === 'farmer' && to === 0) return { effect, key, by: farmhand, reason: unanswered };
  const { asked } = rebuild.farmers;
  const told = role === 'farmer' && to === rebuild.farmers.target ? asked : undefined;
  return {
    effect,
    key,
    by: told?.by ?? rebuild.end?.by ?? rebuild.by,
    reason: told?.reason ?? rebuild.end?.reason ?? rebuild.reason,
  };
};

export const desiredRun = (
  rebuild: Rebuild,
  run: 'history' | 'rebuild' | 'write',
  attempt: number,
  recover?: boolean,
): DesiredEffect => ({
  effect: { kind: 'run', run, ...(recover && { recover: true }) },
  key: runKey(rebuild, run, attempt),
});

export const desiredPropagation = (rebuild: Rebuild, frontend: string): DesiredEffect => {
  const effect: Effect = { kind: 'propagate', frontend };
  return { effect, key: nextKey(rebuild, frontend, effect) };
};

export const desiredStop = (rebuild: Rebuild): DesiredEffect => ({
  effect: { kind: 'stop_run' },
  key: nextKey(rebuild, 'stop', { kind: 'stop_run' }),
});

export type RetryDecision =
  | { readonly may: true; readonly attempts: number }
  | { readonly may: false; readonly at: number }
  /** Tried often enough, or refused: a person must look. */
  | { readonly may: false; readonly gaveUp: string | undefined };

/** A refused change is tried again this often where nobody else can end it: in a teardown; ms. */
const patience = 5 * 60_000;

/** Whether a desired effect may be tried now. `patient`: never given up, because farmers cost money. */
export const retryDecision = (
  rebuild: Rebuild,
  { key }: DesiredEffect,
  now: number,
  policy: RebuildPolicy,
  patient: boolean,
): RetryDecision => {
  const before = rebuild.effects.findLast((effect) => effect.key === key);
  if (before?.state !== 'failed') return { may: true, attempts: 1 };
  // A step that a person had begun once more tries again.
  if (!isOfStep(before, currentStep(rebuild))) return { may: true, attempts: 1 };
  const gaveUp = before.retryAt === undefined || before.attempts >= policy.attempts;
  if (gaveUp && !patient) return { may: false, gaveUp: before.error };
  const at = before.retryAt ?? (before.endedAt ?? before.at) + patience;
  return now >= at ? { may: true, attempts: before.attempts + 1 } : { may: false, at };
};

/** The record with the effect claimed: from here on exactly this claim may make it. */
export const claimEffect = (
  rebuild: Rebuild,
  desired: DesiredEffect,
  attempts: number,
  newClaim: string,
  now: number,
): { readonly rebuild: Rebuild; readonly effect: EffectState } => {
  const step = currentStep(rebuild);
  const { by, reason } = desired;
  const effect: EffectState = {
    key: desired.key,
    effect: desired.effect,
    state: 'claimed',
    step: step?.name ?? 'release',
    ...(step && { stepAttempt: step.attempt }),
    at: now,
    attempts,
    claim: newClaim,
    ...(by && { by }),
    ...(reason !== undefined && { reason }),
  };
  const others = rebuild.effects.filter(({ key }) => key !== desired.key);
  return { rebuild: { ...rebuild, effects: [...others, effect] }, effect };
};
