import { describe, expect, test } from 'vitest';
import { afterReading, lookReason, type Sighting } from '../../../src/alerts/evolve/after-reading.ts';
import { evolve } from '../../../src/alerts/evolve/evolve.ts';
import { expireSilence } from '../../../src/alerts/evolve/silence.ts';
import { remark } from '../../../src/alerts/messages/remarks.ts';
import type { Alert } from '../../../src/alerts/model/alert.ts';
import type { AlertEvent } from '../../../src/alerts/model/event.ts';
import { anAlert, anOpenAlert, aRoute } from '../../builders/alert.ts';
import { anEvent, hours, minutes, resolveOf, t0 } from '../../builders/event.ts';
import { givenFor } from '../../support/given.ts';

const repeat = hours(4);
const policy = { refireWindow: hours(4), staleGrace: minutes(5) };
const absent: Sighting = { kind: 'absent', alertmanager: 'main', looks: 2 };
const listed: Sighting = { kind: 'listed', quiet: false };
const given = givenFor((alert: Alert, event: AlertEvent) => evolve(alert, event, () => aRoute(), policy));

/** A silence that ended at `t0 + 2 h`, on an alert heard of at `t0`. */
const silenced = (): Alert =>
  anOpenAlert({ silence: { id: 's', by: { id: 'U0ADA' }, reason: 'deploy', until: t0 + hours(2) } });

/** Not listed in two looks a minute apart, after its silence had ended. */
const goneAfterSilence = (): {
  readonly before: Alert;
  readonly gone: AlertEvent;
  readonly closed: Alert;
} => {
  const first = afterReading(silenced(), absent, 'silence_ended', t0 + hours(2) + minutes(1)).alert;
  if (!first) throw new Error('the first look is on record');
  const { gone } = afterReading(first, absent, 'not_listed', t0 + hours(2) + minutes(2));
  if (!gone) throw new Error('the second look says that it is gone');
  return { before: first, gone, closed: given(first).when(gone).result.alert };
};

describe('an alert is looked for', () => {
  test('soon after its silence has ended, and not before', () => {
    const alert = silenced();
    expect(lookReason(alert, t0 + hours(2) - 1, repeat)).toBeUndefined();
    expect(lookReason(alert, t0 + hours(2) + 29_000, repeat)).toBeUndefined();
    expect(lookReason(alert, t0 + hours(2) + 30_000, repeat)).toBe('silence_ended');
  });

  test('also when the end of the silence is on record already', () => {
    const expired = expireSilence(silenced(), t0 + hours(2))?.alert;
    expect(expired).not.toHaveProperty('silence');
    expect(expired && lookReason(expired, t0 + hours(2) + 30_000, repeat)).toBe('silence_ended');
  });

  test('when it was not heard of for longer than its Alertmanager repeats it', () => {
    expect(lookReason(anAlert(), t0 + hours(4) + minutes(30), repeat)).toBeUndefined();
    expect(lookReason(anAlert(), t0 + hours(5), repeat)).toBe('not_heard');
    expect(lookReason(anAlert({ lastSeen: t0 + hours(3) }), t0 + hours(5), repeat)).toBeUndefined();
  });

  test('sooner again where it was listed as silenced or inhibited', () => {
    const quiet = afterReading(anAlert(), { kind: 'listed', quiet: true }, 'not_heard', t0 + hours(5)).alert;
    expect(quiet && lookReason(quiet, t0 + hours(5) + minutes(14), repeat)).toBeUndefined();
    expect(quiet && lookReason(quiet, t0 + hours(5) + minutes(15), repeat)).toBe('quiet');
  });

  test('never when it is over, or came from elsewhere', () => {
    expect(lookReason(anAlert({ status: 'resolved', endsAt: t0 }), t0 + hours(9), repeat)).toBeUndefined();
    expect(lookReason(anAlert({}, { type: 'adhoc' }), t0 + hours(9), repeat)).toBeUndefined();
  });
});

describe('what a look does', () => {
  test('listed: it fires on, and is looked for when it was not heard of for as long again', () => {
    const { alert, gone } = afterReading(anAlert(), listed, 'not_heard', t0 + hours(5));
    expect(gone).toBeUndefined();
    expect(alert?.look).toEqual({ at: t0 + hours(5) });
    expect(alert && lookReason(alert, t0 + hours(9), repeat)).toBeUndefined();
  });

  test('not listed once: nothing is claimed, and it is looked for again after a minute', () => {
    const { alert, gone, journal } = afterReading(anAlert(), absent, 'not_heard', t0 + hours(5));
    expect(gone).toBeUndefined();
    expect(alert?.status).toBe('firing');
    expect(journal.map(({ what }) => what)).toEqual(['not_listed']);
    expect(alert && lookReason(alert, t0 + hours(5) + 59_000, repeat)).toBeUndefined();
    expect(alert && lookReason(alert, t0 + hours(5) + 60_000, repeat)).toBe('not_listed');
  });

  test('listed again after that: it was a restart, and counts from the beginning', () => {
    const once = afterReading(anAlert(), absent, 'not_heard', t0 + hours(5)).alert ?? anAlert();
    const again = afterReading(once, listed, 'not_listed', t0 + hours(5) + minutes(1));
    expect(again.alert?.look).toEqual({ at: t0 + hours(5) + minutes(1) });
    expect(again.journal.map(({ what }) => what)).toEqual(['listed_again']);
  });

  test('nothing happens where nothing can be said', () => {
    const unknown: Sighting = { kind: 'unknown', alertmanager: 'main', why: 'it did not answer' };
    expect(afterReading(silenced(), unknown, 'silence_ended', t0 + hours(3))).toEqual({ journal: [] });
  });
});

describe('the thread of what resolved while it was silenced', () => {
  test('closes, and says why', () => {
    const { before, gone } = goneAfterSilence();
    const endsAt = t0 + hours(2) + minutes(1);
    const because = remark({ code: 'end_unsent', alertmanager: 'main', why: 'silence_ended' });
    const why = `${gone.id}: ${because}`;
    const taken = given(before).when(gone);
    taken.thenHas({
      reason: 'resolved',
      alert: { status: 'resolved', endsAt, notes: [{ kind: 'resolved', text: because }] },
      journal: [{ at: t0 + hours(2) + minutes(2), who: 'farmhand', what: 'resolved', why }],
    });
    expect(taken.result.alert).not.toHaveProperty('look');
  });

  test('nothing happens when the same is said twice, or it was heard of meanwhile', () => {
    const { before, gone, closed } = goneAfterSilence();
    given(closed).when(gone).thenHas({ reason: 'stale' });
    const heard = given(before).when(anEvent({ time: t0 + hours(2) + minutes(1) + 1 })).result.alert;
    expect(heard).not.toHaveProperty('look');
    given(heard)
      .when(gone)
      .thenHas({ reason: 'stale', alert: { status: 'firing' } });
  });

  test('opens again at once when it turns out to fire: it was never over', () => {
    const { closed } = goneAfterSilence();
    const taken = given(closed).when(anEvent({ time: t0 + hours(2) + minutes(3) }));
    taken.thenHas({ reason: 'refired', alert: { status: 'firing', startsAt: t0 } });
    const { alert } = taken.result;
    expect(alert).not.toHaveProperty('endInferred');
    // And its real end closes it.
    given(alert)
      .when(resolveOf(anEvent(), t0 + hours(3)))
      .thenHas({ alert: { status: 'resolved', endsAt: t0 + hours(3) } });
  });

  test('stays closed for a copy of the firing that is older than the look', () => {
    const { closed } = goneAfterSilence();
    given(closed)
      .when(anEvent({ time: t0 + hours(1) }))
      .thenHas({ reason: 'stale' });
  });

  test('takes over the real end when that is told after all', () => {
    const { closed } = goneAfterSilence();
    const taken = given(closed).when(resolveOf(anEvent(), t0 + hours(1)));
    taken.thenHas({
      reason: 'updated',
      alert: { status: 'resolved', endsAt: t0 + hours(1) },
      journal: [{ what: 'end_told' }],
    });
    expect(taken.result.alert).not.toHaveProperty('endInferred');
  });

  test('a new start after it is a re-fire like any other', () => {
    const { closed } = goneAfterSilence();
    const next = anEvent({ startsAt: t0 + hours(3) });
    given(closed)
      .when(next)
      .thenHas({ reason: 'refired', alert: { startsAt: t0 + hours(3) } });
  });
});
