import { describe, expect, test } from 'vitest';
import type { Alert, Thread } from '../../../src/alerts/model/alert.ts';
import { openAlert } from '../../../src/alerts/model/open.ts';
import { applyOutcome, type ThreadOutcome } from '../../../src/alerts/thread/thread-outcome.ts';
import { anEvent, minutes, t0 } from '../../builders/event.ts';

const now = t0 + minutes(1);
const later = now + 1_000;

const threads = {
  none: { state: 'none' },
  wanted: { state: 'wanted', since: t0, event: 'e1' },
  posting: { state: 'posting', since: t0, event: 'e1', attempt: 1, firstClaim: t0, claim: 'mine' },
  'posting of another': {
    state: 'posting',
    since: t0,
    event: 'e1',
    attempt: 2,
    firstClaim: t0,
    claim: 'theirs',
  },
  open: { state: 'open', ts: '1.000001', at: t0, shown: 'old' },
  'being updated': { state: 'open', ts: '1.000001', at: t0, shown: 'updating mine' },
  folded: { state: 'folded', at: t0 },
  failed: { state: 'failed', at: t0, reason: 'is_archived' },
} as const satisfies Record<string, Thread>;

const message = { channel: 'C01ALERTS', ts: '1.000001' };
const other = { channel: 'C01ALERTS', ts: '2.000002' };

const outcomes = {
  'claim a wanted one': { kind: 'claimed_root', claim: 'new' },
  'claim over a lost claim': { kind: 'claimed_root', claim: 'new', over: 'mine' },
  posted: { kind: 'posted_root', message, shown: 'new' },
  'posted another': { kind: 'posted_root', message: other, shown: 'new' },
  'not posted': { kind: 'root_not_posted', claim: 'mine', retryAt: later, error: '429' },
  'perhaps posted': { kind: 'root_unknown', claim: 'mine', retryAt: later, error: 'timeout' },
  refused: { kind: 'root_refused', claim: 'mine', error: 'is_archived' },
  'refused here': { kind: 'root_refused', claim: 'mine', error: 'is_archived', nextChannel: 'C02FALLBACK' },
  'claim an update': { kind: 'claimed_update', claim: 'new', ts: '1.000001' },
  updated: { kind: 'updated_root', claim: 'mine', shown: 'new' },
  'put off': { kind: 'later', retryAt: later },
  gone: { kind: 'root_gone', ts: '1.000001', error: 'message_not_found' },
  folded: { kind: 'folded', digest: 'd1' },
} as const satisfies Record<string, ThreadOutcome>;

const alertWith = (thread: Thread, over: Partial<Alert> = {}): Alert => ({
  ...openAlert(anEvent(), { route: 'r', channel: 'C01ALERTS', thread: true, actions: [] }),
  status: 'resolved',
  thread,
  ...over,
});

/** What an outcome does, in a word: the next state, what it settles, and what is one too many. */
const effect = (thread: Thread, outcome: ThreadOutcome): string => {
  const applied = applyOutcome(alertWith(thread), outcome, now);
  if (!applied) return '-';
  const { alert, settles, surplus } = applied;
  const channel = alert.channel === 'C01ALERTS' ? '' : ` in ${alert.channel}`;
  return [
    `${alert.thread.state}${channel}`,
    ...(settles ? [`counts ${settles.event} as ${settles.reason}`] : []),
    ...(surplus ? [`${surplus.ts} is one too many`] : []),
  ].join(', ');
};

test('every outcome in every state of a thread', () => {
  const table = Object.fromEntries(
    Object.entries(outcomes).map(([what, outcome]) => [
      what,
      Object.fromEntries(Object.entries(threads).map(([state, thread]) => [state, effect(thread, outcome)])),
    ]),
  );
  const nothing = {
    none: '-',
    wanted: '-',
    posting: '-',
    'posting of another': '-',
    open: '-',
    'being updated': '-',
    folded: '-',
    failed: '-',
  };
  const settled = 'open, counts e1 as thread_open';
  expect(table).toEqual({
    'claim a wanted one': { ...nothing, wanted: 'posting' },
    'claim over a lost claim': { ...nothing, posting: 'posting' },
    posted: {
      none: 'none, 1.000001 is one too many',
      wanted: settled,
      posting: settled,
      'posting of another': settled,
      open: '-',
      'being updated': '-',
      folded: 'open',
      failed: 'open',
    },
    'posted another': {
      none: 'none, 2.000002 is one too many',
      wanted: settled,
      posting: settled,
      'posting of another': settled,
      open: 'open, 2.000002 is one too many',
      'being updated': 'open, 2.000002 is one too many',
      folded: 'open',
      failed: 'open',
    },
    'not posted': { ...nothing, posting: 'wanted' },
    'perhaps posted': { ...nothing, posting: 'posting' },
    refused: { ...nothing, posting: 'failed, counts e1 as undeliverable' },
    'refused here': { ...nothing, posting: 'wanted in C02FALLBACK' },
    'claim an update': { ...nothing, open: 'open', 'being updated': 'open' },
    updated: { ...nothing, 'being updated': 'open' },
    'put off': { ...nothing, wanted: 'wanted', open: 'open', 'being updated': 'open' },
    gone: { ...nothing, open: 'failed', 'being updated': 'failed' },
    folded: { ...nothing, wanted: 'folded, counts e1 as folded' },
  });
});

describe('in more detail', () => {
  test('a second claim keeps when the first was made: a look-up goes back that far', () => {
    const again = applyOutcome(alertWith(threads.posting), outcomes['claim over a lost claim'], now);
    expect(again?.alert.thread).toEqual({
      state: 'posting',
      since: now,
      event: 'e1',
      attempt: 2,
      firstClaim: t0,
      claim: 'new',
    });
  });

  test('a firing alert is never folded', () => {
    const firing = alertWith(threads.wanted, { status: 'firing' });
    expect(applyOutcome(firing, outcomes.folded, now)).toBeUndefined();
  });

  test('an update says what is shown only while it is the last that was begun', () => {
    const begun = (claim: string, thread: Thread) =>
      applyOutcome(alertWith(thread), { kind: 'claimed_update', claim, ts: '1.000001' }, now)?.alert.thread;
    const mine = begun('mine', threads.open) ?? threads.open;
    expect(mine).toEqual({ ...threads.open, shown: 'updating mine' });
    const ended = applyOutcome(alertWith(mine), outcomes.updated, now)?.alert.thread;
    expect(ended).toEqual({ ...threads.open, shown: 'new' });
    // Nobody knows which of the two comes last, so it is looked at once more.
    const theirs = begun('theirs', mine) ?? threads.open;
    expect(theirs).toEqual({ ...threads.open, shown: 'updating theirs', lookAgain: now });
    expect(applyOutcome(alertWith(theirs), outcomes.updated, now)).toBeUndefined();
  });

  test('nothing happens when an update of a message that is no longer the root is begun', () => {
    const old = { kind: 'claimed_update', claim: 'mine', ts: '9.9' } as const;
    expect(applyOutcome(alertWith(threads.open), old, now)).toBeUndefined();
  });

  test('an update that surely was not made leaves no doubt, one that was given up does', () => {
    const put = (doubt: { doubt?: true }) =>
      applyOutcome(alertWith(threads['being updated']), { ...outcomes['put off'], ...doubt }, now)?.alert
        .thread;
    expect(put({})).toEqual({ ...threads.open, shown: 'unknown', retryAt: later });
    expect(put({ doubt: true })).toEqual({
      ...threads.open,
      shown: 'unknown',
      retryAt: later,
      lookAgain: now,
    });
  });

  test('a post that was made over a lost claim and did not leave is looked for again, not begun anew', () => {
    const second = { ...threads.posting, attempt: 2 };
    expect(applyOutcome(alertWith(second), outcomes['not posted'], now)?.alert.thread).toEqual({
      ...second,
      retryAt: later,
    });
  });

  test('a thread that was posted again is looked for once more, the first may have come late', () => {
    const second = { ...threads.posting, attempt: 2 };
    const opened = { state: 'open', ts: '1.000001', at: now, shown: 'new' };
    expect(applyOutcome(alertWith(second), outcomes.posted, now)?.alert.thread).toEqual({
      ...opened,
      lookAgain: now,
      lookFrom: t0,
    });
    expect(applyOutcome(alertWith(threads.posting), outcomes.posted, now)?.alert.thread).toEqual(opened);
    const unsure = { ...outcomes.posted, unsure: true } as const;
    expect(applyOutcome(alertWith(threads.posting), unsure, now)?.alert.thread).toEqual({
      ...opened,
      lookAgain: now,
      lookFrom: t0,
      possibleDuplicate: true,
    });
  });

  test('healing ends the doubt it was about, and no newer one; what is shown is shown once more', () => {
    const doubtful = { ...threads.open, lookAgain: t0, lookFrom: t0 - 9, possibleDuplicate: true } as const;
    expect(applyOutcome(alertWith(doubtful), { kind: 'healed', doubt: t0 }, now)?.alert.thread).toEqual({
      ...threads.open,
      shown: 'healed',
    });
    expect(applyOutcome(alertWith(doubtful), { kind: 'healed', doubt: t0 - 1 }, now)).toBeUndefined();
    const left = applyOutcome(alertWith(threads.open), { kind: 'surplus_left' }, now)?.alert.thread;
    expect(left).toEqual({ ...threads.open, lookAgain: now, possibleDuplicate: true });
  });

  test('notes: claimed, said up to a number, and what came later stays', () => {
    const notes = [1, 2, 3].map((n) => ({ n, kind: 'acknowledged' as const, at: t0 }));
    const claimed = applyOutcome(
      alertWith(threads.open, { notes, noteCount: 3 }),
      { kind: 'claimed_notes', claim: 'mine' },
      now,
    );
    expect(claimed?.alert.thread).toMatchObject({ posting: { through: 3, since: now, claim: 'mine' } });
    const more = claimed && {
      ...claimed.alert,
      notes: [...notes, { n: 4, kind: 'acknowledged' as const, at: now }],
    };
    const said = more && applyOutcome(more, { kind: 'posted_notes', through: 3 }, now);
    expect(said?.alert.notes.map((note) => note.n)).toEqual([4]);
    expect(said?.alert.thread).toEqual(threads.open);
  });

  test('nothing happens when notes that another claimed are given back', () => {
    const held = alertWith({ ...threads.open, posting: { through: 2, since: t0, claim: 'theirs' } });
    const back = { kind: 'notes_not_posted', claim: 'mine', retryAt: later } as const;
    expect(applyOutcome(held, back, now)).toBeUndefined();
    expect(applyOutcome(held, { kind: 'claimed_notes', claim: 'mine' }, now)).toBeUndefined();
  });

  test('nothing happens when there is nothing left to say', () => {
    expect(
      applyOutcome(alertWith(threads.open), { kind: 'claimed_notes', claim: 'mine' }, now),
    ).toBeUndefined();
  });

  test('notes that somebody else has said meanwhile are one message too many', () => {
    const by = { claim: 'mine', message: other };
    const late = applyOutcome(alertWith(threads.open), { kind: 'posted_notes', through: 2, by }, now);
    expect(late?.surplus).toEqual(other);
    const mine = { ...threads.open, posting: { through: 2, since: t0, claim: 'mine' } };
    const fine = applyOutcome(alertWith(mine), { kind: 'posted_notes', through: 2, by }, now);
    expect([fine?.surplus, fine?.alert.thread]).toEqual([undefined, threads.open]);
  });

  test('a silence is over when its time has come, not before', () => {
    const silence = { by: { id: 'U1' }, reason: 'x', until: now };
    const over = { kind: 'silence_expired' } as const;
    expect(applyOutcome(alertWith(threads.open, { silence }), over, now - 1)).toBeUndefined();
    expect(applyOutcome(alertWith(threads.open, { silence }), over, now)?.alert.silence).toBeUndefined();
  });
});
