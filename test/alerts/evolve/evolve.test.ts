import { describe, expect, test } from 'vitest';
import { evolve } from '../../../src/alerts/evolve/evolve.ts';
import { remark } from '../../../src/alerts/messages/remarks.ts';
import type { Alert } from '../../../src/alerts/model/alert.ts';
import type { AlertEvent } from '../../../src/alerts/model/event.ts';
import type { RouteChoice } from '../../../src/alerts/model/routing.ts';
import { anEvent, hours, minutes, resolveOf, t0 } from '../../builders/event.ts';
import { givenFor } from '../../support/given.ts';

const policy = { refireWindow: hours(4), staleGrace: minutes(5) };
const route: RouteChoice = { route: 'checkout', channel: 'C01ALERTS', thread: true, actions: [] };

const given = givenFor((before: Alert | undefined, event: AlertEvent, choice: RouteChoice = route) =>
  evolve(before, event, () => choice, policy),
);
/** The alert that these events made, one after another. */
const alertOf = (...events: readonly [AlertEvent, ...AlertEvent[]]): Alert => {
  const [first, ...rest] = events;
  return rest.reduce(
    (alert, event) => given(alert).when(event).result.alert,
    given(undefined).when(first).result.alert,
  );
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
  given(alertOf(at(0)))
    .when(at(5))
    .thenHas({ reason: 'no_change' });
  given(alertOf(at(0), at(5), at(10), over))
    .when(at(30))
    .thenHas({ reason: 'refired', alert: { fired: 2, firstStartsAt: t0 } });
});

describe('the first event of a series', () => {
  test('a firing opens an alert that wants a thread', () => {
    const event = anEvent();
    given(undefined)
      .when(event)
      .thenHas({
        reason: 'opened',
        alert: {
          id: `689b55798b76c552-${t0.toString(36)}`,
          status: 'firing',
          channel: 'C01ALERTS',
          route: 'checkout',
          fired: 1,
          events: 1,
          thread: { state: 'wanted', since: t0, event: event.id },
        },
      });
  });

  test('a route without a thread is on record, and says so', () => {
    given(undefined)
      .when(anEvent(), { ...route, thread: false })
      .thenHas({ reason: 'no_thread_wanted', alert: { thread: { state: 'none' } } });
  });

  test('a resolve that comes first opens the alert as resolved, and starts no action', () => {
    const choice: RouteChoice = { ...route, actions: [{ kind: 'ticket' }] };
    given(undefined)
      .when(resolveOf(anEvent(), t0 + minutes(1)), choice)
      .thenHas({ reason: 'opened', alert: { status: 'resolved', endsAt: t0 + minutes(1), actions: [] } });
  });

  test('two actions of one kind have keys of their own', () => {
    const choice: RouteChoice = { ...route, actions: [{ kind: 'ticket' }, { kind: 'ticket' }] };
    const { alert } = given(undefined).when(anEvent(), choice).result;
    expect(alert.actions.map((a) => a.key)).toEqual(['ticket', 'ticket-2']);
  });
});

describe('while it fires', () => {
  test('nothing happens when the same is said again, except that it was seen', () => {
    const before = alertOf(anEvent());
    const seen = { events: 2, eventTime: t0 + minutes(1), lastSeen: t0 + minutes(1) };
    given(before)
      .when(anEvent({ time: t0 + minutes(1) }))
      .thenIs({ reason: 'no_change', alert: { ...before, ...seen }, journal: [] });
  });

  test('new annotations and a new severity are taken over, and the severity is said in the thread', () => {
    const facts = { severity: 'warning', summary: '5xx ratio 2%' } as const;
    const notes = [{ n: 1, kind: 'severity', at: t0 + 1000, text: 'critical → warning' }] as const;
    given(open(alertOf(anEvent())))
      .when(anEvent({ time: t0 + 1000, ...facts }))
      .thenHas({ reason: 'updated', alert: { ...facts, notes } });
  });

  test('nothing happens when an older message says otherwise', () => {
    given(alertOf(anEvent({ time: t0 + minutes(2), summary: 'now' })))
      .when(anEvent({ time: t0 + minutes(1), summary: 'then' }))
      .thenHas({ reason: 'stale', alert: { summary: 'now' } });
  });

  test('a resolve ends it', () => {
    const first = anEvent();
    given(alertOf(first))
      .when(resolveOf(first, t0 + minutes(3)))
      .thenHas({ reason: 'resolved', alert: { status: 'resolved', endsAt: t0 + minutes(3) } });
  });

  test('nothing happens when the resolve of an earlier firing comes late', () => {
    const now = anEvent({ startsAt: t0 + minutes(30), time: t0 + minutes(30) });
    given(alertOf(now))
      .when(resolveOf(anEvent(), t0 + minutes(10)))
      .thenHas({ reason: 'stale', alert: { status: 'firing' } });
  });

  test('a later start tells of a resolve that was never heard: it has fired again', () => {
    given(alertOf(anEvent()))
      .when(anEvent({ startsAt: t0 + minutes(9), time: t0 + minutes(9) }))
      .thenHas({ reason: 'refired', alert: { fired: 2, startsAt: t0 + minutes(9), firstStartsAt: t0 } });
  });

  test('an ad-hoc source that repeats itself has not fired again', () => {
    const adhoc = { type: 'adhoc', source: 'ci' } as const;
    const later = anEvent({ ...adhoc, startsAt: t0 + minutes(1), time: t0 + minutes(1) });
    given(alertOf(anEvent(adhoc)))
      .when(later)
      .thenHas({ reason: 'no_change', alert: { fired: 1, startsAt: t0 } });
  });
});

describe('after it was resolved', () => {
  const first = anEvent();
  const end = resolveOf(first, t0 + minutes(10));

  test('nothing happens when the resolve comes again', () => {
    given(alertOf(first, end))
      .when({ ...end, id: 'again' })
      .thenHas({ reason: 'no_change', journal: [] });
  });

  test('nothing happens when the firing comes late or again', () => {
    const late = { ...first, id: 'late', time: t0 + minutes(11), receivedAt: t0 + minutes(11) };
    given(alertOf(first, end))
      .when(late)
      .thenHas({ reason: 'stale', alert: { status: 'resolved' } });
  });

  test('the same start fires again when that is said well after the end: Prometheus was restarted', () => {
    const again = anEvent({ time: t0 + minutes(16) });
    given(alertOf(first, end))
      .when(again)
      .thenHas({ reason: 'refired', alert: { status: 'firing', startsAt: t0 + minutes(16), fired: 2 } });
  });

  test('a new start within the window re-opens the same alert, and nobody has it any more; its note stays', () => {
    const ack = { by: { id: 'U1', name: 'Nora' }, at: t0 + 1 };
    const pinned = { ...ack, text: 'the vendor knows' };
    const before = { ...alertOf(first, end), ack, pinned };
    const at = t0 + hours(2);
    const text = remark({ code: 'ack_outdated', who: 'Nora' });
    const notes = [{ n: 1, kind: 'refired', at, text }] as const;
    const refired = given(open(before)).when(anEvent({ startsAt: at }));
    refired.thenHas({ reason: 'refired', alert: { id: before.id, status: 'firing', notes } });
    expect(refired.result.alert).not.toHaveProperty('ack');
    expect(refired.result.alert.pinned).toEqual(pinned);
    expect(refired.result.alert).not.toHaveProperty('endsAt');
  });

  test('at the very end of the window it is the same alert, a millisecond later another that links it', () => {
    const inside = anEvent({ startsAt: t0 + minutes(10) + hours(4) });
    const outside = anEvent({ startsAt: t0 + minutes(10) + hours(4) + 1 });
    const before = alertOf(first, end);
    const { id } = before;
    given(before).when(inside).thenHas({ reason: 'refired', alert: { id } });
    const opened = given(open(before)).when(outside);
    opened.thenHas({
      reason: 'opened',
      alert: { previous: { id, channel: 'C01ALERTS', ts: '1.000001' } },
      archived: { id },
    });
    expect(opened.result.alert.id).not.toBe(id);
  });

  test('one that was folded into a digest wants a thread when it fires again', () => {
    const again = anEvent({ startsAt: t0 + hours(1) });
    given({ ...alertOf(first, end), thread: { state: 'folded', at: t0 } })
      .when(again)
      .thenHas({
        reason: 'reopened',
        alert: { thread: { state: 'wanted', since: t0 + hours(1), event: again.id } },
      });
  });

  test('a whole firing of which only the end arrives is counted', () => {
    const other = resolveOf(anEvent({ startsAt: t0 + hours(1) }), t0 + hours(1) + minutes(1));
    given(alertOf(first, end))
      .when(other)
      .thenHas({ reason: 'resolved', alert: { fired: 2, endsAt: t0 + hours(1) + minutes(1) } });
    given(alertOf(first, end, other))
      .when(anEvent({ startsAt: t0 + hours(1), time: t0 + hours(1) }))
      .thenHas({ reason: 'stale', alert: { status: 'resolved' } });
  });

  test('an ad-hoc source that says “resolved” again has not fired in between', () => {
    const adhoc = { type: 'adhoc', source: 'ci' } as const;
    const green = (at: number) => anEvent({ ...adhoc, status: 'resolved', startsAt: at, time: at });
    given(alertOf(anEvent(adhoc), green(t0 + minutes(1))))
      .when(green(t0 + hours(9)))
      .thenHas({ reason: 'no_change', alert: { fired: 1 } });
  });
});

describe('a thread that no channel took', () => {
  const failed = (reason: string): Alert => ({
    ...alertOf(anEvent()),
    thread: { state: 'failed', at: t0, reason },
  });

  test('is wanted again by a later event of the same firing', () => {
    const later = anEvent({ time: t0 + minutes(5) });
    given(failed('channel_not_found'))
      .when(later)
      .thenHas({
        reason: 'reopened',
        alert: { thread: { state: 'wanted', since: t0 + minutes(5), event: later.id } },
      });
  });

  test('nothing happens when that was only just tried, or when a person deleted it', () => {
    const soon = anEvent({ time: t0 + minutes(4) });
    const later = anEvent({ time: t0 + hours(1) });
    given(failed('channel_not_found')).when(soon).thenHas({ reason: 'no_change' });
    given(failed('message_not_found')).when(later).thenHas({ reason: 'no_change' });
    // An older farmhand took these for deleted: the root is there.
    given(failed('cant_update_message')).when(later).thenHas({ reason: 'no_change' });
    given(failed('update_failed')).when(later).thenHas({ reason: 'no_change' });
  });
});
