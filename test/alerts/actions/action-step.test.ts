import { describe, expect, test } from 'vitest';
import {
  type ActionPolicy,
  claimAction,
  finishAction,
  planActions,
} from '../../../src/alerts/actions/action-step.ts';
import type { ActionSpec, ActionState, Alert } from '../../../src/alerts/model/alert.ts';
import { openAlert } from '../../../src/alerts/model/open.ts';
import { anEvent, hours, minutes, t0 } from '../../builders/event.ts';
import { givenFor } from '../../support/given.ts';

const task: ActionSpec = { kind: 'api_task', task: 'bounce', params: {}, attempts: 3, backoff: 5_000 };
const alertWith = (specs: readonly ActionSpec[], over: Partial<Alert> = {}): Alert => ({
  ...openAlert(anEvent(), { route: 'r', channel: 'C01ALERTS', thread: true, actions: specs }),
  ...over,
});
const policy = (needs: readonly ('thread' | 'ticket' | 'api_task')[] = []): ActionPolicy => ({
  claimTimeout: 90_000,
  needs: (action) => new Set(action.kind === 'api_task' ? needs : []),
});
const given = givenFor(
  (alert: Alert, needs: readonly ('thread' | 'ticket' | 'api_task')[] = [], now: number = t0) =>
    planActions(alert, now, policy(needs)),
);
const first = (alert: Alert): ActionState => {
  const [action] = alert.actions;
  if (!action) throw new Error('an alert with actions');
  return action;
};
const claimed = (alert: Alert, now = t0): Alert => {
  const next = claimAction(alert, first(alert), now);
  if (!next) throw new Error('somebody else has it');
  return next;
};

describe('when an action may run', () => {
  test('all at once, where none uses another', () => {
    const alert = alertWith([{ kind: 'ticket' }, task]);
    given(alert).when().thenIs({ run: alert.actions });
  });

  test('one that uses the ticket waits for it, and only while it can still come', () => {
    const alert = alertWith([{ kind: 'ticket' }, task]);
    given(alert)
      .when(['ticket'])
      .thenIs({ run: [first(alert)] });
    const [ticket, second] = alert.actions;
    if (!ticket || !second) throw new Error('an alert with two actions');
    given({ ...alert, actions: [{ ...ticket, state: 'failed' }, second] })
      .when(['ticket'])
      .thenIs({ run: [second] });
  });

  test('one that uses the thread waits for it', () => {
    const alert = alertWith([task]);
    given(alert).when(['thread']).thenIs({ run: [] });
    given({ ...alert, thread: { state: 'open', ts: '1.1', at: t0, shown: '' } })
      .when(['thread'])
      .thenIs({ run: alert.actions });
  });

  test('not before its time; a run that lost its worker comes back after the claim timeout', () => {
    const alert = claimed(alertWith([task]));
    given(alert)
      .when([], t0 + 89_999)
      .thenIs({ run: [], wakeAt: t0 + 90_000 });
    given(alert)
      .when([], t0 + 90_000)
      .thenIs({ run: alert.actions });
  });

  test('nothing happens when somebody else has claimed it', () => {
    const alert = alertWith([task]);
    expect(claimAction(claimed(alert), first(alert), t0)).toBeUndefined();
  });
});

describe('what came of an action', () => {
  test('a failure that may pass is tried again, waiting twice as long each time, then given up', () => {
    let alert = alertWith([task]);
    const waits: number[] = [];
    let now = t0;
    for (let i = 0; i < 3; i++) {
      alert = claimed(alert, now);
      const done = finishAction(alert, 'api_task', i + 1, { ok: false, retry: true, error: '503' }, now);
      if (!done) throw new Error('the outcome applies');
      alert = done.alert;
      waits.push(first(alert).nextAt - now);
      now = first(alert).nextAt;
    }
    expect(waits).toEqual([5_000, 10_000, 0]);
    expect([first(alert).state, first(alert).attempts, first(alert).error]).toEqual(['failed', 3, '503']);
  });

  test('the other system’s own wait is obeyed when it is longer', () => {
    const alert = claimed(alertWith([task]));
    const result = { ok: false, retry: true, error: '429', retryAfterMs: 60_000 } as const;
    const done = finishAction(alert, 'api_task', 1, result, t0);
    expect(done && first(done.alert).nextAt).toBe(t0 + 60_000);
  });

  test('a failure for good is said in the thread', () => {
    const open: Alert = claimed(
      alertWith([task], { thread: { state: 'open', ts: '1.1', at: t0, shown: '' } }),
    );
    const done = finishAction(open, 'api_task', 1, { ok: false, retry: false, error: 'unknown task' }, t0);
    expect(done?.alert.notes).toEqual([
      { n: 1, kind: 'action_failed', at: t0, text: 'api_task: unknown task' },
    ]);
  });

  test('a success is kept although it was already given up; nothing happens when it comes twice', () => {
    const alert = claimed(alertWith([{ kind: 'ticket' }]));
    const given = finishAction(alert, 'ticket', 1, { ok: false, retry: false, error: 'no' }, t0);
    const late =
      given && finishAction(given.alert, 'ticket', 1, { ok: true, id: 'OPS-1', url: 'https://j/OPS-1' }, t0);
    expect(late && first(late.alert)).toMatchObject({
      state: 'done',
      outcome: { id: 'OPS-1', url: 'https://j/OPS-1' },
    });
    expect(late && finishAction(late.alert, 'ticket', 1, { ok: true, id: 'OPS-2' }, t0)).toBeUndefined();
  });

  test('nothing happens when an old failure comes after another worker took over', () => {
    const again = claimAction(claimed(alertWith([task])), first(claimed(alertWith([task]))), t0 + 90_000);
    const late = { ok: false, retry: true, error: 'timeout' } as const;
    expect(again && finishAction(again, 'api_task', 1, late, t0 + 95_000)).toBeUndefined();
  });

  test('a silence lasts from when it was asked for, however long it took', () => {
    const spec = { kind: 'silence', durationMs: hours(2), reason: 'deploy' } as const;
    const alert = claimed(alertWith([spec]));
    const done = finishAction(alert, 'silence', 1, { ok: true, id: 's1' }, t0 + minutes(30));
    expect(done?.alert.silence).toEqual({
      id: 's1',
      by: { id: 'farmhand' },
      reason: 'deploy',
      until: t0 + hours(2),
    });
  });
});
