import { expect, test } from 'vitest';
import { movesIn } from '../../scripts/states-doc.ts';
import { evolve } from '../../src/alerts/evolve/evolve.ts';
import type { Alert, Thread } from '../../src/alerts/model/alert.ts';
import { applyOutcome, type ThreadOutcome } from '../../src/alerts/thread/thread-outcome.ts';
import { anAlert, aRoute } from '../builders/alert.ts';
import { anEvent, hours, minutes, t0 } from '../builders/event.ts';

const threads: readonly Thread[] = [
  { state: 'none' },
  { state: 'wanted', since: t0, event: 'e1' },
  { state: 'posting', since: t0, event: 'e1', attempt: 1, firstClaim: t0, claim: 'mine' },
  { state: 'open', ts: '1.000001', at: t0, shown: 'old' },
  { state: 'open', ts: '1.000001', at: t0, shown: 'updating mine' },
  { state: 'folded', at: t0 },
  { state: 'failed', at: t0, reason: 'is_archived' },
];

const message = { channel: 'C01ALERTS', ts: '2.000002' };
const later = t0 + minutes(2);
const outcomes: readonly ThreadOutcome[] = [
  { kind: 'claimed_root', claim: 'new' },
  { kind: 'claimed_root', claim: 'new', over: 'mine' },
  { kind: 'posted_root', message, shown: 'new' },
  { kind: 'root_not_posted', claim: 'mine', retryAt: later, error: '429' },
  { kind: 'root_unknown', claim: 'mine', retryAt: later, error: 'timeout' },
  { kind: 'root_refused', claim: 'mine', error: 'is_archived' },
  { kind: 'root_refused', claim: 'mine', error: 'is_archived', nextChannel: 'C02FALLBACK' },
  { kind: 'claimed_update', claim: 'new', ts: '1.000001' },
  { kind: 'updated_root', claim: 'mine', shown: 'new' },
  { kind: 'root_gone', ts: '1.000001', error: 'message_not_found' },
  { kind: 'root_stays', claim: 'mine', shown: 'new', error: 'cant_update_message' },
  { kind: 'later', retryAt: later },
  { kind: 'claimed_notes', claim: 'new' },
  { kind: 'posted_notes', through: 1 },
  { kind: 'notes_not_posted', claim: 'mine', retryAt: later },
  { kind: 'notes_refused', claim: 'mine', through: 1, error: 'msg_too_long' },
  { kind: 'surplus_left' },
  { kind: 'healed', doubt: t0 },
  { kind: 'folded', digest: 'd1' },
  { kind: 'silence_expired' },
];

const policy = { refireWindow: hours(1), staleGrace: 0 };
const at = t0 + minutes(20);
const events = [
  anEvent({ startsAt: t0, time: at }),
  anEvent({ startsAt: at, time: at }),
  anEvent({ status: 'resolved', startsAt: t0, time: at }),
];

/** Every state, and all that can happen to a record: `from → to`, each once. */
const moves = (): ReadonlySet<string> => {
  const found = new Set<string>();
  const note = (before: Alert | undefined, after: Alert | undefined): void => {
    const from = before?.thread.state ?? '(new)';
    if (after && after.thread.state !== from) found.add(`${from} → ${after.thread.state}`);
  };
  for (const thread of [true, false]) {
    for (const event of events)
      note(undefined, evolve(undefined, event, () => aRoute({ thread }), policy).alert);
  }
  for (const thread of threads) {
    for (const over of [{ status: 'resolved', endsAt: t0 + minutes(10) }, { status: 'firing' }] as const) {
      const before = anAlert({ thread, ...over });
      for (const outcome of outcomes) note(before, applyOutcome(before, outcome, t0 + minutes(1))?.alert);
      for (const event of events) note(before, evolve(before, event, () => aRoute(), policy).alert);
    }
  }
  return found;
};

test('a thread moves as its type tells, in all those ways and in no other', () => {
  const told = movesIn('Thread').map(({ from, to }) => `${from} → ${to}`);
  expect([...moves()].sort()).toEqual(told.toSorted());
});
