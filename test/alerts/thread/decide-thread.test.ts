import { describe, expect, test } from 'vitest';
import type { Alert, Thread } from '../../../src/alerts/model/alert.ts';
import { addNote } from '../../../src/alerts/model/notes.ts';
import { openAlert } from '../../../src/alerts/model/open.ts';
import { decideThread } from '../../../src/alerts/thread/decide-thread.ts';
import { rootHash } from '../../../src/alerts/thread/root-facts.ts';
import { anEvent, minutes, t0 } from '../../builders/event.ts';

const policy = { claimTimeout: 15_000 };
const base = openAlert(anEvent(), { route: 'r', channel: 'C01ALERTS', thread: true, actions: [] });
const withThread = (thread: Thread, over: Partial<Alert> = {}): Alert => ({ ...base, thread, ...over });
const inSync = (over: Partial<Alert> = {}): Alert => {
  const alert = withThread({ state: 'open', ts: '1.1', at: t0, shown: '' }, over);
  return { ...alert, thread: { state: 'open', ts: '1.1', at: t0, shown: rootHash(alert) } };
};
const step = (alert: Alert, now = t0 + minutes(1)) => decideThread(alert, now, policy);

describe('the next step for Slack', () => {
  test('one that waits is posted; not before its retry', () => {
    expect(step(base)).toEqual({ do: 'post' });
    const wanted = withThread({ state: 'wanted', since: t0, event: 'e', retryAt: t0 + minutes(2) });
    expect(step(wanted)).toEqual({ do: 'wait', until: t0 + minutes(2) });
    expect(step(wanted, t0 + minutes(2))).toEqual({ do: 'post' });
  });

  test('a claim is left alone until it has lost its owner, then looked up from the first claim on', () => {
    const claimed = withThread({
      state: 'posting',
      since: t0 + 5_000,
      event: 'e',
      attempt: 2,
      firstClaim: t0,
      claim: 'c',
    });
    expect(step(claimed, t0 + 19_999)).toEqual({ do: 'wait', until: t0 + 20_000 });
    expect(step(claimed, t0 + 20_000)).toEqual({
      do: 'look_up',
      posting: { through: 0, since: t0 + 5_000, first: t0, claim: 'c' },
    });
  });

  test('nothing happens when Slack shows what the record says', () => {
    expect(step(inSync())).toEqual({ do: 'nothing' });
  });

  test('nothing happens when only what nobody sees has changed', () => {
    expect(step({ ...inSync(), events: 900, lastSeen: t0 + minutes(1), version: 7 })).toEqual({
      do: 'nothing',
    });
  });

  test('the root first, then what is to be said', () => {
    const resolved = addNote(
      { ...inSync(), status: 'resolved', endsAt: t0 + 1 },
      { kind: 'resolved', at: t0 + 1 },
    );
    const key = rootHash(resolved);
    expect(step(resolved)).toEqual({ do: 'update', ts: '1.1' });
    const updated: Alert = { ...resolved, thread: { state: 'open', ts: '1.1', at: t0, shown: key } };
    expect(step(updated)).toEqual({ do: 'reply' });
  });

  test('a claim on notes holds the root up no more than a silence does', () => {
    const posting = { through: 1, since: t0, claim: 'c' };
    const opened = inSync({ notes: [{ n: 1, kind: 'resolved', at: t0 }], noteCount: 1 });
    const claimed: Alert = { ...opened, thread: { ...opened.thread, posting } as Thread };
    expect(step(claimed, t0 + 14_999)).toEqual({ do: 'wait', until: t0 + 15_000 });
    expect(step(claimed, t0 + 15_000)).toEqual({ do: 'look_up', posting });
    expect(step({ ...claimed, severity: 'info' }, t0)).toEqual({ do: 'update', ts: '1.1' });
  });

  test('a doubt is looked into a minute later, when nothing else is to be done', () => {
    const doubtful = inSync();
    const thread = { ...doubtful.thread, lookAgain: t0 + 5 } as Thread;
    expect(step({ ...doubtful, thread }, t0 + 60_004)).toEqual({ do: 'wait', until: t0 + 60_005 });
    expect(step({ ...doubtful, thread }, t0 + 60_005)).toEqual({
      do: 'repair',
      ts: '1.1',
      doubt: t0 + 60_005,
    });
  });

  test.each([
    ['none', { state: 'none' }],
    ['folded', { state: 'folded', at: t0 }],
    ['failed', { state: 'failed', at: t0, reason: 'x' }],
  ] as const)('nothing happens when the thread is %s', (_, thread) => {
    expect(step(withThread(thread))).toEqual({ do: 'nothing' });
  });

  test('a silence wakes the alert at its end', () => {
    const silenced = inSync({ silence: { by: { id: 'U1' }, reason: 'x', until: t0 + minutes(5) } });
    expect(step(silenced)).toEqual({ do: 'wait', until: t0 + minutes(5) });
    expect(step(silenced, t0 + minutes(5))).toEqual({ do: 'expire_silence' });
  });
});

describe('an alert that comes and goes', () => {
  const flapping = (over: Partial<Alert> = {}): Alert => {
    const told = addNote(inSync({ fired: 3 }), { kind: 'refired', at: t0 });
    const alert = { ...told, ...over };
    return { ...alert, thread: { state: 'open', ts: '1.1', at: t0, shown: rootHash(alert) } };
  };

  test('is told of a minute later, in one note', () => {
    expect(step(flapping(), t0 + 59_999)).toEqual({ do: 'wait', until: t0 + 60_000 });
    expect(step(flapping(), t0 + 60_000)).toMatchObject({ do: 'reply' });
  });

  test('is told of within that minute however often it turns', () => {
    let alert = flapping();
    for (let at = t0 + 1_000; at < t0 + 60_000; at += 1_000) {
      alert = addNote(alert, { kind: at % 2_000 === 0 ? 'refired' : 'resolved', at });
    }
    expect(step(flapping({ notes: alert.notes, lastSeen: t0 + 59_000 }), t0 + 60_000)).toEqual({
      do: 'reply',
    });
  });

  test('a source whose clock is ahead does not hold it back for longer', () => {
    const ahead = flapping({ notes: [{ n: 1, kind: 'refired', at: t0 + minutes(90) }] });
    expect(step(ahead, t0 + 60_000)).toMatchObject({ do: 'reply' });
  });

  test('what a person did is told at once', () => {
    const acked = flapping({ notes: [{ n: 1, kind: 'acknowledged', at: t0, by: { id: 'U1' } }] });
    expect(step(acked, t0)).toMatchObject({ do: 'reply' });
  });
});

describe('what is to be said', () => {
  test('before there is a thread nothing needs saying: its root shows the state', () => {
    expect(addNote(base, { kind: 'resolved', at: t0 }).notes).toEqual([]);
  });

  test('a flapping alert that was not told of yet becomes one note, the latest, with its count', () => {
    let alert = inSync();
    for (let i = 0; i < 12; i++) {
      alert = addNote(alert, { kind: 'resolved', at: t0 + 2 * i });
      alert = addNote(alert, { kind: 'refired', at: t0 + 2 * i + 1 });
    }
    expect(alert.notes).toEqual([{ n: 24, kind: 'refired', at: t0 + 23, since: t0, times: 12 }]);
  });

  test('changes of severity become one, from what was said to what it is; none when it is as it was', () => {
    const told = addNote(inSync(), { kind: 'severity', at: t0, text: 'info → error' });
    const worse = addNote(told, { kind: 'severity', at: t0 + 1, text: 'error → critical' });
    expect(worse.notes).toEqual([{ n: 2, kind: 'severity', at: t0 + 1, text: 'info → critical' }]);
    expect(addNote(worse, { kind: 'severity', at: t0 + 2, text: 'critical → info' }).notes).toEqual([]);
  });

  test('what somebody is posting is not taken back', () => {
    const told = addNote(inSync(), { kind: 'resolved', at: t0 });
    const claimed: Alert =
      told.thread.state === 'open'
        ? { ...told, thread: { ...told.thread, posting: { through: 1, since: t0, claim: 'c' } } }
        : told;
    expect(addNote(claimed, { kind: 'refired', at: t0 + 1 }).notes.map((n) => n.kind)).toEqual([
      'resolved',
      'refired',
    ]);
  });
});
