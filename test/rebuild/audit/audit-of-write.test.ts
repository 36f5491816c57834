import { describe, expect, test } from 'vitest';
import { auditOfWrite } from '../../../src/rebuild/audit/audit-of-write.ts';
import type { Effect, EffectState } from '../../../src/rebuild/model/parts/effect-state.ts';
import type { Rebuild } from '../../../src/rebuild/model/rebuild.ts';
import { aScaleUp, inStep, startedAt } from '../../builders/rebuild.ts';
import { givenFor } from '../../support/given.ts';

const now = startedAt + 60_000;
const claimed = aScaleUp({
  at: startedAt + 50_000,
  claim: 'p1.7',
  by: { id: 'U0ALICE', name: 'Alice Ash' },
  reason: 'month-end',
});
const during = (effects: readonly EffectState[], over: Partial<Rebuild> = {}) =>
  inStep('farmers', {}, { effects, ...over });
const given = givenFor((before: Rebuild, after: Rebuild) =>
  auditOfWrite(before, after, now).map(({ type, outcome, action_id, error }) =>
    [type, outcome, action_id, error].filter((word) => word !== undefined).join(' '),
  ),
);

describe('a change of the world', () => {
  test('is intended with its claim, and ends with its outcome', () => {
    given(during([]))
      .when(during([claimed]))
      .thenIs(['change_intent intended p1.7']);
    given(during([claimed]))
      .when(during([{ ...claimed, state: 'done', endedAt: now }]))
      .thenIs(['change_outcome done p1.7']);
    given(during([claimed]))
      .when(during([{ ...claimed, state: 'failed', error: 'HTTP 403' }]))
      .thenIs(['change_outcome failed p1.7 HTTP 403']);
  });

  test('whose outcome is not known is told so once, and again when it is', () => {
    const unsure = { ...claimed, error: 'timed out', retryAt: now + 90_000 };
    given(during([claimed]))
      .when(during([unsure]))
      .thenIs(['change_outcome unknown p1.7 timed out']);
    given(during([unsure]))
      .when(during([{ ...unsure, retryAt: now + 180_000 }]))
      .thenIs([]);
    given(during([unsure]))
      .when(during([{ ...claimed, state: 'done' }]))
      .thenIs(['change_outcome done p1.7']);
  });

  test('that is taken over ends as not known, and is intended once more', () => {
    given(during([claimed]))
      .when(during([{ ...claimed, claim: 'p2.1', attempts: 2 }]))
      .thenIs(['change_outcome unknown p1.7', 'change_intent intended p2.1']);
  });

  test('that was found done without a claim has both', () => {
    given(during([]))
      .when(during([{ ...claimed, state: 'done', endedAt: now }]))
      .thenIs(['change_intent intended p1.7', 'change_outcome done p1.7']);
  });

  test('says nothing when a write is about something else', () => {
    given(during([claimed]))
      .when(during([claimed], { pausedMs: 5 }))
      .thenIs([]);
  });
});

const whole = (effect: Effect, over: Partial<Rebuild> = {}) => {
  const after = during([{ ...claimed, effect }], over);
  return auditOfWrite(during([]), after, now)[0];
};

test('an intent says who, what, when, why, by which plan, and who approved it', () => {
  const by = { id: 'U0BO', name: 'Bo' };
  const rebuild = during([claimed], {
    approval: { by, at: startedAt, planHash: 'h', hash: 'of all that was shown' },
    ticket: { state: 'open', key: 'OPS-7', entries: [], count: 0, attempts: 1 },
    alert: 'f00-1',
  });
  expect(auditOfWrite(during([]), rebuild, now)).toEqual([
    {
      type: 'change_intent',
      time_utc: '2026-11-20T03:00:50.000Z',
      outcome: 'intended',
      actor: { id: 'farmhand' },
      on_behalf_of: { id: 'U0ALICE', name: 'Alice Ash' },
      object: { kind: 'rebuild', id: rebuild.id, instance: 'system6' },
      action_id: 'p1.7',
      correlation: {
        version: rebuild.version,
        step: 'farmers',
        phase: 'running',
        key: 'system6-20261120-1/farmers/1',
        attempt: 1,
      },
      why: { reason: 'month-end', ticket: 'OPS-7', alert: 'f00-1' },
      plan_hash: rebuild.plan.hash,
      approval: [{ by, time_utc: '2026-11-20T03:00:00.000Z', hash: 'of all that was shown' }],
      before: expect.objectContaining({ change: 'scale', way: 'kubernetes', replicas: 0 }),
      after: expect.objectContaining({ change: 'scale', way: 'kubernetes', replicas: 24 }),
    },
  ]);
});

// Every kind of effect there is: a new one does not compile here.
const everyEffect: { readonly [Kind in Effect['kind']]: Extract<Effect, { kind: Kind }> } = {
  scale: { kind: 'scale', role: 'farmer', from: 0, to: 24 },
  run: { kind: 'run', run: 'rebuild', recover: true },
  propagate: { kind: 'propagate', frontend: 'system6-fe1' },
  stop_run: { kind: 'stop_run' },
};
test.each(Object.values(everyEffect))('every change says from what to what: $kind', (effect) => {
  const { before, after } = whole(effect) ?? {};
  expect([before?.['change'], after?.['change']]).toEqual([effect.kind, effect.kind]);
  expect(after).not.toEqual(before);
});

describe('what farmhand decides by itself', () => {
  const decided = givenFor((before: Rebuild, after: Rebuild) =>
    auditOfWrite(before, after, now).map(({ type, before: was, after: is }) => ({ type, was, is })),
  );

  test('that it ends, with the errors it knows', () => {
    const end = {
      at: now,
      by: { id: 'farmhand' },
      reason: 'x',
      step: 'farmers',
      errors: ['too few'],
    } as const;
    decided(during([]))
      .when(during([], { phase: 'failing', end }))
      .thenIs([
        {
          type: 'decision',
          was: { phase: 'running' },
          is: { decided: 'phase', phase: 'failing', errors: ['too few'] },
        },
      ]);
  });

  test('that it asks a person, once for each question', () => {
    const ask = { code: 'too_few_farmers', what: 'x', options: [], since: now } as const;
    const asking = inStep('farmers', { state: 'waiting', ask });
    decided(during([]))
      .when(asking)
      .thenIs([
        {
          type: 'decision',
          was: undefined,
          is: { decided: 'asks_a_person', step: 'farmers', question: 'too_few_farmers' },
        },
      ]);
    decided(asking)
      .when({ ...asking, pausedMs: 1 })
      .thenIs([]);
  });

  test('that somebody else has changed a number', () => {
    const drift = { role: 'farmer', at: now, expected: 24, found: 3, who: 'kubectl-scale' } as const;
    decided(during([]))
      .when(during([], { drift }))
      .thenIs([
        {
          type: 'decision',
          was: { replicas: 24 },
          is: { decided: 'changed_by_others', role: 'farmer', replicas: 3, who: 'kubectl-scale' },
        },
      ]);
  });
});

describe('what people do to its ticket', () => {
  const seen = { status: 'To Do', done: false, watched: {}, edits: [] };
  const withTicket = (ticket: Partial<Rebuild['ticket']>): Rebuild => {
    const rebuild = inStep('rebuild');
    return { ...rebuild, ticket: { ...rebuild.ticket, ...ticket } };
  };
  const decided = givenFor((before: Rebuild, after: Rebuild) =>
    auditOfWrite(before, after, now).map((entry) => entry.after),
  );
  const ticket = 'OPS-7';

  test('is on record with who it was, each once', () => {
    const edits = [{ by: 'Ada', fields: ['summary'] }];
    const done = { ...seen, status: 'Done', done: true, movedBy: 'Bo', edits };
    const hold = { why: 'closed', since: now, by: 'Bo' } as const;
    decided(withTicket({ seen }))
      .when(withTicket({ seen: done, hold }))
      .thenIs([
        { decided: 'ticket_edited_by_others', ticket, who: 'Ada', fields: ['summary'] },
        { decided: 'ticket_moved_by_others', ticket, who: 'Bo', status: 'Done' },
        { decided: 'holds_for_its_ticket', ticket, why: 'closed' },
      ]);
    decided(withTicket({ seen: done, hold }))
      .when(withTicket({ seen: { ...done, edits: [] }, hold }))
      .thenIs([]);
  });

  test('is on record when it is deleted, and when it goes on', () => {
    const hold = { why: 'deleted', since: now } as const;
    decided(withTicket({}))
      .when(withTicket({ gone: [ticket] }))
      .thenIs([{ decided: 'ticket_deleted_by_others', ticket }]);
    decided(withTicket({ hold }))
      .when(withTicket({ key: 'OPS-8' }))
      .thenIs([{ decided: 'goes_on_with_its_ticket', ticket: 'OPS-8' }]);
  });
});
