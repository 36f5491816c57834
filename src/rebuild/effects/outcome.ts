import { backoff } from '../../core/backoff.ts';
import { effectTitle, replaceEffect } from '../model/effect.ts';
import type { RebuildPolicy } from '../model/policy.ts';
import type { EffectState, Rebuild } from '../model/rebuild.ts';
import { currentStep, hasEnded, wasTold } from '../model/record.ts';
import { announce, announceOnce, change, soon, type Transition } from '../model/transition.ts';
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
  const title = effectTitle(effect.effect);
  const named = scaledAs(effect, transition.rebuild, result.id);
  const scaled = effect.effect.kind === 'scale';
  // What the engine was told to do has only begun.
  const made = scaled
    ? result.already
      ? 'Found done'
      : 'Done'
    : result.already
      ? 'Found ordered'
      : 'Ordered';
  const text = `${made}: ${title}${named === '' ? '' : ` (${named})`}.`;
  const asked = scaled && effect.step === 'rebuild';
  const next = change(transition, (rebuild) => afterwards(replaceEffect(rebuild, settled), settled));
  return announce(
    next,
    {
      what: scaled ? 'scaled' : effect.effect.kind === 'stop_run' ? 'stopped' : 'ordered',
      text,
      entry: 'change',
      // A scale that a person asked for has its mark since then.
      ...(scaled && !asked && { mark: 'scale' as const, marked: title }),
      ...(scaled && result.url !== undefined && { note: 'scaled' as const, url: result.url }),
    },
    now,
  );
};

/** What a scale is called in the cluster or in the deployment repository; other changes are called by their key. */
const scaledAs = ({ effect }: EffectState, { plan }: Rebuild, id: string | undefined): string => {
  if (effect.kind !== 'scale' || id === undefined || id === '') return '';
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
  const title = effectTitle(effect.effect);
  const put = (settled: EffectState, what: string, text: string): Transition =>
    announce(
      change(transition, (rebuild) => replaceEffect(rebuild, settled)),
      { what, text },
      now,
    );
  switch (kind) {
    case 'unknown': {
      // What it was asked may still be under way: it is looked for only when that is surely over.
      const retryAt = now + Math.max(retryAfterMs ?? 0, policy.claimTimeout);
      return put(
        { ...rest, error, retryAt },
        'outcome_unknown',
        `${title}: perhaps done, perhaps not. ${error}`,
      );
    }
    case 'retry':
      return put(
        { ...rest, state: 'failed', endedAt: now, error, retryAt: now + wait },
        'not_done',
        `${title}: not done, tried again. ${error}`,
      );
    case 'conflict': {
      // The world has moved on, which is nobody's fault: looked at again at once, and slower only when it goes on.
      const retryAt = effect.attempts <= 2 ? now : now + wait;
      return put(
        { ...rest, state: 'failed', endedAt: now, error, retryAt },
        'conflict',
        `${title}: not done, the world has changed meanwhile. ${error}`,
      );
    }
    case 'refused': {
      const settled: EffectState = { ...rest, state: 'failed', endedAt: now, error };
      if (effect.effect.kind !== 'scale' || !endsByItself(transition.rebuild))
        return put(settled, 'refused', `${title}: refused. ${error}`);
      // Nobody is asked there, and pods that stay cost money: the reason is told, once for each.
      const text = `${title} was refused. ${error} It is tried again every few minutes until it works.`;
      const refused = change(transition, (rebuild) => replaceEffect(rebuild, settled));
      const told = { what: 'refused', text, note: 'error', entry: 'error', mark: 'error' } as const;
      const word = `refused:${effect.key}:${error}`.slice(0, 200);
      return wasTold(refused.rebuild, word) === undefined
        ? announceOnce(refused, word, { ...told, marked: `${title} refused` }, now)
        : announce(refused, { what: 'refused', text }, now);
    }
    default:
      return kind satisfies never;
  }
};

/** Where a refused change is tried again without end: in a teardown, and after the end was decided on. */
const endsByItself = (rebuild: Rebuild): boolean => {
  const step = currentStep(rebuild)?.name;
  return rebuild.phase !== 'running' || step === 'teardown' || step === 'release';
};
