import type { EffectState } from '../model/parts/effect-state.ts';
import type { WorkloadRole } from '../model/parts/workloads.ts';
import type { Rebuild } from '../model/rebuild.ts';
import { currentStep, stepOf } from '../model/record.ts';
import { setStep } from '../model/transition.ts';
import { wantedOf } from '../observe/drift.ts';
import { lastScale } from '../observe/observed.ts';
import type { AdoptionFacts } from '../ports/ports.ts';

type Numbers = Pick<AdoptionFacts, 'farmers' | 'synchronizer'>;

/**
 * Pure: the record with what must have been done after its card was last brought up to date. Pods that are up although
 * no change of theirs is remembered are taken as ours: they are neither scaled down nor up once more. Whatever else
 * differs was changed by somebody, and is told as any other drift.
 */
export const reconciled = (rebuild: Rebuild, facts: Numbers, now: number): Rebuild => {
  const both = (['synchronizer', 'farmer'] as const).reduce(
    (next, role) => ofRole(next, role, facts, now),
    rebuild,
  );
  return both === rebuild ? rebuild : begun(both, now);
};

const ofRole = (rebuild: Rebuild, role: WorkloadRole, facts: Numbers, now: number): Rebuild => {
  const seen = role === 'farmer' ? facts.farmers : facts.synchronizer;
  if (!seen.ok) return rebuild;
  const found = seen.value.wanted;
  const last = lastScale(rebuild, role);
  const open = rebuild.effects.some(
    ({ effect, state }) => effect.kind === 'scale' && effect.role === role && state === 'claimed',
  );
  const to = last?.effect.kind === 'scale' ? last.effect.to : undefined;
  // What is claimed, or on its way, is looked for by itself.
  if (open || found === to || (last && last.arrivedAt === undefined)) return rebuild;
  const unknown = to === undefined && found > 0 && rebuild.phase === 'running';
  if (!unknown && found !== wantedOf(rebuild, role)) return rebuild;
  if (to === undefined && found === 0) return rebuild;
  const made = withScale(rebuild, role, to ?? 0, found, now);
  if (role === 'synchronizer') {
    return { ...made, synchronizer: { ...made.synchronizer, wanted: found > 0 ? 1 : 0 } };
  }
  return { ...made, farmers: { ...made.farmers, wanted: found, ...(found > 0 && { target: found }) } };
};

const withScale = (rebuild: Rebuild, role: WorkloadRole, from: number, to: number, now: number): Rebuild => {
  const step = currentStep(rebuild);
  const effect: EffectState = {
    key: `${rebuild.id}/${role === 'farmer' ? 'farmers' : 'synchronizer'}/found-${now}`,
    effect: { kind: 'scale', role, from, to },
    state: 'done',
    step: step?.name ?? 'release',
    ...(step && { stepAttempt: step.attempt }),
    at: now,
    attempts: 1,
    claim: 'found',
    endedAt: now,
    arrivedAt: now,
  };
  return { ...rebuild, effects: [...rebuild.effects, effect] };
};

/** Something is up, so it had begun: the looks before the beginning are behind it. The ticket is waited for all the same. */
const begun = (rebuild: Rebuild, now: number): Rebuild => {
  if (rebuild.phase !== 'running' || stepOf(rebuild, 'preflight').state === 'done') return rebuild;
  return setStep(rebuild, 'preflight', ({ name, attempt, startedAt }) => ({
    name,
    attempt: Math.max(1, attempt),
    state: 'done',
    endedAt: now,
    ...(startedAt !== undefined && { startedAt }),
  }));
};
