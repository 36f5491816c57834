import { describe, expect, test } from 'vitest';
import { applyRebuildCommand } from '../../../src/rebuild/commands/apply-command.ts';
import type { CommandDenial } from '../../../src/rebuild/commands/denial.ts';
import { doneWords } from '../../../src/rebuild/messages/commands/command-news.ts';
import type { CommandRefusal, RebuildCommand } from '../../../src/rebuild/model/command.ts';
import type { OverrideOrder } from '../../../src/rebuild/model/parts/orders.ts';
import type { Rebuild } from '../../../src/rebuild/model/rebuild.ts';
import { skippable, stepNames } from '../../../src/rebuild/model/steps.ts';
import { anInstance, aPlan, aRebuild, inStep, startedAt } from '../../builders/rebuild.ts';
import { givenFor } from '../../support/given.ts';

const alice = { id: 'U0ALICE', name: 'Alice Ash' };
const bob = { id: 'U0BOB', name: 'Bob Birch' };
const now = startedAt + 3_600_000;
const policy = { remind: 4 * 3_600_000 };

const apply = (rebuild: Rebuild, command: RebuildCommand, by = bob) =>
  applyRebuildCommand(rebuild, command, by, now, policy);
const given = givenFor(apply);
const having = (rebuild: Rebuild, command: RebuildCommand, by = bob): Rebuild => {
  const { write, result } = apply(rebuild, command, by);
  if (!result.ok || !write) throw new Error(JSON.stringify(result));
  return write.rebuild;
};
/** Refused, and nothing is written. */
const refused = (rebuild: Rebuild, why: CommandDenial, code: CommandRefusal = 'not_now') => ({
  result: { ok: false, code, reasons: [why], rebuild } as const,
});

describe('scale', () => {
  const running = inStep('rebuild');

  test('changes the number, and tells thread, ticket and journal who, from what, to what and why', () => {
    const { write, result } = apply(running, { verb: 'scale', farmers: 30, reason: 'too slow' });
    const done = { code: 'scale', instance: 'system6', from: 24, to: 30, takes: 'now' } as const;
    expect(result).toEqual({ ok: true, changed: true, done, rebuild: write?.rebuild });
    const text = `${doneWords(done).says} Because: too slow`;
    expect(write?.rebuild.marks.at(-1)).toEqual({ at: now, kind: 'scale', says: '24 → 30 farmers' });
    expect(write?.rebuild.farmers).toEqual({
      ...running.farmers,
      target: 30,
      wanted: 30,
      asked: { by: bob, reason: 'too slow' },
    });
    expect(write?.rebuild.card.notes).toEqual([{ n: 1, kind: 'scaled', text, by: bob, at: now }]);
    expect(write?.rebuild.ticket.entries).toEqual([]);
    expect(write?.rebuild.ticket.rows).toEqual([{ kind: 'order', by: bob, at: now, says: text }]);
    expect(write?.journal).toEqual([{ at: now, who: 'U0BOB', what: 'scale', why: text }]);
    expect(write?.rebuild.driveAt).toBe(now);
  });

  test('before the farmers are up it only changes what they will be', () => {
    given(inStep('history'))
      .when({ verb: 'scale', farmers: 30 })
      .thenHas({
        write: { rebuild: { farmers: { target: 30, wanted: 0 } } },
        result: { done: { code: 'scale', takes: 'at_start' } },
      });
  });

  test('to the same number nothing happens', () => {
    const same = { code: 'same_number', instance: 'system6', farmers: 24 } as const;
    given(running)
      .when({ verb: 'scale', farmers: 24 })
      .thenIs({ result: { ok: true, changed: false, already: same, rebuild: running } });
  });

  test('on a farm that runs it is refused, with the reason and what works', () => {
    const plan = aPlan({ instance: anInstance({ engine: 'farm' }), engine: 'farm' });
    const onFarm = inStep('rebuild', {}, { plan });
    given(onFarm)
      .when({ verb: 'scale', farmers: 30 })
      .thenIs(refused(onFarm, { code: 'farmers_fixed', farmers: 24 }));
    expect(having(inStep('farmers', {}, { plan }), { verb: 'scale', farmers: 30 }).farmers.wanted).toBe(30);
  });

  test.each(['write', 'teardown', 'propagate'] as const)('in the step %s it is refused', (step) => {
    const rebuild = inStep(step);
    given(rebuild)
      .when({ verb: 'scale', farmers: 30 })
      .thenIs(refused(rebuild, { code: 'farmers_not_needed' }));
  });

  test.each([
    [0, { code: 'not_a_number_of_farmers', farmers: 0 }],
    [-3, { code: 'not_a_number_of_farmers', farmers: -3 }],
    [2.5, { code: 'not_a_number_of_farmers', farmers: 2.5 }],
    [Number.NaN, { code: 'not_a_number_of_farmers', farmers: Number.NaN }],
    [101, { code: 'too_many_farmers', farmers: 101, maximum: 100, instance: 'system6' }],
    [1, { code: 'too_few_farmers', farmers: 1, minimum: 2 }],
  ] as const)('to %s is refused, and nothing changes', (farmers, why) => {
    given(running)
      .when({ verb: 'scale', farmers })
      .thenIs(refused(running, why, 'invalid'));
  });

  const drift = { role: 'farmer', at: now - 5, expected: 24, found: 12, who: 'kubectl' } as const;
  test.each([
    [12, 'accepted'],
    [24, 'restored'],
    [30, 'restored'],
  ] as const)('to %s settles what somebody else changed: %s', (farmers, settled) => {
    const next = having({ ...running, drift }, { verb: 'scale', farmers });
    expect(next.drift).toEqual({ ...drift, settled });
    expect(next.farmers).toMatchObject({ target: farmers, wanted: farmers });
  });
});

describe('pause and resume', () => {
  test('paused time moves what was due, and is counted', () => {
    const deadline = now + 60_000;
    const running = inStep('farmers', { deadline });
    const pausing = having(running, { verb: 'pause', reason: 'the customer calls' });
    expect(pausing.pause).toEqual({
      state: 'pausing',
      by: bob,
      reason: 'the customer calls',
      at: now,
      after: 'farmers',
      remindAt: now + policy.remind,
    });
    if (!pausing.pause) throw new Error('not pausing');
    const paused: Rebuild = {
      ...pausing,
      pause: { ...pausing.pause, state: 'paused', pausedAt: now - 5_000 },
    };
    const resumed = having(paused, { verb: 'resume' });
    expect(resumed.pause).toBeUndefined();
    expect(resumed.pausedMs).toBe(5_000);
    expect(resumed.steps.find(({ name }) => name === 'farmers')?.deadline).toBe(deadline + 5_000);
  });

  test('a second pause names who was first, and changes nothing', () => {
    const pausing = having(inStep('rebuild'), { verb: 'pause', reason: 'lunch' }, alice);
    if (!pausing.pause) throw new Error('not pausing');
    const first = { code: 'paused', instance: 'system6', pause: pausing.pause } as const;
    given(pausing)
      .when({ verb: 'pause', reason: 'mine' })
      .thenIs({ result: { ok: true, changed: false, already: first, rebuild: pausing } });
  });
});

describe('cancel', () => {
  test('begins the teardown, also from a pause, and keeps who and why', () => {
    const paused = having(inStep('rebuild'), { verb: 'pause', reason: 'lunch' });
    const next = having(paused, { verb: 'cancel', reason: 'wrong instance' });
    expect(next.phase).toBe('cancelling');
    expect(next.pause).toBeUndefined();
    expect(next.end).toEqual({ at: now, by: bob, reason: 'wrong instance', step: 'rebuild', errors: [] });
  });

  test('says that nothing was touched, where that is so', () => {
    given(aRebuild())
      .when({ verb: 'cancel', reason: 'wrong instance' })
      .thenHas({ result: { done: { code: 'cancel', instance: 'system6', up: false, frozen: false } } });
  });
});

describe('retry', () => {
  test('begins the step that waits once more', () => {
    const ask = { code: 'write_failed', what: 'S3 refused', options: [], since: 1, until: now } as const;
    const next = having(inStep('write', { state: 'waiting', ask }), { verb: 'retry' });
    expect(next.steps.find(({ name }) => name === 'write')).toEqual({
      name: 'write',
      attempt: 1,
      state: 'pending',
    });
  });
});

describe('override', () => {
  const override = (rebuild: Rebuild, change: Partial<RebuildCommand & { verb: 'override' }>) =>
    apply(rebuild, { verb: 'override', kind: 'force', reason: 'known risk', ...change } as RebuildCommand);

  test('is on the record with its number, reason and person', () => {
    const { write } = override(inStep('farmers'), { kind: 'accept_farmers', amount: 1 });
    expect(write?.rebuild.overrides).toEqual([
      { n: 1, kind: 'accept_farmers', by: bob, at: now, reason: 'known risk', amount: 1 },
    ]);
    expect(write?.rebuild.farmers.minimum).toBe(1);
    const { text } = doneWords({ code: 'override_accept_farmers', farmers: 1, minimum: 2 });
    expect(write?.rebuild.ticket.entries[0]?.lines).toEqual([`${text} Because: known risk`]);
  });

  test('without a reason it is refused', () => {
    const rebuild = inStep('farmers');
    expect(override(rebuild, { reason: ' ' })).toEqual(refused(rebuild, { code: 'no_reason' }, 'invalid'));
  });

  test.each(stepNames)('skipping %s is allowed only where the rest does not rest on it', (step) => {
    const rebuild = inStep(step);
    const made = override(rebuild, { kind: 'skip_step' });
    if (skippable.includes(step)) expect(made.result).toMatchObject({ done: { step } });
    else expect(made).toEqual(refused(rebuild, { code: 'step_not_skippable', step }, 'invalid'));
  });

  test('extending moves the deadline and the question', () => {
    const ask = { code: 'too_few_farmers', what: 'x', options: [], since: 1, until: now + 10 } as const;
    const waiting = inStep('farmers', { state: 'waiting', deadline: now - 10, ask });
    const { write } = override(waiting, { kind: 'extend_deadline', amount: 1_000 });
    const step = write?.rebuild.steps.find(({ name }) => name === 'farmers');
    expect([step?.deadline, step?.ask?.until]).toEqual([now + 1_000, now + 1_010]);
  });

  test('going back makes the step and all after it pending; what was done before stays', () => {
    const { write } = override(inStep('write'), { kind: 'retry_from', step: 'farmers' });
    expect(write?.rebuild.steps.map(({ state }) => state)).toEqual([
      ...Array(4).fill('done'),
      ...Array(6).fill('pending'),
    ]);
  });

  test('going back after the farmers went begins with bringing them up', () => {
    const { write } = override(inStep('propagate'), { kind: 'retry_from', step: 'write' });
    expect(write?.rebuild.steps.find(({ name }) => name === 'farmers')?.state).toBe('pending');
  });

  test('it cannot go forward', () => {
    const rebuild = inStep('history');
    const ahead = { code: 'step_not_begun', step: 'rebuild', current: 'history' } as const;
    expect(override(rebuild, { kind: 'retry_from', step: 'rebuild' })).toEqual(
      refused(rebuild, ahead, 'invalid'),
    );
  });

  const overriding = { verb: 'override', reason: 'known risk' } as const;
  const end = { at: now, by: bob, reason: 'x', step: 'farmers', errors: [] } as const;
  const goingDown = inStep('teardown', {}, { phase: 'cancelling', end });

  test.each<readonly [string, Rebuild, Omit<OverrideOrder, 'verb' | 'reason'>, CommandDenial]>([
    ...(['skip_step', 'accept_farmers', 'force', 'retry_from'] as const).map(
      (kind) =>
        [`${kind} while it goes down`, goingDown, { kind }, { code: 'override_too_late', kind }] as const,
    ),
    [
      'what is over cannot be skipped',
      inStep('farmers'),
      { kind: 'skip_step', step: 'history' },
      { code: 'step_over', step: 'history', state: 'done' },
    ],
    ['no number of farmers', inStep('farmers'), { kind: 'accept_farmers' }, { code: 'no_number_of_farmers' }],
    [
      'more than were asked for',
      inStep('farmers'),
      { kind: 'accept_farmers', amount: 25 },
      { code: 'more_than_asked_for', farmers: 25, target: 24 },
    ],
    [
      'the minimum of now',
      inStep('farmers'),
      { kind: 'accept_farmers', amount: 2 },
      { code: 'minimum_already', farmers: 2 },
    ],
    ['no duration', inStep('farmers'), { kind: 'extend_deadline' }, { code: 'no_duration' }],
    [
      'no deadline',
      inStep('farmers'),
      { kind: 'extend_deadline', amount: 1 },
      { code: 'no_deadline', step: 'farmers' },
    ],
    [
      'the deadline of another step',
      inStep('farmers', { deadline: now }),
      { kind: 'extend_deadline', amount: 1, step: 'write' },
      { code: 'in_another_step', step: 'write', current: 'farmers' },
    ],
    ['forced after the rebuild', inStep('write'), { kind: 'force' }, { code: 'rebuild_step_over' }],
    ['back to nowhere', inStep('write'), { kind: 'retry_from' }, { code: 'step_not_restartable' }],
    ['farmers that are gone', inStep('propagate'), { kind: 'keep_farmers' }, { code: 'no_farmers_to_keep' }],
  ])('refused: %s', (_, rebuild, order, why) => {
    given(rebuild)
      .when({ ...overriding, ...order })
      .thenIs(refused(rebuild, why, 'invalid'));
  });

  test.each([
    ['force', { code: 'forced_already' }],
    ['keep_farmers', { code: 'kept_already', what: 'farmers' }],
    ['keep_guardian', { code: 'kept_already', what: 'guardian' }],
  ] as const)('%s a second time is refused', (kind, why) => {
    const once = having(inStep('farmers'), { ...overriding, kind });
    given(once)
      .when({ ...overriding, kind })
      .thenIs(refused(once, why, 'invalid'));
  });
});
