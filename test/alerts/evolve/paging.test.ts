import { describe, expect, test } from 'vitest';
import { claimAction, finishAction } from '../../../src/alerts/actions/action-step.ts';
import { pagerRequest } from '../../../src/alerts/actions/requests.ts';
import { applyAlertCommand } from '../../../src/alerts/evolve/apply-command.ts';
import { withPaging } from '../../../src/alerts/evolve/paging.ts';
import type { ActionSpec, ActionState, Alert } from '../../../src/alerts/model/alert.ts';
import { openAlert } from '../../../src/alerts/model/open.ts';
import { anOpenAlert, aRoute } from '../../builders/alert.ts';
import { anEvent, minutes, t0 } from '../../builders/event.ts';

const spec = { kind: 'pager', to: 'on-call', after: minutes(5) } as const;
const ana = { id: 'U1', name: 'Ana' };
const route = aRoute({ actions: [spec] });
const opened = (): Alert => ({ ...anOpenAlert(), actions: openAlert(anEvent(), route).actions });

const pagerOf = ({
  actions,
}: Alert): ActionState & { readonly spec: Extract<ActionSpec, { kind: 'pager' }> } => {
  const [action] = actions;
  if (action?.spec.kind !== 'pager') throw new Error('there is no pager');
  return { ...action, spec: action.spec };
};
const begun = (alert: Alert, now: number): Alert => {
  const claimed = claimAction(alert, pagerOf(alert), now);
  if (!claimed) throw new Error('not claimed');
  return claimed;
};
const ended = (
  alert: Alert,
  now: number,
  result: Parameters<typeof finishAction>[3] = { ok: true, id: 'x' },
) => {
  const { key, attempts } = pagerOf(alert);
  const done = finishAction(alert, key, attempts, result, now);
  if (!done) throw new Error('not finished');
  return done;
};
const run = (alert: Alert, now: number): Alert => ended(begun(alert, now), now + 1).alert;
const asked = (alert: Alert, verb: 'acknowledge' | 'unacknowledge', now: number): Alert => {
  const done = applyAlertCommand(alert, { verb }, ana, now);
  if (!done.ok) throw new Error(done.code);
  return done.alert;
};
const over = (alert: Alert, now: number): Alert =>
  withPaging(alert, { ...alert, status: 'resolved', endsAt: now }, now);
const fires = (alert: Alert, now: number): Alert =>
  withPaging(alert, { ...alert, status: 'firing', fired: alert.fired + 1 }, now);
const says = (alert: Alert): unknown => pagerRequest(alert, pagerOf(alert).spec, {} as never, 'k')?.say;

test('it waits, and pages then', () => {
  expect(pagerOf(opened())).toMatchObject({ key: 'pager', state: 'waiting', nextAt: t0 + minutes(5) });
  const running = begun(opened(), t0 + minutes(5));
  expect(says(running)).toBe('trigger');
  const { alert, journal } = ended(running, t0 + minutes(5) + 1);
  expect(pagerOf(alert)).toMatchObject({ state: 'done', spec: { ...spec, told: 'trigger' } });
  expect(alert.notes.map(({ kind, text }) => [kind, text])).toEqual([['paged', 'on-call']]);
  expect(journal).toEqual([
    { at: t0 + minutes(5) + 1, who: 'farmhand', what: 'pager_done', why: 'on-call: trigger' },
  ]);
});

test('nobody is paged for what somebody has by then, or is over', () => {
  for (const alert of [asked(opened(), 'acknowledge', t0), over(opened(), t0)]) {
    const running = begun(alert, t0 + minutes(5));
    expect(says(running)).toBeUndefined();
    const done = ended(running, t0 + minutes(5)).alert;
    expect(pagerOf(done).spec).not.toHaveProperty('told');
    expect(done.notes.some(({ kind }) => kind === 'paged')).toBe(false);
  }
});

describe('what was paged', () => {
  const paged = (): Alert => run(opened(), t0 + minutes(5));

  test('is acknowledged and ended at once, each as a change of its own', () => {
    const had = asked(paged(), 'acknowledge', t0 + minutes(6));
    expect(pagerOf(had)).toMatchObject({
      key: 'pager.2',
      state: 'waiting',
      attempts: 0,
      nextAt: t0 + minutes(6),
    });
    expect(pagerOf(had)).not.toHaveProperty('audited');
    const running = begun(had, t0 + minutes(6));
    expect(says(running)).toBe('acknowledge');
    const end = over(ended(running, t0 + minutes(6)).alert, t0 + minutes(7));
    expect(pagerOf(end).key).toBe('pager.3');
    expect(says(begun(end, t0 + minutes(7)))).toBe('resolve');
  });

  test('is paged again where it is given back or fires again, after the same wait', () => {
    const back = asked(run(asked(paged(), 'acknowledge', t0), t0), 'unacknowledge', t0 + minutes(9));
    expect(pagerOf(back).nextAt).toBe(t0 + minutes(14));
    const again = fires(run(over(paged(), t0), t0), t0 + minutes(9));
    expect(pagerOf(again).nextAt).toBe(t0 + minutes(14));
    expect(says(begun(again, t0 + minutes(14)))).toBe('trigger');
  });

  test('of two changes while it was away, only the last is told', () => {
    const had = asked(paged(), 'acknowledge', t0 + minutes(6));
    const retried = ended(begun(had, t0 + minutes(6)), t0 + minutes(6), {
      ok: false,
      retry: true,
      error: '503',
    });
    const end = over(retried.alert, t0 + minutes(7));
    expect(pagerOf(end)).toMatchObject({ key: 'pager.2', nextAt: t0 + minutes(7) });
    const told = run(end, t0 + minutes(7));
    expect(pagerOf(told)).toMatchObject({ state: 'done', spec: { told: 'resolve' } });
  });

  test('what changes while it is told is told after it', () => {
    const running = begun(opened(), t0 + minutes(5));
    const had = asked(running, 'acknowledge', t0 + minutes(5));
    expect(pagerOf(had).state).toBe('running');
    const { alert } = ended(had, t0 + minutes(6));
    expect(pagerOf(alert)).toMatchObject({ key: 'pager.2', state: 'waiting', spec: { told: 'trigger' } });
  });

  test('a page that may have arrived is ended, though nobody knows', () => {
    const lost = ended(begun(opened(), t0 + minutes(5)), t0 + minutes(5), {
      ok: false,
      retry: true,
      error: 'lost',
    });
    const end = over(lost.alert, t0 + minutes(6));
    expect(says(begun(end, t0 + minutes(6)))).toBe('resolve');
  });

  test('nothing happens where nothing it knows of has changed', () => {
    const alert = paged();
    expect(withPaging(alert, { ...alert, severity: 'info' }, t0 + minutes(6)).actions).toBe(alert.actions);
  });
});

describe('a page whose last try was not answered', () => {
  const unanswered = { ok: false, retry: true, error: 'HTTP 503' } as const;
  const lastTry = (): Alert => {
    let alert = begun(opened(), t0 + minutes(5));
    for (let at = t0 + minutes(6); ; at += minutes(15)) {
      const { alert: next } = ended(alert, at, unanswered);
      if (pagerOf(next).state === 'failed') return alert;
      alert = begun(next, at + minutes(14));
    }
  };

  test('may have arrived: the end is told all the same', () => {
    const { alert } = ended(lastTry(), t0 + minutes(300), unanswered);
    expect(pagerOf(alert)).toMatchObject({ state: 'failed', spec: { told: 'trigger' } });
    const end = begun(over(alert, t0 + minutes(301)), t0 + minutes(301));
    expect(says(end)).toBe('resolve');
  });

  test('and that is over by then: the end is told', () => {
    const { alert } = ended(over(lastTry(), t0 + minutes(299)), t0 + minutes(300), unanswered);
    expect(pagerOf(alert)).toMatchObject({ key: 'pager.2', state: 'waiting', attempts: 0 });
    expect(says(begun(alert, t0 + minutes(300)))).toBe('resolve');
  });
});

test('one that was given up is told of the next firing', () => {
  const refused = ended(begun(opened(), t0 + minutes(5)), t0 + minutes(5), {
    ok: false,
    retry: false,
    error: '400',
  });
  expect(pagerOf(refused.alert).state).toBe('failed');
  expect(pagerOf(over(refused.alert, t0 + minutes(6))).state).toBe('failed');
  const again = fires({ ...over(refused.alert, t0 + minutes(6)) }, t0 + minutes(7));
  expect(pagerOf(again)).toMatchObject({ key: 'pager.2', state: 'waiting', attempts: 0 });
});

test('a page that may have arrived before it was refused is ended', () => {
  const lost = ended(begun(opened(), t0 + minutes(5)), t0 + minutes(5), {
    ok: false,
    retry: true,
    error: 'the answer was lost',
  });
  const refused = ended(begun(lost.alert, t0 + minutes(6)), t0 + minutes(6), {
    ok: false,
    retry: false,
    error: 'HTTP 403',
  });
  const end = over(refused.alert, t0 + minutes(9));
  expect(pagerOf(end)).toMatchObject({ key: 'pager.2', state: 'waiting' });
  expect(says(begun(end, t0 + minutes(9)))).toBe('resolve');
});

test('a pager that is away is tried for two days', () => {
  let alert = begun(opened(), t0 + minutes(5));
  const away = { ok: false, retry: true, error: 'HTTP 503' } as const;
  for (let at = t0 + minutes(5); at < t0 + minutes(46 * 60); ) {
    alert = ended(alert, at, away).alert;
    expect(pagerOf(alert).state).toBe('waiting');
    at = pagerOf(alert).nextAt;
    alert = begun(alert, at);
  }
});

test('nothing happens when a run that said nothing ends after another one has begun to page', () => {
  const asleep = begun(over(opened(), t0), t0);
  expect(says(asleep)).toBeUndefined();
  const again = begun(fires(asleep, t0 + minutes(1)), t0 + minutes(6));
  expect(says(again)).toBe('trigger');
  const { key, attempts } = pagerOf(asleep);
  expect(finishAction(again, key, attempts, { ok: true, id: 'x' }, t0 + minutes(7))).toBeUndefined();
  expect(pagerOf(ended(again, t0 + minutes(7)).alert).spec.told).toBe('trigger');
});

test('a member of a group pages nobody: its group does', () => {
  expect(openAlert(anEvent(), { ...route, groupBy: ['service'] }).actions).toEqual([]);
});
