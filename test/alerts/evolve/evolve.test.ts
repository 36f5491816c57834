import { describe, expect, test } from 'vitest';
import { evolve } from '../../../src/alerts/evolve/evolve.ts';
import type { Alert } from '../../../src/alerts/model/alert.ts';
import type { AlertEvent } from '../../../src/alerts/model/event.ts';
import type { RouteChoice } from '../../../src/alerts/model/routing.ts';
import { anEvent, hours, minutes, resolveOf, t0 } from '../../builders/event.ts';

const policy = { refireWindow: hours(4), staleGrace: minutes(5) };
const route: RouteChoice = { route: 'checkout', channel: 'C01ALERTS', thread: true, actions: [] };

/** Takes events in one after another; answers the alert and each event's reason. */
const history = (events: readonly AlertEvent[], choice: RouteChoice = route) => {
  let alert: Alert | undefined;
  const reasons = events.map((event) => {
    const taken = evolve(alert, event, () => choice, policy);
    alert = taken.alert;
    return taken.reason;
  });
  if (!alert) throw new Error('a history has events');
  return { alert, reasons };
};

const open = (alert: Alert): Alert => ({
  ...alert,
  thread: { state: 'open', ts: '1.000001', at: t0, shown: '' },
});

test('repetitions by a source that never says since when are no new firings', () => {
  const at = (minute: number, over: Partial<AlertEvent> = {}) => {
    const time = t0 + minutes(minute);
    return anEvent({ time, startsAt: time, startUnknown: true, ...over });
  };
  const over = at(15, { status: 'resolved', endsAt: t0 + minutes(15) });
  const { alert, reasons } = history([at(0), at(5), at(10), over, at(30)]);
  expect(reasons).toEqual(['opened', 'no_change', 'no_change', 'resolved', 'refired']);
  expect([alert.fired, alert.firstStartsAt]).toEqual([2, t0]);
});

describe('the first event of a series', () => {
  test('a firing opens an alert that wants a thread', () => {
    const event = anEvent();
    const { alert, reasons } = history([event]);
    expect(reasons).toEqual(['opened']);
    expect(alert.id).toBe(`689b55798b76c552-${t0.toString(36)}`);
    expect([alert.status, alert.channel, alert.route, alert.fired, alert.events]).toEqual([
      'firing',
      'C01ALERTS',
      'checkout',
      1,
      1,
    ]);
    expect(alert.thread).toEqual({ state: 'wanted', since: t0, event: event.id });
  });

  test('a route without a thread is on record, and says so', () => {
    const { alert, reasons } = history([anEvent()], { ...route, thread: false });
    expect(reasons).toEqual(['no_thread_wanted']);
    expect(alert.thread).toEqual({ state: 'none' });
  });

  test('a resolve that comes first opens the alert as resolved, and starts no action', () => {
    const choice: RouteChoice = { ...route, actions: [{ kind: 'ticket' }] };
    const { alert, reasons } = history([resolveOf(anEvent(), t0 + minutes(1))], choice);
    expect(reasons).toEqual(['opened']);
    expect([alert.status, alert.endsAt, alert.actions]).toEqual(['resolved', t0 + minutes(1), []]);
  });

  test('two actions of one kind have keys of their own', () => {
    const { alert } = history([anEvent()], { ...route, actions: [{ kind: 'ticket' }, { kind: 'ticket' }] });
    expect(alert.actions.map((a) => a.key)).toEqual(['ticket', 'ticket-2']);
  });
});

describe('while it fires', () => {
  test('nothing happens when the same is said again, except that it was seen', () => {
    const first = anEvent();
    const { alert, reasons } = history([first, anEvent({ time: t0 + minutes(1) })]);
    expect(reasons).toEqual(['opened', 'no_change']);
    expect([alert.events, alert.fired, alert.lastSeen]).toEqual([2, 1, t0 + minutes(1)]);
  });

  test('new annotations and a new severity are taken over, and the severity is said in the thread', () => {
    const first = history([anEvent()]).alert;
    const worse = anEvent({ time: t0 + 1000, severity: 'warning', summary: '5xx ratio 2%' });
    const { alert, reason } = evolve(open(first), worse, () => route, policy);
    expect(reason).toBe('updated');
    expect([alert.severity, alert.summary]).toEqual(['warning', '5xx ratio 2%']);
    expect(alert.notes).toEqual([{ n: 1, kind: 'severity', at: t0 + 1000, text: 'critical → warning' }]);
  });

  test('nothing happens when an older message says otherwise', () => {
    const { alert, reasons } = history([
      anEvent({ time: t0 + minutes(2), summary: 'now' }),
      anEvent({ time: t0 + minutes(1), summary: 'then' }),
    ]);
    expect(reasons).toEqual(['opened', 'stale']);
    expect(alert.summary).toBe('now');
  });

  test('a resolve ends it', () => {
    const first = anEvent();
    const { alert, reasons } = history([first, resolveOf(first, t0 + minutes(3))]);
    expect(reasons).toEqual(['opened', 'resolved']);
    expect([alert.status, alert.endsAt]).toEqual(['resolved', t0 + minutes(3)]);
  });

  test('nothing happens when the resolve of an earlier firing comes late', () => {
    const now = anEvent({ startsAt: t0 + minutes(30), time: t0 + minutes(30) });
    const { alert, reasons } = history([now, resolveOf(anEvent(), t0 + minutes(10))]);
    expect(reasons).toEqual(['opened', 'stale']);
    expect(alert.status).toBe('firing');
  });

  test('a later start tells of a resolve that was never heard: it has fired again', () => {
    const { alert, reasons } = history([
      anEvent(),
      anEvent({ startsAt: t0 + minutes(9), time: t0 + minutes(9) }),
    ]);
    expect(reasons).toEqual(['opened', 'refired']);
    expect([alert.fired, alert.startsAt, alert.firstStartsAt]).toEqual([2, t0 + minutes(9), t0]);
  });

  test('an ad-hoc source that repeats itself has not fired again', () => {
    const adhoc = { type: 'adhoc', source: 'ci' } as const;
    const later = anEvent({ ...adhoc, startsAt: t0 + minutes(1), time: t0 + minutes(1) });
    const { alert, reasons } = history([anEvent(adhoc), later]);
    expect(reasons).toEqual(['opened', 'no_change']);
    expect([alert.fired, alert.startsAt]).toEqual([1, t0]);
  });
});

describe('after it was resolved', () => {
  const first = anEvent();
  const end = resolveOf(first, t0 + minutes(10));

  test('nothing happens when the resolve comes again', () => {
    expect(history([first, end, { ...end, id: 'again' }]).reasons).toEqual([
      'opened',
      'resolved',
      'no_change',
    ]);
  });

  test('nothing happens when the firing comes late or again', () => {
    const late = { ...first, id: 'late', time: t0 + minutes(11), receivedAt: t0 + minutes(11) };
    const { alert, reasons } = history([first, end, late]);
    expect(reasons).toEqual(['opened', 'resolved', 'stale']);
    expect(alert.status).toBe('resolved');
  });

  test('the same start fires again when that is said well after the end: Prometheus was restarted', () => {
    const again = anEvent({ time: t0 + minutes(16) });
    const { alert, reasons } = history([first, end, again]);
    expect(reasons).toEqual(['opened', 'resolved', 'refired']);
    expect([alert.status, alert.startsAt, alert.fired]).toEqual(['firing', t0 + minutes(16), 2]);
  });

  test('a new start within the window re-opens the same alert, and nobody has it any more', () => {
    const before = { ...history([first, end]).alert, ack: { by: { id: 'U1', name: 'Nora' }, at: t0 + 1 } };
    const again = anEvent({ startsAt: t0 + hours(2) });
    const { alert, reason } = evolve(open(before), again, () => route, policy);
    expect(reason).toBe('refired');
    expect([alert.id, alert.status, alert.ack, alert.endsAt]).toEqual([
      before.id,
      'firing',
      undefined,
      undefined,
    ]);
    expect(alert.notes.map((note) => [note.kind, note.text])).toEqual([
      ['refired', 'the acknowledgement by Nora was for the firing before'],
    ]);
  });

  test('at the very end of the window it is the same alert, a millisecond later another that links it', () => {
    const inside = anEvent({ startsAt: t0 + minutes(10) + hours(4) });
    const outside = anEvent({ startsAt: t0 + minutes(10) + hours(4) + 1 });
    const before = history([first, end]).alert;
    expect(evolve(before, inside, () => route, policy).reason).toBe('refired');
    const taken = evolve(open(before), outside, () => route, policy);
    expect(taken.reason).toBe('opened');
    expect(taken.alert.id).not.toBe(before.id);
    expect(taken.alert.previous).toEqual({ id: before.id, channel: 'C01ALERTS', ts: '1.000001' });
    expect(taken.archived?.id).toBe(before.id);
  });

  test('one that was folded into a digest wants a thread when it fires again', () => {
    const before: Alert = { ...history([first, end]).alert, thread: { state: 'folded', at: t0 } };
    const again = anEvent({ startsAt: t0 + hours(1) });
    const { alert, reason } = evolve(before, again, () => route, policy);
    expect(reason).toBe('reopened');
    expect(alert.thread).toEqual({ state: 'wanted', since: t0 + hours(1), event: again.id });
  });

  test('a whole firing of which only the end arrives is counted', () => {
    const other = resolveOf(anEvent({ startsAt: t0 + hours(1) }), t0 + hours(1) + minutes(1));
    const { alert, reasons } = history([first, end, other]);
    expect(reasons).toEqual(['opened', 'resolved', 'resolved']);
    expect([alert.fired, alert.endsAt]).toEqual([2, t0 + hours(1) + minutes(1)]);
    const late = history([first, end, other, anEvent({ startsAt: t0 + hours(1), time: t0 + hours(1) })]);
    expect(late.reasons.at(-1)).toBe('stale');
    expect(late.alert.status).toBe('resolved');
  });

  test('an ad-hoc source that says “resolved” again has not fired in between', () => {
    const adhoc = { type: 'adhoc', source: 'ci' } as const;
    const green = (at: number) => anEvent({ ...adhoc, status: 'resolved', startsAt: at, time: at });
    const { alert, reasons } = history([anEvent(adhoc), green(t0 + minutes(1)), green(t0 + hours(9))]);
    expect(reasons).toEqual(['opened', 'resolved', 'no_change']);
    expect(alert.fired).toBe(1);
  });
});

describe('a thread that no channel took', () => {
  const failed = (reason: string): Alert => ({
    ...history([anEvent()]).alert,
    thread: { state: 'failed', at: t0, reason },
  });

  test('is wanted again by a later event of the same firing', () => {
    const later = anEvent({ time: t0 + minutes(5) });
    const { alert, reason } = evolve(failed('channel_not_found'), later, () => route, policy);
    expect(reason).toBe('reopened');
    expect(alert.thread).toEqual({ state: 'wanted', since: t0 + minutes(5), event: later.id });
  });

  test('nothing happens when that was only just tried, or when a person deleted it', () => {
    const soon = anEvent({ time: t0 + minutes(4) });
    const later = anEvent({ time: t0 + hours(1) });
    expect(evolve(failed('channel_not_found'), soon, () => route, policy).reason).toBe('no_change');
    expect(evolve(failed('message_not_found'), later, () => route, policy).reason).toBe('no_change');
    // An older farmhand took these for deleted: the root is there.
    expect(evolve(failed('cant_update_message'), later, () => route, policy).reason).toBe('no_change');
    expect(evolve(failed('update_failed'), later, () => route, policy).reason).toBe('no_change');
  });
});
