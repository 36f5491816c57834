import { describe, expect, test } from 'vitest';
import { applyEffectResult } from '../../../src/rebuild/effects/outcome.ts';
import { newsWords } from '../../../src/rebuild/messages/news.ts';
import type { EffectState } from '../../../src/rebuild/model/parts/effect-state.ts';
import { defaultPolicy } from '../../../src/rebuild/model/policy.ts';
import type { EffectResult } from '../../../src/rebuild/ports/ports.ts';
import { aScaleUp, inStep, startedAt } from '../../builders/rebuild.ts';

const now = startedAt + 60_000;
const effect = aScaleUp();
const farming = inStep('farmers', {}, { effects: [effect] });
const outcomeOf = (result: EffectResult, claim = 'a', rebuild = farming) =>
  applyEffectResult(rebuild, claim, result, now, defaultPolicy);
const settled = (result: EffectResult) => outcomeOf(result)?.rebuild.effects[0];

describe('an outcome', () => {
  test('done: with what the world calls it, and looked at again at once', () => {
    const write = outcomeOf({ ok: true, already: false, id: '4f2a', url: 'https://git/4f2a' });
    expect(write?.rebuild.effects).toEqual([
      { ...effect, state: 'done', endedAt: now, id: '4f2a', url: 'https://git/4f2a' },
    ]);
    expect(write?.rebuild.driveAt).toBe(now);
    const name = 'resourceVersion 4f2a';
    const scaled = newsWords({ code: 'scaled', effect: effect.effect, already: false, name, marked: true });
    expect(write?.journal.map(({ what, why }) => [what, why])).toEqual([['scaled', scaled.text]]);
    expect(write?.rebuild.card.notes.map(({ kind, url }) => [kind, url])).toEqual([
      ['scaled', 'https://git/4f2a'],
    ]);
  });

  test.each([
    ['retry', { state: 'failed', endedAt: now, error: 'x', retryAt: now + 2_000 }],
    ['conflict', { state: 'failed', endedAt: now, error: 'x', retryAt: now }],
    ['refused', { state: 'failed', endedAt: now, error: 'x' }],
    ['unknown', { state: 'claimed', error: 'x', retryAt: now + defaultPolicy.claimTimeout }],
  ] as const)('%s', (kind, expected) => {
    expect(settled({ ok: false, kind, error: 'x' })).toEqual({ ...effect, ...expected });
  });

  test('a wait that was asked for is kept', () => {
    expect(settled({ ok: false, kind: 'retry', error: 'x', retryAfterMs: 60_000 })?.retryAt).toBe(
      now + 60_000,
    );
  });

  test('nothing happens when somebody else has taken the change over', () => {
    const taken = { ...farming, effects: [{ ...effect, claim: 'b', attempts: 2 }] };
    expect(outcomeOf({ ok: true, already: false }, 'a', taken)).toBeUndefined();
    expect(outcomeOf({ ok: false, kind: 'refused', error: 'x' }, 'a', taken)).toBeUndefined();
  });

  test('when the world showed it first, only its name is still taken', () => {
    const done = { ...farming, effects: [{ ...effect, state: 'done' as const, endedAt: now }] };
    expect(outcomeOf({ ok: true, already: false, id: '4f2a' }, 'a', done)?.rebuild.effects[0]?.id).toBe(
      '4f2a',
    );
    expect(outcomeOf({ ok: false, kind: 'unknown', error: 'x' }, 'a', done)).toBeUndefined();
    expect(
      outcomeOf({ ok: true, already: false, id: '4f2a' }, 'a', { ...done, phase: 'released' }),
    ).toBeUndefined();
  });
});

describe('a scale that is refused in a teardown', () => {
  const down: EffectState = { ...effect, effect: { kind: 'scale', role: 'farmer', from: 24, to: 0 } };
  const ending = inStep('teardown', {}, { effects: [{ ...down, step: 'teardown' }] });
  const error = 'max denied request. Nothing was changed.';
  const { text } = newsWords({ code: 'refused', effect: down.effect, error, endless: 'told' });

  test('is told with its reason, once: nobody is asked there, and pods cost money', () => {
    const first = outcomeOf({ ok: false, kind: 'refused', error }, 'a', ending);
    expect(first?.rebuild.card.notes.map((note) => [note.kind, note.text])).toEqual([['error', text]]);
    const again = first && {
      ...first.rebuild,
      effects: first.rebuild.effects.map((each) => ({ ...each, state: 'claimed' as const })),
    };
    const second = again && outcomeOf({ ok: false, kind: 'refused', error }, 'a', again);
    expect(second?.rebuild.card.notes).toHaveLength(1);
    expect(second?.journal.map(({ what }) => what)).toEqual(['refused']);
  });

  test('in another step a person is asked instead', () => {
    expect(outcomeOf({ ok: false, kind: 'refused', error })?.rebuild.card.notes).toEqual([]);
  });
});
