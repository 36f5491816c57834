import { backoff } from '../../core/backoff.ts';
import { tell, tellOnce } from '../messages/news.ts';
import { replaceEffect } from '../model/effect.ts';
import type { EffectState } from '../model/parts/effect-state.ts';
import type { RebuildPolicy } from '../model/policy.ts';
import type { Rebuild } from '../model/rebuild.ts';
import { currentStep, hasEnded, wasTold } from '../model/record.ts';
import { change, soon, type Transition } from '../model/transition.ts';
import type { EffectResult } from '../ports/ports.ts';

/** ms */
const maxBackoff = 5 * 60_000;

type Failed = Extract<EffectResult, { ok: false }>;

/**
 * The outcome of a change, written into the newest record. Undefined when the claim is no longer the one on record:
 * somebody else has taken the change over, and their outcome counts.
 */
export const applyEffectResult = (
  rebuild: Rebuild,
  claim: string,
  result: EffectResult,
  now: number,
  policy: RebuildPolicy,
): Transition | undefined => {
  const effect = rebuild.effects.find((known) => known.claim === claim);
  if (!effect) return undefined;
  if (effect.state !== 'claimed') return hasEnded(rebuild) ? undefined : lateNames(rebuild, effect, result);
  const transition = { rebuild, journal: [] };
  const settled = result.ok
    ? done(transition, effect, result, now)
    : failed(transition, effect, result, now, policy);
  return { ...settled, rebuild: soon(settled.rebuild, now) };
};

/** The world showed that it was done before its maker could say so: only what it is called is still worth having. */
const lateNames = (rebuild: Rebuild, effect: EffectState, result: EffectResult): Transition | undefined => {
  if (!result.ok || effect.state !== 'done' || result.id === undefined || effect.id !== undefined)
    return undefined;
  return { rebuild: replaceEffect(rebuild, { ...effect, ...names(result) }), journal: [] };
};

const names = ({ id, url }: { readonly id?: string; readonly url?: string }) => ({
  ...(id !== undefined && { id }),
  ...(url !== undefined && { url }),
});

/** The change is made: by us just now, or `already`. */
export const done = (
  transition: Transition,
  effect: EffectState,
  result: { readonly already: boolean; readonly id?: string; readonly url?: string },
  now: number,
): Transition => {
  const { retryAt: _, error: __, ...rest } = effect;
  const settled: EffectState = { ...rest, state: 'done', endedAt: now, ...names(result) };
  const next = change(transition, (rebuild) => afterwards(replaceEffect(rebuild, settled), settled));
  const { effect: made } = effect;
  const { already } = result;
  if (made.kind !== 'scale') return tell(next, { code: 'ordered', effect: made, already }, now);
  const name = scaledAs(transition.rebuild, result.id);
  // A scale that a person asked for has its mark since then.
  const marked = effect.step !== 'rebuild';
  const { by, reason } = effect;
  return tell(
    next,
    { code: 'scaled', effect: made, already, name, url: result.url, marked, by, reason },
    now,
  );
};

/** What a scale is called in the cluster or in the deployment repository. */
const scaledAs = ({ plan }: Rebuild, id: string | undefined): string => {
  if (id === undefined || id === '') return '';
  return plan.instance.way === 'gitops' ? `commit ${id.slice(0, 7)}` : `resourceVersion ${id}`;
};

/** A run that begins again has nothing to do with what was lost before it. */
const afterwards = (rebuild: Rebuild, { effect }: EffectState): Rebuild => {
  if (effect.kind === 'run') {
    const { awaySince: _, ...synchronizer } = rebuild.synchronizer;
    return { ...rebuild, synchronizer };
  }
  if (effect.kind !== 'scale' || rebuild.drift?.role !== effect.role || rebuild.drift.settled) return rebuild;
  return { ...rebuild, drift: { ...rebuild.drift, settled: 'restored' } };
};

const failed = (
  transition: Transition,
  effect: EffectState,
  { kind, error, retryAfterMs }: Failed,
  now: number,
  policy: RebuildPolicy,
): Transition => {
  const { retryAt: _, ...rest } = effect;
  const wait = Math.max(
    retryAfterMs ?? 0,
    backoff(effect.attempts, { first: policy.backoff, most: maxBackoff }),
  );
  const put = (settled: EffectState, code: 'outcome_unknown' | 'not_done' | 'conflict'): Transition =>
    tell(replaced(transition, settled), { code, effect: effect.effect, error }, now);
  switch (kind) {
    case 'unknown': {
      // What it was asked may still be under way: it is looked for only when that is surely over.
      const retryAt = now + Math.max(retryAfterMs ?? 0, policy.claimTimeout);
      return put({ ...rest, error, retryAt }, 'outcome_unknown');
    }
    case 'retry':
      return put({ ...rest, state: 'failed', endedAt: now, error, retryAt: now + wait }, 'not_done');
    case 'conflict': {
      // The world has moved on, which is nobody's fault: looked at again at once, and slower only when it goes on.
      const retryAt = effect.attempts <= 2 ? now : now + wait;
      return put({ ...rest, state: 'failed', endedAt: now, error, retryAt }, 'conflict');
    }
    case 'refused': {
      const refused = replaced(transition, { ...rest, state: 'failed', endedAt: now, error });
      const news = { code: 'refused', effect: effect.effect, error } as const;
      if (news.effect.kind !== 'scale' || !endsByItself(transition.rebuild)) return tell(refused, news, now);
      // Nobody is asked there, and pods that stay cost money: the reason is told, once for each.
      const word = `refused:${effect.key}:${error}`.slice(0, 200);
      return wasTold(refused.rebuild, word) === undefined
        ? tellOnce(refused, word, { ...news, endless: 'told' }, now)
        : tell(refused, { ...news, endless: 'again' }, now);
    }
    default:
      return kind satisfies never;
  }
};

const replaced = (transition: Transition, settled: EffectState): Transition =>
  change(transition, (rebuild) => replaceEffect(rebuild, settled));

/** Where a refused change is tried again without end: in a teardown, and after the end was decided on. */
const endsByItself = (rebuild: Rebuild): boolean => {
  const step = currentStep(rebuild)?.name;
  return rebuild.phase !== 'running' || step === 'teardown' || step === 'release';
};
