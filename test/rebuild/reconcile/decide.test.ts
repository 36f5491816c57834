import { describe, expect, test } from 'vitest';
import { newsWords } from '../../../src/rebuild/messages/news.ts';
import { problemWords } from '../../../src/rebuild/messages/planning/problems.ts';
import type { EffectState } from '../../../src/rebuild/model/parts/effect-state.ts';
import { defaultPolicy } from '../../../src/rebuild/model/policy.ts';
import type { Rebuild } from '../../../src/rebuild/model/rebuild.ts';
import { basisOf, type Observed } from '../../../src/rebuild/observe/observed.ts';
import type { EngineView } from '../../../src/rebuild/ports/ports.ts';
import { decideRebuild } from '../../../src/rebuild/reconcile/decide.ts';
import { seenUp } from '../../builders/lost.ts';
import { anIdleEngine, anInstance, aPlan, inStep, startedAt } from '../../builders/rebuild.ts';
import { givenFor } from '../../support/given.ts';

const minute = 60_000;
const now = startedAt + 60 * minute;
type World = Partial<Omit<Observed, 'at' | 'basis'>>;

const given = givenFor((rebuild: Rebuild, seen: World, at: number = now) =>
  decideRebuild(rebuild, { at, basis: basisOf(rebuild), ...seen }, at, defaultPolicy, 'mine'),
);
const engine = (change: Partial<EngineView>): World => ({
  engine: { ok: true, value: { ...anIdleEngine, ...change } },
});
const whats = ({ write }: ReturnType<typeof decideRebuild>) => write?.journal.map(({ what }) => what);

const scale: EffectState = {
  key: 'system6-20261120-1/farmers/1',
  effect: { kind: 'scale', role: 'farmer', from: 0, to: 24 },
  state: 'claimed',
  step: 'farmers',
  stepAttempt: 1,
  at: now,
  attempts: 1,
  claim: 'theirs',
};
const up: EffectState = {
  ...scale,
  key: 'system6-20261120-1/synchronizer/1',
  effect: { kind: 'scale', role: 'synchronizer', from: 0, to: 1 },
  state: 'done',
  step: 'synchronizer',
  endedAt: startedAt,
  arrivedAt: startedAt,
};

test('given a rebuild that has ended, nothing follows', () => {
  given({ ...inStep('release'), phase: 'released' })
    .when(seenUp(24, 1))
    .thenIs({});
});

describe('given the step of the farmers', () => {
  const farming = inStep('farmers', {}, { effects: [up] });

  test('when none is up: all of them are claimed in the same write, and made after it', () => {
    const claim = { ...scale, claim: 'mine' };
    given(farming)
      .when(seenUp(0, 1))
      .thenHas({
        perform: claim,
        write: {
          rebuild: { effects: [up, claim], driveAt: now + defaultPolicy.claimTimeout },
          journal: [{ what: 'intends', who: farming.by.id }],
        },
      });
  });

  test('when all are ready: done, and told; the next step begins in its own pass', () => {
    const made = { ...scale, state: 'done', endedAt: now, arrivedAt: now } as const;
    const { result } = given({ ...farming, effects: [up, made] }).when(seenUp(24, 1));
    expect(result.perform).toBeUndefined();
    expect(whats(result)).toEqual(['farmers_up']);
    const steps = result.write?.rebuild.steps.map(({ state }) => state);
    expect(steps?.slice(4, 6)).toEqual(['done', 'pending']);
  });

  test('when its cluster cannot be looked at: nothing is changed, and it says so', () => {
    const { result } = given(farming).when({ ...seenUp(0, 1), farmers: { ok: false, error: '503' } });
    expect([result.perform, whats(result)]).toEqual([undefined, []]);
  });

  test('when a claim of another process is open: it is waited for, and not made twice', () => {
    given({ ...farming, effects: [up, scale] })
      .when(seenUp(0, 1))
      .thenHas({
        write: { journal: [], rebuild: { effects: [up, scale], driveAt: now + defaultPolicy.poll } },
      });
  });

  test('when that process must be lost: made again under the same key and a new claim', () => {
    const later = now + defaultPolicy.claimTimeout;
    given({ ...farming, effects: [up, scale] })
      .when(seenUp(0, 1), later)
      .thenHas({ perform: { key: scale.key, claim: 'mine', attempts: 2 } });
  });

  test('when the world shows that it was made: settled, and not made again', () => {
    const { result } = given({ ...farming, effects: [up, scale] }).when(seenUp(24, 1));
    expect(result.perform).toBeUndefined();
    expect(result.write?.rebuild.effects[1]).toMatchObject({ state: 'done', claim: 'theirs' });
    expect(whats(result)).toEqual(['scaled']);
  });

  test('when the change was refused: a person is asked', () => {
    const refused = { ...scale, state: 'failed', endedAt: now, error: 'forbidden' } as const;
    const { result } = given({ ...farming, effects: [up, refused] }).when(seenUp(0, 1));
    expect(result.perform).toBeUndefined();
    expect(whats(result)).toEqual(['ask_effect_failed']);
    expect(result.write?.rebuild.steps[4]).toMatchObject({
      state: 'waiting',
      ask: { code: 'effect_failed' },
    });
  });

  test('when nobody answers in time: it fails, and is torn down', () => {
    const ask = { code: 'effect_failed', what: 'x', options: [], since: now - minute, until: now } as const;
    const refused = { ...scale, state: 'failed', endedAt: now, error: 'forbidden' } as const;
    const asked = inStep('farmers', { state: 'waiting', ask }, { effects: [up, refused] });
    given(asked)
      .when(seenUp(0, 1))
      .thenHas({
        write: {
          rebuild: {
            phase: 'failing',
            end: { step: 'farmers', errors: ['x', problemWords({ code: 'nobody_answered', ms: minute })] },
          },
        },
      });
  });

  test('when its instance asks for an approval that it has not got: nothing is changed', () => {
    const plan = aPlan({ instance: anInstance({ approval: true }) });
    const { result } = given({ ...farming, plan }).when(seenUp(0, 1));
    expect([result.perform, whats(result)]).toEqual([undefined, ['ask_approval']]);
  });

  test('when it is paused: nothing new begins', () => {
    const pause = {
      state: 'paused',
      by: farming.by,
      reason: 'x',
      at: now,
      pausedAt: now,
      remindAt: now * 2,
    } as const;
    given({ ...farming, pause })
      .when(seenUp(0, 1))
      .thenHas({ write: { journal: [], rebuild: { effects: [up] } } });
  });
});

describe('given a run of the engine', () => {
  const ordered: EffectState = {
    ...scale,
    key: 'system6-20261120-1/rebuild/1',
    effect: { kind: 'run', run: 'rebuild' },
    step: 'rebuild',
    state: 'done',
  };
  const made = { ...scale, state: 'done', endedAt: startedAt, arrivedAt: startedAt } as const;
  const running = inStep('rebuild', {}, { effects: [up, made, ordered] });
  const run = { state: 'running', percent: 40, farmers: 24, distributed: true } as const;
  const world = { ...seenUp(24, 1), ...engine({ rebuild: run }) };

  test('when it is done alone, without farmers: it fails', () => {
    const alone = { ...world, ...engine({ rebuild: { ...run, distributed: false, farmers: 0 } }) };
    const problem = problemWords({ code: 'works_alone', farmers: 0, ready: 24 });
    given(running)
      .when(alone)
      .thenHas({ write: { rebuild: { phase: 'failing', end: { reason: problem } } } });
  });

  test('when somebody else changes the number: told, and not fought', () => {
    const { result } = given(running).when({ ...world, ...seenUp(5, 1), engine: world.engine });
    expect(result.perform).toBeUndefined();
    expect(whats(result)).toContain('drift');
    expect(result.write?.rebuild.drift).toEqual({ role: 'farmer', at: now, expected: 24, found: 5 });
  });

  test('when it has taken longer than the limit: it fails', () => {
    const { limit } = defaultPolicy;
    const late = startedAt + limit;
    const problem = problemWords({ code: 'limit', activeMs: limit, limitMs: limit });
    const { result } = given(running).when(world, late);
    expect(result.write?.rebuild.end).toMatchObject({ step: 'rebuild', errors: [problem] });
    expect(result.write?.journal.at(-1)?.why).toBe(
      newsWords({ code: 'failing', step: 'rebuild', first: problem, others: [], touched: true }).text,
    );
  });

  test('when it is cancelled: stopped first, then torn down', () => {
    const by = running.by;
    const end = { at: now, by, reason: 'x', step: 'rebuild', errors: [] } as const;
    const torn = given({ ...running, phase: 'cancelling', end }).when(world).result.write?.rebuild;
    expect(torn?.steps.map(({ state }) => state).slice(5, 8)).toEqual(['skipped', 'skipped', 'running']);
    if (!torn) throw new Error('nothing was written');
    given(torn)
      .when(world)
      .thenHas({ perform: { effect: { kind: 'stop_run' }, claim: 'mine' } });
  });
});
