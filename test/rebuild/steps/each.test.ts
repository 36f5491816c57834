import { describe, test } from 'vitest';
import type { EffectState } from '../../../src/rebuild/model/parts/effect-state.ts';
import type { Step } from '../../../src/rebuild/model/parts/step.ts';
import { defaultPolicy } from '../../../src/rebuild/model/policy.ts';
import type { Rebuild } from '../../../src/rebuild/model/rebuild.ts';
import { stepOf } from '../../../src/rebuild/model/record.ts';
import type { StepName } from '../../../src/rebuild/model/steps.ts';
import type { Observed } from '../../../src/rebuild/observe/observed.ts';
import type { EngineView, SetView } from '../../../src/rebuild/ports/ports.ts';
import type { StepContext } from '../../../src/rebuild/steps/step-context.ts';
import { stepDefinitions } from '../../../src/rebuild/steps/steps.ts';
import { seenUp } from '../../builders/lost.ts';
import { anIdleEngine, aPlan, aSetDown, inStep, startedAt } from '../../builders/rebuild.ts';
import { givenFor } from '../../support/given.ts';

const minute = 60_000;
const now = startedAt + 60 * minute;
type World = Partial<Omit<Observed, 'at' | 'basis'>>;

const here = (
  name: StepName,
  seen: World,
  step: Partial<Step> = {},
  change: Partial<Rebuild> = {},
): StepContext => {
  const rebuild = inStep(name, step, change);
  const observed = { at: now, basis: '', ...seen };
  return { rebuild, step: stepOf(rebuild, name), observed, now, policy: defaultPolicy };
};
const engine = (change: Partial<EngineView>): World => ({
  engine: { ok: true, value: { ...anIdleEngine, ...change } },
});
const given = (context: StepContext) => givenFor(stepDefinitions[context.step.name].run)(context).when();
const late = { deadline: now } as const;
const ordered = (run: 'rebuild' | 'write', attempt = 1): EffectState => ({
  key: `system6-20261120-1/${run}/${attempt}`,
  effect: { kind: 'run', run },
  state: 'done',
  step: run,
  stepAttempt: attempt,
  at: startedAt,
  endedAt: startedAt,
  attempts: 1,
  claim: 'a',
});
const silent = { engine: { ok: false, error: '503' } } as const;

describe('preflight', () => {
  const { farmerSet, synchronizerSet } = aPlan().instance;
  test('is done when nothing is in the way, and says that pods will come slowly', () => {
    given(here('preflight', seenUp(0, 0))).thenIs({ kind: 'done', doing: { code: 'fine', slow: false } });
    const slow: SetView = { ...aSetDown, podManagement: 'OrderedReady' };
    given(here('preflight', { ...seenUp(0, 0), farmers: { ok: true, value: slow } })).thenIs({
      kind: 'done',
      doing: { code: 'fine', slow: true },
    });
  });
  test('fails with every reason at once', () => {
    given(here('preflight', { ...seenUp(5, 1), ...silent }, { startedAt })).thenIs({
      kind: 'fail',
      problems: [
        { code: 'engine_unseen', instance: 'system6', error: '503' },
        { code: 'farmers_up', set: farmerSet, farmers: 5 },
        { code: 'synchronizer_up', set: synchronizerSet },
      ],
    });
  });
  test('asks a silent engine again, for a minute', () => {
    given(here('preflight', { ...seenUp(0, 0), ...silent }, { startedAt: now - 59_000 })).thenIs({
      kind: 'on',
      doing: { code: 'looking' },
    });
  });
});

test('ticket: waits for Jira, asks where it was refused, is done with its key', () => {
  const at = (ticket: Partial<Rebuild['ticket']>) =>
    here('ticket', {}, {}, { ticket: { state: 'wanted', entries: [], count: 0, attempts: 1, ...ticket } });
  given(at({ state: 'wanted' })).thenHas({ kind: 'on', doing: { code: 'ticket_wanted' } });
  given(at({ state: 'wanted', error: 'refused' })).thenIs({
    kind: 'on',
    doing: { code: 'ticket_wanted', error: 'refused' },
  });
  given(at({ state: 'failed', error: 'no project' })).thenIs({
    kind: 'ask',
    doing: { code: 'no_ticket' },
    need: { code: 'effect_failed', ticket: 'no project' },
  });
  given(at({ state: 'open', key: 'OPS-7' })).thenIs({
    kind: 'done',
    doing: { code: 'ticket', key: 'OPS-7' },
  });
});

test('history: follows the update, and asks when it is late or failed', () => {
  const run = (change: Partial<EngineView['history']>) => ({
    ...seenUp(0, 1),
    ...engine({ history: { state: 'running', percent: 40.7, ...change } }),
  });
  const doing = { code: 'history', seen: { percent: 40.7 } } as const;
  given(here('history', run({}))).thenHas({ kind: 'on', doing, slow: true });
  given(here('history', run({}), late)).thenIs({
    kind: 'ask',
    doing: { ...doing, overdue: 'late' },
    need: { code: 'history_stalled', why: 'late' },
  });
  given(here('history', run({ state: 'failed', error: 'disk full' }))).thenIs({
    kind: 'ask',
    doing: { code: 'failed' },
    need: { code: 'history_stalled', why: 'failed', error: 'disk full' },
  });
  given(here('history', { ...seenUp(0, 1), ...silent })).thenHas({
    kind: 'on',
    doing: { code: 'history', seen: { error: '503' } },
  });
});

test('rebuild: ordered with enough farmers, followed, and asked about when it failed', () => {
  const effects = [ordered('rebuild')];
  const { rebuild: idle } = anIdleEngine;
  const run = (change: Partial<EngineView['rebuild']>) => ({
    ...seenUp(24, 1),
    ...engine({
      rebuild: { ...idle, state: 'running', percent: 41.2, farmers: 24, distributed: true, ...change },
    }),
  });
  given(here('rebuild', seenUp(24, 1))).thenHas({
    kind: 'on',
    doing: { code: 'ordering', run: 'rebuild' },
    desired: { key: 'system6-20261120-1/rebuild/1', effect: { kind: 'run', run: 'rebuild' } },
  });
  given(here('rebuild', seenUp(1, 1), { startedAt: now })).thenHas({
    kind: 'on',
    doing: { code: 'waits_for_farmers', minimum: 2 },
  });
  given(here('rebuild', run({}), {}, { effects })).thenHas({
    kind: 'on',
    doing: { code: 'computes', percent: 41.2, farmers: 24 },
  });
  given(here('rebuild', run({ state: 'waiting', farmers: 1 }), {}, { effects })).thenHas({
    kind: 'on',
    doing: { code: 'counts_in', farmers: 1, minimum: 2 },
  });
  given(here('rebuild', run({ state: 'failed', error: 'disk full' }), {}, { effects })).thenIs({
    kind: 'ask',
    doing: { code: 'failed' },
    need: { code: 'rebuild_failed', error: 'disk full', cacheFile: anIdleEngine.cacheFile },
  });
  given(here('rebuild', run({ state: 'done' }), {}, { effects })).thenHas({
    kind: 'done',
    news: { code: 'rebuilt' },
  });
});

test('write: the first failure is tried again without asking, the second is asked about', () => {
  const run = (change: Partial<EngineView['write']>) => ({
    ...seenUp(24, 1),
    ...engine({ write: { state: 'failed', percent: 12.9, error: 'S3 answers 503', ...change } }),
  });
  const first = { effects: [ordered('write')] };
  const second = { effects: [ordered('write', 2)] };
  given(here('write', run({ state: 'running' }), {}, first)).thenHas({
    kind: 'on',
    doing: { code: 'writes', percent: 12.9 },
  });
  given(here('write', run({}), {}, first)).thenIs({
    kind: 'again',
    news: { code: 'write_again', error: 'S3 answers 503' },
  });
  given(here('write', run({}), { attempt: 2 }, second)).thenIs({
    kind: 'ask',
    doing: { code: 'write_failed', error: 'S3 answers 503' },
    need: { code: 'write_failed', why: 'failed', error: 'S3 answers 503' },
  });
  given(here('write', run({ state: 'none' }), {}, first)).thenIs({
    kind: 'again',
    news: { code: 'write_again', lost: true },
  });
});

test('teardown: waits until the farmers are gone, and asks with what is left', () => {
  const pod = { name: 'system6-dcr-farmer-0', ready: false, terminating: true, restarts: 0 };
  const seen = { ...seenUp(0, 1), farmers: { ok: true, value: { ...aSetDown, pods: [pod] } } } as const;
  const left = [{ role: 'farmer', pods: [pod], wanted: 0, drifted: false }] as const;
  given(here('teardown', seen)).thenHas({ kind: 'on', doing: { code: 'leaving', sets: left } });
  given(here('teardown', seen, late)).thenHas({
    kind: 'ask',
    doing: { code: 'leaving', sets: left },
    need: { code: 'teardown_stuck', left },
    until: 'no end',
  });
});

test('propagate: one frontend after another, and nobody is touched while another is not well', () => {
  const frontends = (...states: readonly EngineView['frontends'][number]['state'][]) => ({
    ...seenUp(0, 1),
    ...engine({ frontends: states.map((state, n) => ({ name: `fe${n + 1}`, state })) }),
  });
  const waiting = { frontends: ['fe1', 'fe2'].map((name) => ({ name, state: 'waiting' as const })) };
  given(here('propagate', frontends('ready', 'ready'), {}, waiting)).thenHas({
    kind: 'on',
    doing: { code: 'frontend', name: 'fe1', state: 'waiting' },
    desired: { effect: { kind: 'propagate', frontend: 'fe1' } },
  });
  given(here('propagate', frontends('ready', 'restarting'), {}, waiting)).thenHas({
    kind: 'on',
    doing: { code: 'frontend_waits', other: 'fe2', state: 'restarting' },
  });
  given(here('propagate', frontends('ready', 'restarting'), late, waiting)).thenHas({
    kind: 'ask',
    need: { code: 'frontend_not_back', frontend: 'fe2', untouched: ['fe1'] },
    until: 'no end',
  });
});

test('any step in the synchronizer waits while it is away, and then asks', () => {
  const trouble = { pod: 'system6-dcr-sync-0', kind: 'crash_loop', says: 'OOMKilled' } as const;
  const seen = { at: now, wanted: 1, ready: 0, pods: 1, troubles: [trouble] };
  const away = (awaySince: number) =>
    here(
      'write',
      { ...seenUp(24, 1), ...engine({}) },
      {},
      { synchronizer: { wanted: 1, guardian: false, seen, awaySince } },
    );
  given(away(now - minute)).thenIs({ kind: 'on', doing: { code: 'synchronizer_away', trouble } });
  given(away(now - defaultPolicy.deadlines.synchronizer)).thenHas({
    kind: 'ask',
    need: { code: 'synchronizer_lost', lost: 'synchronizer', trouble },
  });
});
