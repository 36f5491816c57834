import { describe, expect, test } from 'vitest';
import type { Person } from '../../../src/core/person.ts';
import { applyRebuildCommand } from '../../../src/rebuild/commands/apply-command.ts';
import type { CommandOutcome } from '../../../src/rebuild/commands/commanded.ts';
import { doneWords } from '../../../src/rebuild/messages/commands/command-news.ts';
import { commandRefusal, offeredVerbs } from '../../../src/rebuild/model/allowed.ts';
import { approvalValidMs, pendingOf } from '../../../src/rebuild/model/approval.ts';
import { authorityOf } from '../../../src/rebuild/model/authority.ts';
import type { CommandVerb, RebuildCommand } from '../../../src/rebuild/model/command.ts';
import type { EffectState } from '../../../src/rebuild/model/parts/effect-state.ts';
import type { Override } from '../../../src/rebuild/model/parts/orders.ts';
import type { Step } from '../../../src/rebuild/model/parts/step.ts';
import type { Rebuild } from '../../../src/rebuild/model/rebuild.ts';
import { anInstance, aPlan, inStep as inAnyStep, startedAt } from '../../builders/rebuild.ts';
import { givenFor } from '../../support/given.ts';

const alice: Person = { id: 'U0ALICE', name: 'Alice Ash' };
const bob: Person = { id: 'U0BOB', name: 'Bob Birch' };
const carol: Person = { id: 'U0CAROL', name: 'Carol Cole' };
const dan: Person = { id: 'U0DAN', name: 'Dan Dale' };
const now = startedAt + 5 * 60_000;
const policy = { remind: 4 * 3_600_000 };
const plan = aPlan({ instance: anInstance({ approval: true, minimum: 2 }), farmers: 4 });
const reason = 'known risk';

/** With the four farmers of its plan. */
const inStep = (...args: Parameters<typeof inAnyStep>): Rebuild => {
  const rebuild = inAnyStep(...args);
  const { farmers } = rebuild;
  return { ...rebuild, farmers: { ...farmers, target: 4, wanted: Math.min(4, farmers.wanted) } };
};

const given = givenFor(applyRebuildCommand);
const apply = (rebuild: Rebuild, command: RebuildCommand, by: Person, at = now) =>
  applyRebuildCommand(rebuild, command, by, at, policy);
/** The record after it, and what was answered. */
const doing = (
  rebuild: Rebuild,
  command: RebuildCommand,
  by: Person,
  at = now,
): { readonly rebuild: Rebuild; readonly result: CommandOutcome } => {
  const { write, result } = apply(rebuild, command, by, at);
  return { rebuild: write?.rebuild ?? rebuild, result };
};
/** What came of it, by its code. */
const codesOf = (result: CommandOutcome): readonly string[] => {
  if (!result.ok) return result.reasons.map(({ code }) => code);
  return [result.changed ? result.done.code : `already ${result.already.code}`];
};

const ask = (code: 'approval' | 'effect_failed' | 'too_few_farmers' | 'guardian'): Partial<Step> => ({
  state: 'waiting',
  ask: { code, what: 'a person is needed', options: [], since: 5 },
});
const pausing = { by: bob, reason: 'lunch', at: 5, remindAt: 99, state: 'pausing' } as const;
const paused = { ...pausing, state: 'paused', pausedAt: 6 } as const;
const end = { at: 9, by: bob, reason: 'because', step: 'farmers', errors: [] } as const;
const wanted = { state: 'wanted', entries: [], count: 0, attempts: 3, error: 'Jira is away' } as const;
const scaled: EffectState = {
  key: 'system6-20261120-1/synchronizer/1',
  effect: { kind: 'scale', role: 'synchronizer', from: 0, to: 1 },
  state: 'done',
  step: 'synchronizer',
  stepAttempt: 1,
  at: startedAt,
  attempts: 1,
  claim: 'c1',
};

/** Every state that is shown before the first change is made. */
const early: Readonly<Record<string, Rebuild>> = {
  'in preflight': inStep('preflight', {}, { plan }),
  'while Jira is slow': inStep('ticket', {}, { plan, ticket: wanted }),
  'starting, with its ticket': inStep('ticket', {}, { plan }),
  'waiting for its second person': inStep('ticket', ask('approval'), { plan }),
  'waiting for a person before the gate': inStep('ticket', ask('effect_failed'), { plan }),
  'being paused': inStep('ticket', ask('approval'), { plan, pause: pausing }),
  paused: inStep('ticket', ask('approval'), { plan, pause: paused }),
  'paused while Jira is slow': inStep('ticket', {}, { plan, ticket: wanted, pause: paused }),
  'right before its first change': inStep(
    'synchronizer',
    {},
    { plan, synchronizer: { wanted: 1, guardian: false } },
  ),
};

/** Every state that is shown once it has begun. */
const late: Readonly<Record<string, Rebuild>> = Object.fromEntries(
  Object.entries({
    running: inStep('farmers', { deadline: now + 1_000 }, { plan }),
    'waiting for a person': inStep('farmers', { ...ask('too_few_farmers'), deadline: now + 1_000 }, { plan }),
    'being paused': inStep('farmers', { deadline: now + 1_000 }, { plan, pause: pausing }),
    paused: inStep('farmers', { deadline: now + 1_000 }, { plan, pause: paused }),
    guardian: inStep('release', ask('guardian'), { plan }),
    cancelling: inStep('teardown', { deadline: now + 1_000 }, { plan, phase: 'cancelling', end }),
    failing: inStep('teardown', { deadline: now + 1_000 }, { plan, phase: 'failing', end }),
  }).map(([name, rebuild]) => [name, { ...rebuild, effects: [scaled] }]),
);

const beyond: Readonly<Record<string, RebuildCommand & { verb: 'scale' | 'override' }>> = {
  'more farmers': { verb: 'scale', farmers: 11 },
  forced: { verb: 'override', kind: 'force', reason },
  'a skipped step': { verb: 'override', kind: 'skip_step', step: 'history', reason },
  'another skipped step': { verb: 'override', kind: 'skip_step', step: 'propagate', reason },
  'fewer farmers accepted': { verb: 'override', kind: 'accept_farmers', amount: 1, reason },
  'as many as there are accepted': { verb: 'override', kind: 'accept_farmers', amount: 3, reason },
  'an extended limit': { verb: 'override', kind: 'extend_deadline', amount: 60_000, reason },
  'the whole rebuild longer': { verb: 'override', kind: 'extend_limit', amount: 60_000, reason },
  'a step back': { verb: 'override', kind: 'retry_from', step: 'synchronizer', reason },
  'farmers kept': { verb: 'override', kind: 'keep_farmers', reason },
  'the guardian kept': { verb: 'override', kind: 'keep_guardian', reason },
};
const commands = Object.entries(beyond);

/** As it was approved: by Bob, the plan and nothing else. */
const approvedBy = (rebuild: Rebuild, by = bob): Rebuild => {
  const { rebuild: next, result } = doing(rebuild, { verb: 'approve' }, by);
  if (!result.ok) throw new Error(codesOf(result).join());
  return next;
};
const begun = (rebuild: Rebuild): Rebuild => {
  const fresh = { ...rebuild, effects: [], phase: 'running' as const };
  const { approval } = approvedBy({ ...inStep('ticket', ask('approval'), { plan }), id: rebuild.id });
  return { ...rebuild, ...(approval && { approval }), effects: fresh.effects.length > 0 ? [] : [scaled] };
};

describe('before the approval nothing opens the table', () => {
  for (const [state, rebuild] of Object.entries(early)) {
    for (const by of [alice, bob, carol]) {
      test.each([...commands, ['a retry', { verb: 'retry' }] as const])(
        `${state}: ${by.name} asks for %s`,
        (_, command) => {
          const reasons = [{ code: 'awaits_approval', verb: command.verb }] as const;
          given(rebuild)
            .when(command, by, now, policy)
            .thenIs({ result: { ok: false, code: 'not_now', reasons, rebuild } });
        },
      );
    }

    test(`${state}: pause or resume, cancel and approve go through`, () => {
      expect(doing(rebuild, { verb: 'cancel', reason }, alice).rebuild.phase).toBe('cancelling');
      const other: RebuildCommand = rebuild.pause ? { verb: 'resume' } : { verb: 'pause', reason };
      expect(apply(rebuild, other, alice).result).toMatchObject({ ok: true, changed: true });
      expect(doing(rebuild, { verb: 'approve' }, bob).rebuild.approval?.by).toEqual(bob);
    });

    test(`${state}: nothing is offered that would be refused`, () => {
      for (const verb of ['scale', 'retry', 'override'] as const) {
        expect(offeredVerbs(rebuild)).not.toContain(verb);
      }
      expect(offeredVerbs(rebuild)).toContain('approve');
      for (const verb of offeredVerbs(rebuild))
        expect(commandRefusal(rebuild, verb as CommandVerb)).toBeUndefined();
    });
  }

  test('what was approved as 4 farmers, not forced, stays that: a pause, and all the requester asks for in it', () => {
    let rebuild = early['waiting for its second person'] as Rebuild;
    for (const command of [
      { verb: 'pause', reason } as const,
      ...Object.values(beyond),
      { verb: 'resume' } as const,
    ]) {
      rebuild = doing(rebuild, command, alice).rebuild;
    }
    rebuild = doing(rebuild, { verb: 'approve' }, bob).rebuild;
    expect(rebuild.approval?.grants).toEqual({
      farmers: 4,
      minimum: 2,
      forced: false,
      skipped: [],
      extended: {},
      back: [],
      keepFarmers: false,
      keepGuardian: false,
    });
    expect(authorityOf(rebuild)).toEqual(rebuild.approval?.grants);
  });
});

describe('after the approval, what goes beyond it waits for another person', () => {
  const all = [
    ...Object.entries(early).map(([state, rebuild]) => [`approved, ${state}`, approvedBy(rebuild)] as const),
    ...Object.entries(late).map(([state, rebuild]) => [state, begun(rebuild)] as const),
  ];
  for (const [state, rebuild] of all) {
    test.each(commands)(`${state}: %s`, (_, command) => {
      const { rebuild: next, result } = doing(rebuild, command, alice);
      expect(authorityOf(next)).toEqual(authorityOf(rebuild));
      expect([next.steps, next.farmers, next.overrides]).toEqual([
        rebuild.steps,
        rebuild.farmers,
        rebuild.overrides,
      ]);
      if (!result.ok) return;
      expect(result).toMatchObject({ held: true, changed: true, done: { code: 'asked' } });
      // Not she who asked, now or for all of it; and nobody twice.
      expect(apply(next, { verb: 'approve' }, alice).result.ok).toBe(false);
      const hash = pendingOf(next)?.hash ?? '';
      const { rebuild: done, result: approved } = doing(next, { verb: 'approve', hash }, carol);
      expect(approved).toMatchObject({ ok: true, changed: true });
      expect(done.asked).toBeUndefined();
      expect(authorityOf(done)).not.toEqual(authorityOf(rebuild));
      expect(done.approval).toMatchObject({ by: carol, hash });
      expect(doing(done, { verb: 'approve', hash }, dan)).toMatchObject({
        rebuild: done,
        result: { ok: true, changed: false, already: { code: 'approved', by: carol, more: false } },
      });
    });
  }

  test('every kind is held in a rebuild that runs: none is refused in its place', () => {
    const rebuild = begun(late['running'] as Rebuild);
    const held = commands.filter(([, command]) => {
      const { result } = apply(rebuild, command, alice);
      return result.ok && result.held;
    });
    // The history update is over by then.
    expect(held.map(([name]) => name)).toEqual(
      commands.map(([name]) => name).filter((name) => name !== 'a skipped step'),
    );
  });

  test('whoever asked for a part cannot approve the whole, and what was asked by several is one', () => {
    const running = begun(late['running'] as Rebuild);
    let rebuild = doing(running, beyond['more farmers'] as RebuildCommand, bob).rebuild;
    rebuild = doing(rebuild, { verb: 'override', kind: 'force', reason }, carol).rebuild;
    expect(pendingOf(rebuild)).toMatchObject({ kind: 'change', authority: { farmers: 11, forced: true } });
    for (const by of [alice, bob, carol]) {
      expect(apply(rebuild, { verb: 'approve' }, by).result).toMatchObject({
        reasons: [{ code: 'own_request', of: 'change' }],
      });
    }
    const done = doing(rebuild, { verb: 'approve' }, dan).rebuild;
    expect(done.farmers).toMatchObject({ target: 11, wanted: 11, asked: { by: bob } });
    expect(done.overrides.map(({ kind, by }) => [kind, by.id])).toEqual([['force', 'U0CAROL']]);
  });

  test('whoever raised it once approves nothing of it later, also when others changed the number since', () => {
    let rebuild = begun(late['running'] as Rebuild);
    rebuild = doing(rebuild, { verb: 'scale', farmers: 30 }, dan).rebuild;
    rebuild = doing(rebuild, { verb: 'approve' }, carol).rebuild;
    rebuild = doing(rebuild, { verb: 'scale', farmers: 3 }, bob).rebuild;
    rebuild = doing(rebuild, { verb: 'override', kind: 'force', reason }, alice).rebuild;
    expect(pendingOf(rebuild)?.authority).toMatchObject({ farmers: 30, forced: true });
    expect(apply(rebuild, { verb: 'approve' }, dan).result.ok).toBe(false);
    // Nor whoever scaled it, up or down.
    expect(apply(rebuild, { verb: 'approve' }, bob).result.ok).toBe(false);
    expect(apply(rebuild, { verb: 'approve' }, carol).result.ok).toBe(true);
  });

  test('a click on what was shown before is refused, and says so', () => {
    const running = begun(late['running'] as Rebuild);
    const first = doing(running, { verb: 'scale', farmers: 5 }, alice).rebuild;
    const { hash = '' } = pendingOf(first) ?? {};
    const second = doing(first, { verb: 'scale', farmers: 99 }, alice).rebuild;
    expect(doing(second, { verb: 'approve', hash }, bob)).toMatchObject({
      rebuild: { farmers: { target: 4 } },
      result: { ok: false, code: 'stale_approval', reasons: [{ code: 'stale_approval' }] },
    });
    expect(second.asked).toHaveLength(1);
  });

  test('the last word counts: a number within what is approved takes the place of one that waits', () => {
    const running = begun(late['running'] as Rebuild);
    const asked = doing(running, { verb: 'scale', farmers: 11 }, alice).rebuild;
    const { rebuild } = doing(asked, { verb: 'scale', farmers: 3 }, bob);
    expect(rebuild.asked).toBeUndefined();
    expect(rebuild.farmers.target).toBe(3);
  });

  test('asked twice is asked once', () => {
    const running = begun(late['running'] as Rebuild);
    const asked = doing(running, { verb: 'scale', farmers: 11 }, alice).rebuild;
    expect(doing(asked, { verb: 'scale', farmers: 11 }, alice)).toMatchObject({
      rebuild: asked,
      result: { ok: true, changed: false },
    });
  });

  test('an extension counts for the step that it was asked for, and for no other', () => {
    const running = begun(late['running'] as Rebuild);
    const asked = doing(running, beyond['an extended limit'] as RebuildCommand, alice).rebuild;
    const moved = { ...inStep('write', { deadline: now + 500 }, { plan }), ...pick(asked) };
    const { rebuild, result } = doing(moved, { verb: 'approve' }, carol);
    const denied = {
      code: 'invalid',
      reasons: [{ code: 'in_another_step', step: 'farmers', current: 'write' }],
    };
    expect(result).toMatchObject({
      done: {
        code: 'approve_change',
        decided: [{ order: { ...beyond['an extended limit'], step: 'farmers' }, denied }],
      },
    });
    expect(rebuild.steps).toEqual(moved.steps);
    expect(rebuild.asked).toBeUndefined();
  });
  const pick = ({ approval, asked, effects }: Rebuild) => ({
    ...(approval && { approval }),
    ...(asked && { asked }),
    effects,
  });
});

describe('what is not beyond it needs nobody', () => {
  const running = begun(late['running'] as Rebuild);

  test.each([
    ['fewer farmers', { verb: 'scale', farmers: 2 }],
    ['a step once more', { verb: 'retry' }],
    ['the guardian dropped', { verb: 'override', kind: 'drop_guardian', reason }],
  ] as const)('%s', (_, command) => {
    const waiting = begun(late['waiting for a person'] as Rebuild);
    expect(apply(waiting, command, alice).result).toMatchObject({ ok: true, changed: true });
    expect(doing(waiting, command, alice).rebuild.asked).toBeUndefined();
  });

  test('down and up again, as far as was approved', () => {
    const down = doing(running, { verb: 'scale', farmers: 2 }, alice).rebuild;
    expect(doing(down, { verb: 'scale', farmers: 4 }, alice)).toMatchObject({
      rebuild: { farmers: { target: 4 } },
      result: { ok: true, changed: true },
    });
  });

  test('what somebody else changed: going back passes, keeping more waits', () => {
    const drift = { role: 'farmer', at: now - 5, expected: 4, found: 9, who: 'kubectl' } as const;
    const drifted: Rebuild = { ...running, drift };
    expect(doing(drifted, { verb: 'scale', farmers: 4 }, alice).rebuild.drift?.settled).toBe('restored');
    const kept = doing(drifted, { verb: 'scale', farmers: 9 }, alice);
    expect(kept.result).toMatchObject({ ok: true, held: true });
    expect(kept.rebuild).toMatchObject({ drift, farmers: { target: 4 } });
    expect(doing(kept.rebuild, { verb: 'approve' }, carol).rebuild).toMatchObject({
      drift: { settled: 'accepted' },
      farmers: { target: 9 },
    });
  });
});

describe('who approves', () => {
  const waiting = early['waiting for its second person'] as Rebuild;

  test('not whoever asked for it, nor whoever had the plan made', () => {
    const own = { ok: false, reasons: [{ code: 'own_request', of: 'plan' }] } as const;
    given(waiting).when({ verb: 'approve' }, alice, now, policy).thenHas({ result: own });
    given({ ...waiting, plannedBy: bob })
      .when({ verb: 'approve' }, bob, now, policy)
      .thenHas({ result: own });
  });

  test.each([
    { id: 'farmhand' },
    { id: 'B0BOT' },
    { id: 'USLACKBOT' },
    { id: 'route-a1b2' },
    { id: 'U0SELF' },
  ])('no bot, no route, not farmhand itself: $id', (by) => {
    const reasons = [{ code: 'approver_is_no_person' }] as const;
    given(waiting)
      .when({ verb: 'approve' }, by, now, { ...policy, bot: 'U0SELF' })
      .thenIs({ result: { ok: false, code: 'not_allowed', reasons, rebuild: waiting } });
  });

  test('a route is no person: one confirms, another one approves', () => {
    const routed: Rebuild = { ...waiting, by: { id: 'farmhand' } };
    const first = doing(routed, { verb: 'approve' }, bob);
    expect(first.rebuild.approval).toBeUndefined();
    expect(codesOf(first.result)).toEqual(['confirm']);
    expect(doing(first.rebuild, { verb: 'approve' }, bob)).toMatchObject({
      rebuild: first.rebuild,
      result: { ok: true, changed: false, already: { code: 'confirmed' } },
    });
    expect(doing(first.rebuild, { verb: 'approve' }, carol).rebuild.approval?.by).toEqual(carol);
  });

  test('it says what it grants, to thread and ticket, whole', () => {
    const { hash = '', authority = authorityOf(waiting) } = pendingOf(waiting) ?? {};
    const done = {
      code: 'approve_plan',
      instance: 'system6',
      plan,
      authority,
      validMs: approvalValidMs,
      hash,
    } as const;
    const { says: text, lines = [] } = doneWords(done);
    const { rebuild, result } = doing(waiting, { verb: 'approve' }, bob);
    expect(result).toEqual({ ok: true, changed: true, done, rebuild });
    expect(rebuild.card.notes.at(-1)).toMatchObject({ kind: 'approved', by: bob, text });
    expect(rebuild.ticket.entries.at(-1)?.lines).toEqual([text, ...lines]);
  });

  test.each([
    ['the plan', { plan: { ...plan, farmers: 5 } }],
    ['what will be changed', { plan: { ...plan, changes: [] } }],
    ['the minimum', { farmers: { ...waiting.farmers, minimum: 1 } }],
    ['the farmers', { farmers: { ...waiting.farmers, target: 9 } }],
    ['when the world was last looked at', { plannedAt: now }],
  ])('the hash is of all of it: %s', (_, change) => {
    expect(pendingOf({ ...waiting, ...change })?.hash).not.toBe(pendingOf(waiting)?.hash);
    expect(pendingOf({ ...waiting })?.hash).toBe(pendingOf(waiting)?.hash);
  });
});

describe('an approval grows old until something is begun', () => {
  const approved = approvedBy(early['starting, with its ticket'] as Rebuild);

  test.each([
    [approvalValidMs - 1, true],
    [approvalValidMs, false],
    [13 * 24 * 3_600_000, false],
  ])('after %i ms', (ms, counts) => {
    const { result } = apply(approved, { verb: 'scale', farmers: 3 }, alice, now + ms);
    expect(result.ok).toBe(counts);
  });

  test('what surely failed is not a beginning; what was made is', () => {
    const failed: Rebuild = { ...approved, effects: [{ ...scaled, state: 'failed' }] };
    const later = now + 2 * approvalValidMs;
    expect(apply(failed, { verb: 'scale', farmers: 3 }, alice, later).result.ok).toBe(false);
    const made: Rebuild = { ...approved, effects: [scaled] };
    expect(apply(made, { verb: 'scale', farmers: 3 }, alice, later).result.ok).toBe(true);
  });
});

describe('records from before approvals named what they grant', () => {
  const old = { by: bob, at: now - 60_000, planHash: plan.hash };
  const override: Override = { n: 1, kind: 'force', by: alice, at: now, reason };

  test('not begun: it does not count, and what was slipped in is shown to whoever approves', () => {
    const rebuild: Rebuild = {
      ...(early['starting, with its ticket'] as Rebuild),
      approval: old,
      farmers: { wanted: 0, target: 11, minimum: 2, asked: { by: carol } },
      overrides: [override],
    };
    expect(pendingOf(rebuild)).toMatchObject({ kind: 'plan', authority: { farmers: 11, forced: true } });
    expect(apply(rebuild, { verb: 'approve' }, carol).result.ok).toBe(false);
    expect(doing(rebuild, { verb: 'approve' }, dan).rebuild.approval?.grants).toMatchObject({
      farmers: 11,
      forced: true,
    });
  });

  test('begun: it counts for the plan, and what goes beyond waits', () => {
    const rebuild: Rebuild = { ...(late['running'] as Rebuild), approval: old };
    expect(pendingOf(rebuild)).toBeUndefined();
    expect(apply(rebuild, { verb: 'scale', farmers: 11 }, alice).result).toMatchObject({ held: true });
  });

  test('begun, and beyond its plan already: all of it waits, a teardown does not', () => {
    const rebuild: Rebuild = { ...(late['running'] as Rebuild), approval: old, overrides: [override] };
    expect(pendingOf(rebuild)).toMatchObject({ kind: 'plan', authority: { forced: true } });
    expect(apply(rebuild, { verb: 'scale', farmers: 3 }, alice).result.ok).toBe(false);
    expect(pendingOf({ ...rebuild, phase: 'cancelling', end })).toBeUndefined();
  });
});

test('where no approval is asked for, nothing of this is in the way', () => {
  const rebuild = inStep('farmers', {}, { plan: aPlan({ farmers: 4 }) });
  expect(doing(rebuild, { verb: 'scale', farmers: 11 }, alice).rebuild.farmers.target).toBe(11);
  expect(codesOf(apply(rebuild, { verb: 'approve' }, bob).result)).toEqual(['nothing_to_approve']);
});
