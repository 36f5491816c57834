import { describe, expect, test } from 'vitest';
import { evolve } from '../../../src/alerts/evolve/evolve.ts';
import type { Alert } from '../../../src/alerts/model/alert.ts';
import { decodeMessage } from '../../../src/intake/parse/decode.ts';
import { aRoute } from '../../builders/alert.ts';
import { anEvent, hours, minutes, resolveOf, t0 } from '../../builders/event.ts';
import { context, fixture, message } from '../../intake/wire/messages.ts';

const policy = { refireWindow: hours(4), staleGrace: minutes(5) };

/** A webhook each, as they came in, and when. */
const sequence = JSON.parse(fixture('late-copy-sequence')) as readonly { received: string; body: unknown }[];

test('the real resolve closes what a late copy has opened again', () => {
  let alert: Alert | undefined;
  const told = sequence.map(({ received, body }) => {
    const receivedAt = Date.parse(`2026-11-20T${received}Z`);
    const { events } = decodeMessage(message(body, { receivedAt }), { ...context, now: receivedAt });
    return events.map((event) => {
      const taken = evolve(alert, event, () => aRoute(), policy);
      alert = taken.alert;
      return `${received} ${event.status}: ${taken.reason}, ${alert.status}`;
    });
  });
  expect(told.flat()).toEqual([
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
    const before = [first, end].reduce<Alert | undefined>(
      (alert, event) => evolve(alert, event, () => aRoute(), policy).alert,
      undefined,
    );
    return evolve(before, anEvent({ time: at }), () => aRoute(), policy).alert;
  };

  test('a later end of that start is the end, and what was said of its start stays', () => {
    const again = opened(t0 + minutes(20));
    const { alert } = evolve(again, resolveOf(first, t0 + minutes(40)), () => aRoute(), policy);
    expect([alert.status, alert.startsAt, alert.endsAt, alert.fired]).toEqual([
      'resolved',
      t0 + minutes(20),
      t0 + minutes(40),
      2,
    ]);
    expect(alert).not.toHaveProperty('reopenedStart');
  });

  test('also after the window, where it is another alert', () => {
    const again = opened(t0 + hours(5));
    expect(again.status).toBe('firing');
    const { alert, reason } = evolve(again, resolveOf(first, t0 + minutes(10)), () => aRoute(), policy);
    expect([reason, alert.status, alert.firstStartsAt, alert.endsAt]).toEqual([
      'resolved',
      'resolved',
      t0,
      t0 + minutes(10),
    ]);
  });

  test('once a start that is new was heard of, the old one ends nothing any more', () => {
    const next = anEvent({ startsAt: t0 + minutes(30) });
    const again = evolve(opened(t0 + minutes(20)), next, () => aRoute(), policy).alert;
    expect(again).not.toHaveProperty('reopenedStart');
    const { alert, reason } = evolve(again, end, () => aRoute(), policy);
    expect([reason, alert.status]).toEqual(['stale', 'firing']);
  });
});
