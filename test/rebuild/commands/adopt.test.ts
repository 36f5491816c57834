import { describe, expect, test } from 'vitest';
import { adoptedWrite, givenUpWrite, makeAdoption } from '../../../src/rebuild/commands/adopt.ts';
import { desiredScale } from '../../../src/rebuild/effects/effects.ts';
import {
  adoptedWords,
  givenUpWords,
  goesOnWords,
  missingWords,
} from '../../../src/rebuild/messages/commands/adoption.ts';
import { foundWords } from '../../../src/rebuild/messages/planning/found.ts';
import { pendingOf } from '../../../src/rebuild/model/approval.ts';
import type { EffectState } from '../../../src/rebuild/model/parts/effect-state.ts';
import type { Instance } from '../../../src/rebuild/model/parts/instance.ts';
import type { WorkloadRole } from '../../../src/rebuild/model/parts/workloads.ts';
import { defaultPolicy } from '../../../src/rebuild/model/policy.ts';
import type { Rebuild } from '../../../src/rebuild/model/rebuild.ts';
import { basisOf } from '../../../src/rebuild/observe/observed.ts';
import type { AdoptionFacts } from '../../../src/rebuild/ports/ports.ts';
import { decideRebuild } from '../../../src/rebuild/reconcile/decide.ts';
import { aLostRebuild, seenUp } from '../../builders/lost.ts';
import { anAuthority, anInstance, aPlan, inStep, startedAt } from '../../builders/rebuild.ts';
import { givenFor } from '../../support/given.ts';

const now = startedAt + 3 * 3_600_000;
const sam = { id: 'U0SAM', name: 'Sam' };
const nora = { id: 'U0NORA', name: 'Nora' };

const scaled = (role: WorkloadRole, to: number, over: Partial<EffectState> = {}): EffectState => ({
  key: `system6-20261120-1/${role === 'farmer' ? 'farmers' : 'synchronizer'}/1`,
  effect: { kind: 'scale', role, from: 0, to },
  state: 'done',
  step: role === 'farmer' ? 'farmers' : 'synchronizer',
  stepAttempt: 1,
  at: startedAt,
  attempts: 1,
  claim: `${role}-1`,
  endedAt: startedAt,
  arrivedAt: startedAt,
  ...over,
});

const adopt = (rebuild: Rebuild, facts: AdoptionFacts, instance: Instance = rebuild.plan.instance) => {
  const made = makeAdoption(aLostRebuild(rebuild), instance, facts, now);
  if (!made.ok) throw new Error(made.why.code);
  return { ...made, written: adoptedWrite(made.rebuild, nora, facts, instance, now) };
};

/** What it does next in the world as it was found. */
const next = (rebuild: Rebuild, facts: AdoptionFacts) => {
  const { farmers, synchronizer, engine } = facts;
  const world = { at: now, basis: basisOf(rebuild), farmers, synchronizer, engine };
  return decideRebuild(rebuild, world, now, defaultPolicy, 'claim');
};

describe('what is adopted', () => {
  test('the same id, card and ticket; who, why and what is missing is told in both', () => {
    const rebuild = inStep('rebuild', {}, { effects: [scaled('synchronizer', 1), scaled('farmer', 24)] });
    const { adoption, written } = adopt(rebuild, seenUp(24, 1));
    expect(adoption).toEqual({
      rebuild: rebuild.id,
      card: { channel: 'C0DCR', ts: '1763607600.000100' },
      by: rebuild.by,
      at: rebuild.at,
      reason: rebuild.reason,
      ticket: { key: 'OPS-7', url: 'https://jira.example/browse/OPS-7' },
      found: foundWords(rebuild.plan.instance, seenUp(24, 1)),
      goesOn: goesOnWords({ code: 'step', step: 'rebuild' }),
      missing: [missingWords.journal, missingWords.orders],
    });
    expect(written.rebuild).toMatchObject({
      id: rebuild.id,
      card: { ts: '1763607600.000100', notes: [{ kind: 'step', by: nora }] },
      ticket: { key: 'OPS-7', entries: [{ kind: 'change', by: nora }] },
      adoptions: [{ at: now, by: nora }],
    });
    const { by, reason, plan } = rebuild;
    const goesOn = { code: 'step', step: 'rebuild' } as const;
    const { instance } = plan;
    const lines = adoptedWords({ instance, facts: seenUp(24, 1), goesOn, approval: false, by, reason });
    expect(written.rebuild.ticket.entries[0]?.lines).toEqual(lines);
    expect(written.journal.map(({ who, what }) => `${who} ${what}`)).toEqual(['U0NORA adopt']);
  });

  test('pods that came up after the card was last shown are neither scaled down nor up once more', () => {
    const rebuild = inStep('history', {}, { effects: [scaled('synchronizer', 1)] });
    const { written } = adopt(rebuild, seenUp(24, 1));
    expect(written.rebuild.farmers).toMatchObject({ wanted: 24, target: 24 });
    expect(next(written.rebuild, seenUp(24, 1)).perform?.effect.kind).not.toBe('scale');
  });

  test('lost before the card told of anything, and both are up: it had begun, and goes on', () => {
    const facts = seenUp(0, 1);
    const { written } = adopt(inStep('preflight'), facts);
    expect(written.rebuild.steps[0]).toMatchObject({ name: 'preflight', state: 'done' });
    expect(written.rebuild.synchronizer.wanted).toBe(1);
    const decided = next(written.rebuild, facts);
    expect(decided.perform).toBeUndefined();
    expect(decided.write?.rebuild.phase).toBe('running');
  });

  test('a change that was claimed and is there counts as made', () => {
    const open = scaled('farmer', 24, { state: 'claimed', claim: 'x' });
    const rebuild = inStep('farmers', {}, { effects: [scaled('synchronizer', 1), open] });
    const { written } = adopt(rebuild, seenUp(24, 1));
    const decided = next(written.rebuild, seenUp(24, 1));
    expect(decided.perform).toBeUndefined();
    expect(decided.write?.rebuild.effects.at(-1)).toMatchObject({ state: 'done', key: open.key });
  });

  test('what somebody changed meanwhile is told, and not fought', () => {
    const rebuild = inStep('rebuild', {}, { effects: [scaled('synchronizer', 1), scaled('farmer', 24)] });
    const { written } = adopt(rebuild, seenUp(0, 1));
    const decided = next(written.rebuild, seenUp(0, 1));
    expect(decided.perform?.effect.kind).not.toBe('scale');
    expect(decided.write?.rebuild.drift).toMatchObject({ role: 'farmer', expected: 24, found: 0 });
    expect(decided.write?.rebuild.card.notes.map(({ text }) => text).join(' ')).toContain(
      'Nothing on record says that farmhand did',
    );
  });

  test('keys of changes begin above those that may have been used', () => {
    const rebuild = inStep('rebuild', {}, { effects: [scaled('synchronizer', 1), scaled('farmer', 24)] });
    const { written } = adopt(rebuild, seenUp(24, 1));
    expect(desiredScale(written.rebuild, 'farmer', 24, 12).key).toBe('system6-20261120-1/farmers/102');
    expect(desiredScale(rebuild, 'farmer', 24, 12).key).toBe('system6-20261120-1/farmers/2');
  });

  test('one that was paused or being ended stays so', () => {
    const pause = {
      state: 'paused',
      by: sam,
      reason: 'x',
      at: now,
      remindAt: now + 1,
      pausedAt: now,
    } as const;
    expect(adopt(inStep('rebuild', {}, { pause }), seenUp(24, 1)).adoption.goesOn).toBe(
      goesOnWords({ code: 'stays_paused', step: 'rebuild' }),
    );
    const end = { at: now, by: sam, reason: 'x', step: 'rebuild', errors: [] } as const;
    const { adoption, written } = adopt(inStep('rebuild', {}, { phase: 'cancelling', end }), seenUp(24, 1));
    expect(adoption.goesOn).toBe(goesOnWords({ code: 'teardown' }));
    expect(written.rebuild.phase).toBe('cancelling');
  });

  test('where a second person must approve, the adoption needs one again, and whoever adopts is none', () => {
    const plan = aPlan({ instance: anInstance({ approval: true }) });
    const grants = anAuthority({ farmers: 24 });
    const approval = { by: sam, at: startedAt, planHash: plan.hash, grants };
    const rebuild = inStep(
      'rebuild',
      {},
      { plan, approval, effects: [scaled('synchronizer', 1), scaled('farmer', 24)] },
    );
    expect(pendingOf(rebuild)).toBeUndefined();
    const { written } = adopt(rebuild, seenUp(24, 1));
    expect(written.rebuild.approval).toBeUndefined();
    expect(pendingOf(written.rebuild)?.askers.map(({ id }) => id)).toEqual([rebuild.by.id, 'U0NORA']);
    const decided = next(written.rebuild, seenUp(24, 1));
    expect(decided.perform).toBeUndefined();
    expect(decided.write?.rebuild.steps.find(({ name }) => name === 'rebuild')?.ask?.code).toBe('approval');
  });
});

describe('what cannot be adopted', () => {
  const rebuild = inStep('rebuild', {}, { effects: [scaled('synchronizer', 1), scaled('farmer', 24)] });
  const given = givenFor(makeAdoption);

  test('its card does not remember enough', () => {
    const { kept: _, ...lean } = aLostRebuild(rebuild).memory ?? {
      instance: '',
      version: 0,
      phase: 'running' as const,
    };
    const [instance, facts] = [anInstance(), seenUp(24, 1)];
    given(aLostRebuild(rebuild, { memory: lean }))
      .when(instance, facts, now)
      .thenIs({ ok: false, why: { code: 'card_lacks_memory', id: rebuild.id, instance, facts } });
  });

  test('it is over, as its card says', () => {
    const instance = anInstance();
    given(aLostRebuild(rebuild, { memory: { instance: 'system6', version: 1, phase: 'failed' } }))
      .when(instance, seenUp(0, 0), now)
      .thenIs({ ok: false, why: { code: 'lost_is_over', id: rebuild.id, instance } });
  });

  test('its instance is somewhere else by now', () => {
    const instance = anInstance({ cluster: 'lair' });
    const moved = [{ part: 'cluster', was: 'den', is: 'lair' }] as const;
    given(aLostRebuild(rebuild))
      .when(instance, seenUp(0, 0), now)
      .thenIs({ ok: false, why: { code: 'values_moved', id: rebuild.id, instance, moved } });
  });

  test('its cluster cannot be looked at', () => {
    const facts = { ...seenUp(0, 0), farmers: { ok: false, error: 'HTTP 503' } as const };
    const instance = anInstance();
    given(aLostRebuild(rebuild))
      .when(instance, facts, now)
      .thenIs({ ok: false, why: { code: 'cluster_unseen', id: rebuild.id, instance, facts } });
  });
});

test('given up: it has ended, the card and the ticket say by whom, and nothing is to be done any more', () => {
  const rebuild = inStep('rebuild', {}, { effects: [scaled('farmer', 24)] });
  const { rebuild: over, journal } = givenUpWrite(rebuild, nora, 'released by hand', now);
  expect(over).toMatchObject({ phase: 'failed', endedAt: now, end: { by: nora, step: 'rebuild' } });
  expect(over.driveAt).toBeUndefined();
  expect(over.steps.map(({ state }) => state)).not.toContain('running');
  const { text, reason } = givenUpWords(nora, 'released by hand');
  expect(over.card.notes.at(-1)?.text).toBe(text);
  expect(over.end?.reason).toBe(reason);
  expect(over.ticket.entries.at(-1)).toMatchObject({ kind: 'closing', by: nora });
  expect(journal.map(({ what }) => what)).toEqual(['give_up', 'failed']);
  expect(next(over, seenUp(24, 1))).toEqual({});
});
