import { describe, expect, test } from 'vitest';
import { applyRebuildCommand } from '../../../src/rebuild/commands/apply-command.ts';
import type { RebuildCommand } from '../../../src/rebuild/model/command.ts';
import type { Rebuild } from '../../../src/rebuild/model/rebuild.ts';
import { skippable, stepNames } from '../../../src/rebuild/model/steps.ts';
import { anInstance, aPlan, aRebuild, inStep, startedAt } from '../../builders/rebuild.ts';

const alice = { id: 'U0ALICE', name: 'Alice Ash' };
const bob = { id: 'U0BOB', name: 'Bob Birch' };
const now = startedAt + 3_600_000;
const policy = { remind: 4 * 3_600_000 };

const apply = (rebuild: Rebuild, command: RebuildCommand, by = bob) =>
  applyRebuildCommand(rebuild, command, by, now, policy);
const having = (rebuild: Rebuild, command: RebuildCommand, by = bob): Rebuild => {
  const { write, result } = apply(rebuild, command, by);
  if (!result.ok || !write) throw new Error(result.ok ? 'nothing was written' : result.says.join(' '));
  return write.rebuild;
};
const saysOf = (rebuild: Rebuild, command: RebuildCommand): string => {
  const { result } = apply(rebuild, command);
  return result.ok ? result.says : result.says.join(' ');
};

describe('scale', () => {
  const running = inStep('rebuild');

  test('changes the number, and tells thread, ticket and journal who, from what, to what and why', () => {
    const { write, result } = apply(running, { verb: 'scale', farmers: 30, reason: 'too slow' });
    expect(result).toMatchObject({ ok: true, changed: true, says: 'system6 goes from 24 to 30 farmers.' });
    const text = 'system6 goes from 24 to 30 farmers. Because: too slow';
    expect(write?.rebuild.farmers).toEqual({
      ...running.farmers,
      target: 30,
      wanted: 30,
      asked: { by: bob, reason: 'too slow' },
    });
    expect(write?.rebuild.card.notes).toEqual([{ n: 1, kind: 'scaled', text, by: bob, at: now }]);
    expect(write?.rebuild.ticket.entries).toEqual([
      { n: 1, kind: 'change', by: bob, at: now, lines: [text] },
    ]);
    expect(write?.journal).toEqual([{ at: now, who: 'U0BOB', what: 'scale', why: text }]);
    expect(write?.rebuild.driveAt).toBe(now);
  });

  test('before the farmers are up it only changes what they will be', () => {
    const next = having(inStep('history'), { verb: 'scale', farmers: 30 });
    expect(next.farmers).toMatchObject({ target: 30, wanted: 0 });
  });

  test('to the same number nothing happens', () => {
    expect(apply(running, { verb: 'scale', farmers: 24 })).toMatchObject({
      result: { ok: true, changed: false },
    });
    expect(apply(running, { verb: 'scale', farmers: 24 }).write).toBeUndefined();
  });

  test('on a farm that runs it is refused, with the reason and what works', () => {
    const plan = aPlan({ instance: anInstance({ engine: 'farm' }), engine: 'farm' });
    expect(saysOf(inStep('rebuild', {}, { plan }), { verb: 'scale', farmers: 30 })).toBe(
      'Not scaled: it runs on the farm engine: its 24 farmers were fixed when it started, and later ones would do nothing. What works: wait, or cancel it and start again with another number (the work done so far is lost).',
    );
    expect(having(inStep('farmers', {}, { plan }), { verb: 'scale', farmers: 30 }).farmers.wanted).toBe(30);
  });

  test.each(['write', 'teardown', 'propagate'] as const)('in the step %s it is refused', (step) => {
    expect(saysOf(inStep(step), { verb: 'scale', farmers: 30 })).toContain('no longer needed');
  });

  test.each([0, -3, 2.5, Number.NaN, 101, 1])('to %s is refused, and nothing changes', (farmers) => {
    const { write, result } = apply(running, { verb: 'scale', farmers });
    expect(result).toMatchObject({ ok: false, code: 'invalid' });
    expect(write).toBeUndefined();
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
    expect(apply(pausing, { verb: 'pause', reason: 'mine' })).toEqual({
      result: {
        ok: true,
        changed: false,
        says: 'system6 is pausing already, by Alice Ash, because: lunch',
        rebuild: pausing,
      },
    });
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
    expect(saysOf(aRebuild(), { verb: 'cancel', reason: 'wrong instance' })).toBe(
      'Cancelling system6: nothing was touched yet.',
    );
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
    expect(write?.rebuild.ticket.entries[0]?.lines).toEqual([
      'Override: 1 farmer is enough, instead of 2. Because: known risk',
    ]);
  });

  test('without a reason it is refused', () => {
    expect(override(inStep('farmers'), { reason: ' ' }).result).toMatchObject({ ok: false, code: 'invalid' });
  });

  test.each(stepNames)('skipping %s is allowed only where the rest does not rest on it', (step) => {
    const { result } = override(inStep(step), { kind: 'skip_step' });
    expect(result.ok).toBe(skippable.includes(step));
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
    expect(override(inStep('history'), { kind: 'retry_from', step: 'rebuild' }).result.ok).toBe(false);
  });
});
