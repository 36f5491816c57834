import { describe, expect, test } from 'vitest';
import { expireSilence } from '../../../src/alerts/evolve/silence.ts';
import type { Alert, Thread } from '../../../src/alerts/model/alert.ts';
import { openAlert } from '../../../src/alerts/model/open.ts';
import { foldThread, threadMessage, withThread } from '../../../src/alerts/thread/thread-message.ts';
import type { MessageChange, MessageState, Posting } from '../../../src/delivery/message.ts';
import {
  claimPost,
  claimUpdate,
  duplicatesLeft,
  gone,
  notPosted,
  notUpdated,
  perhapsPosted,
  posted,
  refusedBy,
  repaired,
  replied,
  updated,
} from '../../../src/delivery/transitions.ts';
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

type Outcome = (message: MessageState) => MessageChange | undefined;

const lost: Posting = { through: 0, since: t0, first: t0, claim: 'mine' };
const retried = { retryAt: later, tries: 1, error: '429' };
const outcomes = {
  'claim a wanted one': (m) => claimPost(m, { claim: 'new', through: 0 }, now),
  'claim over a lost claim': (m) => claimPost(m, { claim: 'new', through: 0, over: lost }, now),
  posted: (m) => posted(m, message, { shown: 'new' }, now),
  'posted another': (m) => posted(m, other, { shown: 'new' }, now),
  'not posted': (m) => notPosted(m, 'mine', retried),
  'perhaps posted': (m) => perhapsPosted(m, 'mine', { lookAt: later, error: 'timeout' }),
  refused: (m) => mine(m) && refusedBy(m, m.channel, undefined, 'is_archived'),
  'refused here': (m) => mine(m) && refusedBy(m, m.channel, 'C02FALLBACK', 'is_archived'),
  'claim an update': (m) => claimUpdate(m, 'new', '1.000001', now),
  updated: (m) => updated(m, 'mine', { content: 'new' }, now),
  'put off': (m) => notUpdated(m, 'mine', { ...retried, late: false }, now),
  gone: (m) => gone(m, '1.000001', 'message_not_found'),
} as const satisfies Record<string, Outcome>;

/** As the executor does: a refusal counts only for the claim that it answers. */
const mine = (m: MessageState): true | undefined => (m.posting?.claim === 'mine' ? true : undefined);

const alertWith = (thread: Thread, over: Partial<Alert> = {}): Alert => ({
  ...openAlert(anEvent(), { route: 'r', channel: 'C01ALERTS', thread: true, actions: [] }),
  status: 'resolved',
  thread,
  ...over,
});

const apply = (alert: Alert, outcome: Outcome) => {
  const known = threadMessage(alert);
  const next = known && outcome(known);
  return next && withThread(alert, next, now);
};

/** What an outcome does, in a word: the next state, what it settles, and what is one too many. */
const effect = (thread: Thread, outcome: Outcome): string => {
  const known = threadMessage(alertWith(thread));
  const next = known && outcome(known);
  if (!next) return '-';
  const { alert, settles } = withThread(alertWith(thread), next, now);
  const surplus = next.happened?.what === 'duplicate' ? next.happened.message : undefined;
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
      none: '-',
      wanted: settled,
      posting: settled,
      'posting of another': settled,
      open: '-',
      'being updated': '-',
      folded: 'open',
      failed: 'open',
    },
    'posted another': {
      none: '-',
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
    'put off': { ...nothing, 'being updated': 'open' },
    gone: { ...nothing, open: 'failed', 'being updated': 'failed' },
  });
});

describe('in more detail', () => {
  test('a second claim keeps when the first was made: a look-up goes back that far', () => {
    expect(apply(alertWith(threads.posting), outcomes['claim over a lost claim'])?.alert.thread).toEqual({
      state: 'posting',
      since: now,
      event: 'e1',
      attempt: 2,
      firstClaim: t0,
      claim: 'new',
    });
  });

  test('what resolved before its turn is folded, and counted; what fires never is', () => {
    const folded = foldThread(alertWith(threads.wanted), 'd1', now);
    expect([folded?.alert.thread, folded?.settles]).toEqual([
      { state: 'folded', at: now },
      { event: 'e1', reason: 'folded' },
    ]);
    expect(foldThread(alertWith(threads.wanted, { status: 'firing' }), 'd1', now)).toBeUndefined();
    expect(foldThread(alertWith(threads.open), 'd1', now)).toBeUndefined();
  });

  test('an update says what is shown only while it is the last that was begun', () => {
    const begun = (claim: string, thread: Thread) =>
      apply(alertWith(thread), (m) => claimUpdate(m, claim, '1.000001', now))?.alert.thread;
    const first = begun('mine', threads.open) ?? threads.open;
    expect(first).toEqual({ ...threads.open, shown: 'updating mine' });
    expect(apply(alertWith(first), outcomes.updated)?.alert.thread).toEqual({
      ...threads.open,
      shown: 'new',
    });
    // Nobody knows which of the two comes last, so it is looked at once more.
    const theirs = begun('theirs', first) ?? threads.open;
    expect(theirs).toEqual({ ...threads.open, shown: 'updating theirs', lookAgain: now });
    expect(apply(alertWith(theirs), outcomes.updated)).toBeUndefined();
  });

  test('nothing happens when an update of a message that is no longer the root is begun', () => {
    expect(apply(alertWith(threads.open), (m) => claimUpdate(m, 'mine', '9.9', now))).toBeUndefined();
  });

  test('an update that surely was not made leaves no doubt, one that was given up does', () => {
    const put = (late: boolean) =>
      apply(alertWith(threads['being updated']), (m) => notUpdated(m, 'mine', { ...retried, late }, now))
        ?.alert.thread;
    const open = { ...threads.open, shown: 'unknown', retryAt: later };
    expect(put(false)).toEqual(open);
    expect(put(true)).toEqual({ ...open, lookAgain: now });
  });

  test('a post that was made over a lost claim and did not leave is looked for again, not begun from the start', () => {
    const second = { ...threads.posting, since: now, attempt: 2 };
    expect(apply(alertWith(second), outcomes['not posted'])?.alert.thread).toEqual({
      ...second,
      retryAt: later,
    });
  });

  test('a thread that was posted again is looked for once more, the first may have come late', () => {
    const second = { ...threads.posting, since: now, attempt: 2 };
    const opened = { state: 'open', ts: '1.000001', at: now, shown: 'new' };
    const doubtful = { ...opened, lookAgain: now, lookFrom: t0 };
    expect(apply(alertWith(second), outcomes.posted)?.alert.thread).toEqual(doubtful);
    expect(apply(alertWith(threads.posting), outcomes.posted)?.alert.thread).toEqual(opened);
    const unsure: Outcome = (m) => posted(m, message, { shown: 'new', unsure: true }, now);
    expect(apply(alertWith(threads.posting), unsure)?.alert.thread).toEqual({
      ...doubtful,
      possibleDuplicate: true,
    });
  });

  test('a repair ends the doubt it was about, and no newer one; what is shown is shown once more', () => {
    const doubtful = { ...threads.open, lookAgain: t0, lookFrom: t0 - 9, possibleDuplicate: true } as const;
    const repair =
      (doubt: number): Outcome =>
      (m) =>
        repaired(m, doubt, true, [], now);
    expect(apply(alertWith(doubtful), repair(t0 + 60_000))?.alert.thread).toEqual({
      ...threads.open,
      shown: 'healed',
    });
    expect(apply(alertWith(doubtful), repair(t0))).toBeUndefined();
    expect(apply(alertWith(threads.open), (m) => duplicatesLeft(m, now))?.alert.thread).toEqual({
      ...threads.open,
      lookAgain: now,
      possibleDuplicate: true,
    });
  });

  const notes = [1, 2, 3].map((n) => ({ n, kind: 'acknowledged' as const, at: t0 }));
  const said =
    (unsaid: boolean, by?: string): Outcome =>
    (m) =>
      replied(m, 3, unsaid, by);

  test('notes: claimed, said up to a number, and what came later stays', () => {
    const claimed = apply(alertWith(threads.open, { notes, noteCount: 3 }), (m) =>
      claimPost(m, { claim: 'mine', through: 3 }, now),
    );
    expect(claimed?.alert.thread).toEqual({
      ...threads.open,
      posting: { through: 3, since: now, claim: 'mine' },
    });
    const more = claimed && {
      ...claimed.alert,
      notes: [...notes, { n: 4, kind: 'acknowledged' as const, at: now }],
    };
    const done = more && apply(more, said(true));
    expect(done?.alert.notes.map((note) => note.n)).toEqual([4]);
    expect(done?.alert.thread).toEqual(threads.open);
  });

  test('nothing happens when notes that another claimed are given back, or claimed', () => {
    const held = alertWith({ ...threads.open, posting: { through: 2, since: t0, claim: 'theirs' } });
    expect(apply(held, outcomes['not posted'])).toBeUndefined();
    expect(apply(held, (m) => claimPost(m, { claim: 'mine', through: 2 }, now))).toBeUndefined();
  });

  test('nothing happens when notes are said that somebody else has said, or found, meanwhile', () => {
    const by = 'mine';
    expect(apply(alertWith(threads.open), said(false, by))).toBeUndefined();
    const held = { ...threads.open, posting: { through: 3, since: t0, claim: 'mine' } };
    expect(apply(alertWith(held), said(false, by))?.alert.thread).toEqual(threads.open);
  });

  test('a silence is over when its time has come, not before', () => {
    const silence = { by: { id: 'U1' }, reason: 'x', until: now };
    expect(expireSilence(alertWith(threads.open, { silence }), now - 1)).toBeUndefined();
    expect(expireSilence(alertWith(threads.open, { silence }), now)?.alert.silence).toBeUndefined();
  });
});
