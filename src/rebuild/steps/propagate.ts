import { desiredPropagation } from '../effects/effects.ts';
import type { Doing } from '../messages/steps/doing.ts';
import { cachesOf } from '../model/caches.ts';
import { isOfStep } from '../model/effect.ts';
import type { Frontend } from '../model/parts/progress.ts';
import type { Rebuild } from '../model/rebuild.ts';
import type { EngineView } from '../ports/ports.ts';
import { whileAway } from './away.ts';
import {
  guardianUp,
  isLate,
  type StepContext,
  type StepDefinition,
  type StepResult,
} from './step-context.ts';

/** The frontends take the caches one after another: the next only when all others are well. */
export const propagate: StepDefinition<'propagate'> = {
  name: 'propagate',
  deadline: 'frontend',
  observes: { synchronizer: true, engine: true },
  desires: guardianUp,
  run: (context) => {
    const { observed } = context;
    const away = whileAway(context);
    if (away) return away;
    const engine = observed.engine;
    if (!engine?.ok) {
      const doing = { code: 'engine_silent', error: engine?.error } as const;
      return isLate(context) ? notBack(context, context.rebuild, doing) : { kind: 'on', doing };
    }
    const rebuild = { ...context.rebuild, frontends: seen(context, engine.value) };
    const next = rebuild.frontends.find(({ state }) => state !== 'ready' && state !== 'skipped');
    if (!next) {
      return {
        kind: 'done',
        rebuild,
        doing: { code: 'frontends_ready', frontends: rebuild.frontends.length },
        news: { code: 'propagated', ...cachesOf(rebuild) },
      };
    }
    return withNext({ ...context, rebuild }, next, engine.value);
  },
};

const withNext = (context: StepContext, next: Frontend, engine: EngineView): StepResult => {
  const { rebuild, now, policy, step } = context;
  const others = engine.frontends.filter(
    ({ name, state }) => name !== next.name && state !== 'ready' && state !== 'waiting',
  );
  const [other] = others;
  const doing = { code: 'frontend', name: next.name, state: next.state } as const;
  const ordered = rebuild.effects.some(
    (made) =>
      made.effect.kind === 'propagate' &&
      made.effect.frontend === next.name &&
      made.state === 'done' &&
      isOfStep(made, step),
  );
  // One that was broken before it was touched is for a person to fix; a retry has it take the caches all the same.
  if (next.state === 'failed' && (ordered || step.attempt === 1)) {
    return notBack(context, rebuild, doing, next);
  }
  if (other) {
    const waits = { code: 'frontend_waits', other: other.name, state: other.state } as const;
    return isLate(context)
      ? notBack(context, rebuild, waits, { name: other.name })
      : { kind: 'on', doing: waits, rebuild };
  }
  const busy = next.state === 'taking' || next.state === 'restarting';
  if (!ordered && !busy) {
    const listed = engine.frontends.some(({ name }) => name === next.name);
    if (!listed) {
      const missing = { code: 'frontend_unlisted', name: next.name } as const;
      return isLate(context)
        ? notBack(context, rebuild, missing, { name: next.name })
        : { kind: 'on', doing: missing, rebuild };
    }
    // Each frontend has the whole time.
    const begun =
      next.since === undefined ? begin(rebuild, next.name, now, policy.deadlines.frontend) : rebuild;
    return { kind: 'on', doing, rebuild: begun, desired: desiredPropagation(rebuild, next.name) };
  }
  return isLate(context)
    ? notBack(context, rebuild, doing, { name: next.name })
    : { kind: 'on', doing, rebuild };
};

const begin = (rebuild: Rebuild, name: string, now: number, deadline: number): Rebuild => ({
  ...rebuild,
  frontends: rebuild.frontends.map((frontend) =>
    frontend.name === name ? { ...frontend, since: now } : frontend,
  ),
  steps: rebuild.steps.map((step) =>
    step.name === 'propagate' ? { ...step, deadline: now + deadline } : step,
  ),
});

/** A frontend that is ready with older caches still waits for ours. */
const seen = ({ rebuild, now }: StepContext, engine: EngineView): readonly Frontend[] =>
  rebuild.frontends.map((known): Frontend => {
    const view = engine.frontends.find(({ name }) => name === known.name);
    if (!view || known.state === 'skipped') return known;
    const state = view.state === 'ready' && view.caches !== rebuild.id ? 'waiting' : view.state;
    // Once it had them it has them, whatever becomes of it later: the others wait for it all the same.
    if (known.state === 'ready' && view.caches === rebuild.id && state !== 'failed') return known;
    const { says: _, ...rest } = known;
    return {
      ...rest,
      state,
      ...(state !== known.state && state !== 'waiting' && { since: known.since ?? now }),
      ...(state === 'ready' && { readyAt: known.readyAt ?? now }),
      ...(view.says !== undefined && { says: view.says }),
    };
  });

/** Waits for as long as it takes: the other frontends serve, and the next one is not touched. */
const notBack = (
  context: StepContext,
  rebuild: Rebuild,
  doing: Doing,
  which?: Pick<Frontend, 'name' | 'says'>,
): StepResult => {
  const untouched = rebuild.frontends.filter(({ state }) => state === 'waiting').map(({ name }) => name);
  const guardian = context.rebuild.plan.instance.synchronizerSet;
  return {
    kind: 'ask',
    doing,
    rebuild,
    need: { code: 'frontend_not_back', frontend: which?.name, says: which?.says, untouched, guardian },
    until: 'no end',
  };
};
