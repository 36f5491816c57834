import { describe, expect, test } from 'vitest';
import { evolve } from '../../../src/alerts/evolve/evolve.ts';
import type { Alert } from '../../../src/alerts/model/alert.ts';
import type { AlertEvent } from '../../../src/alerts/model/event.ts';
import { decodeMessage } from '../../../src/intake/parse/decode.ts';
import { aRoute } from '../../builders/alert.ts';
import { anEvent, hours, minutes, resolveOf, t0 } from '../../builders/event.ts';
import { context, fixture, message } from '../../intake/wire/messages.ts';
import { givenFor } from '../../support/given.ts';

const policy = { refireWindow: hours(4), staleGrace: minutes(5) };
const given = givenFor((before: Alert | undefined, event: AlertEvent) =>
  evolve(before, event, () => aRoute(), policy),
);

/** A webhook each, as they came in, and when. */
const sequence = JSON.parse(fixture('late-copy-sequence')) as readonly { received: string; body: unknown }[];

test('the real resolve closes what a late copy has opened again', () => {
  let alert: Alert | undefined;
  const said = sequence.map(({ received, body }) => {
    const receivedAt = Date.parse(`2026-11-20T${received}Z`);
    const { events } = decodeMessage(message(body, { receivedAt }), { ...context, now: receivedAt });
    return events.map((event) => {
      const { result } = given(alert).when(event);
      alert = result.alert;
      return `${received} ${event.status}: ${result.reason}, ${alert.status}`;
    });
  });
  expect(said.flat()).toEqual([
    '14:13:07 firing: opened, firing',
    '14:23:22 firing: no_change, firing',
    '14:28:22 resolved: resolved, resolved',
    '14:29:20 firing: refired, firing',
    '14:33:22 resolved: resolved, resolved',
    '14:38:22 resolved: no_change, resolved',
  ]);
  expect([alert?.startsAt, alert?.endsAt, alert?.fired]).toEqual([
    Date.parse('2026-11-20T14:10:00Z'),
    Date.parse('2026-11-20T14:24:00Z'),
    1,
  ]);
});

describe('opened again by a start that was over', () => {
  const first = anEvent();
  const end = resolveOf(first, t0 + minutes(10));
  const opened = (at: number): Alert => {
    const alert = given(undefined).when(first).result.alert;
    const ended = given(alert).when(end).result.alert;
    return given(ended).when(anEvent({ time: at })).result.alert;
  };

  test('a later end of that start is the end, and what was said of its start stays', () => {
    const taken = given(opened(t0 + minutes(20))).when(resolveOf(first, t0 + minutes(40)));
    taken.thenHas({
      reason: 'resolved',
      alert: { status: 'resolved', startsAt: t0 + minutes(20), endsAt: t0 + minutes(40), fired: 2 },
    });
    expect(taken.result.alert).not.toHaveProperty('reopenedStart');
  });

  test('also after the window, where it is another alert', () => {
    const again = opened(t0 + hours(5));
    expect(again.status).toBe('firing');
    given(again)
      .when(resolveOf(first, t0 + minutes(10)))
      .thenHas({
        reason: 'resolved',
        alert: { status: 'resolved', firstStartsAt: t0, endsAt: t0 + minutes(10) },
      });
  });

  test('once a start that is new was heard of, the old one ends nothing any more', () => {
    const next = anEvent({ startsAt: t0 + minutes(30) });
    const { alert: again } = given(opened(t0 + minutes(20))).when(next).result;
    expect(again).not.toHaveProperty('reopenedStart');
    given(again)
      .when(end)
      .thenHas({ reason: 'stale', alert: { status: 'firing' } });
  });
});
