import { describe, expect, test } from 'vitest';
import type { Alert } from '../../src/alerts/model/alert.ts';
import { type LostRoot, ownRoot, type RootState, rootState, withRoot } from '../../src/recovery/lost-root.ts';
import { anAlert, anOpenAlert } from '../builders/alert.ts';
import { hours, minutes, t0 } from '../builders/event.ts';

const ticketAction = {
  key: 'ticket',
  kind: 'ticket',
  attempts: 0,
  nextAt: t0,
  spec: { kind: 'ticket' },
  at: t0,
} as const;

const window = hours(4);
const now = t0 + hours(1);
const sam = { id: 'U0SRE1', name: 'Sam' };

/** The root of an alert as it stood before the records were lost. */
const rootOf = (alert: Alert, over: Partial<RootState> = {}): LostRoot => ({
  id: alert.id,
  channel: 'C01ALERTS',
  ts: '1800000000.000100',
  state: { ...rootState(alert), ...over },
});

describe('which root is an alert’s own', () => {
  const before = anOpenAlert();
  const fired = (startsAt: number, over: Partial<Alert> = {}) =>
    anAlert({
      id: `${before.fingerprint}-${startsAt.toString(36)}`,
      startsAt,
      firstStartsAt: startsAt,
      ...over,
    });
  const resolved = { status: 'resolved', endsAt: t0 + minutes(10) } as const;
  const cases: readonly [string, Alert, LostRoot, boolean][] = [
    ['the same alert is reported again', anAlert(), rootOf(before), true],
    ['its resolve comes', anAlert(resolved), rootOf(before), true],
    ['its resolve comes once more', anAlert(resolved), rootOf(before, resolved), true],
    ['from a version that told only the id', anAlert(), { id: before.id, channel: 'C', ts: '1.1' }, true],
    ['a later firing of a thread that was re-opened', fired(t0 + minutes(30)), rootOf(before), true],
    ['a re-fire within the window', fired(t0 + hours(1)), rootOf(before, resolved), true],
    ['a re-fire after the window', fired(t0 + hours(5)), rootOf(before, resolved), false],
    [
      'the end of an older firing',
      fired(t0 - hours(2), { status: 'resolved', endsAt: t0 - hours(1) }),
      rootOf(before),
      false,
    ],
    ['an older firing than the root’s', fired(t0 - hours(2)), rootOf(before), false],
    [
      'another series',
      fired(t0 + minutes(30), { fingerprint: 'ffffffffffffffff', id: 'ffffffffffffffff-1' }),
      rootOf(before),
      false,
    ],
    [
      'another cluster’s alert with the same labels and start',
      anAlert({ series: 'b'.repeat(16) }),
      rootOf(anOpenAlert({ series: 'a'.repeat(16) })),
      false,
    ],
    [
      'the same, when the other cluster was heard first',
      anAlert({ fingerprint: 'a'.repeat(16), id: `${'a'.repeat(16)}-x` }),
      rootOf(anOpenAlert({ series: 'a'.repeat(16) })),
      true,
    ],
    [
      'its end, told by the other half of a pair',
      anAlert({ series: 'b'.repeat(16), ...resolved }),
      rootOf(anOpenAlert({ series: 'a'.repeat(16) })),
      true,
    ],
    [
      'another start, and nothing but the id is told',
      fired(t0 + minutes(30)),
      { id: before.id, channel: 'C', ts: '1.1' },
      false,
    ],
  ];
  test.each(cases)('%s', (_, alert, root, own) => {
    expect(ownRoot(alert, [root], window)).toBe(own ? root : undefined);
  });

  test('of two copies the first that was posted', () => {
    const first = rootOf(before);
    expect(ownRoot(anAlert(), [{ ...first, ts: '1800000009.000000' }, first], window)).toBe(first);
  });

  test('of several firings the latest', () => {
    const old = rootOf(before, resolved);
    const late = { ...rootOf(fired(t0 + hours(1)), { startsAt: t0 + hours(1) }), ts: '1800003600.000000' };
    expect(ownRoot(fired(t0 + hours(2)), [old, late], window)).toBe(late);
  });
});

describe('the record with its root found again', () => {
  test('what the message shows already is not written again', () => {
    const before = anOpenAlert({ ack: { by: sam, at: t0 + minutes(5) }, fired: 2 });
    const root = rootOf(before);
    const alert = withRoot(anAlert(), root, now);
    expect(alert.ack).toEqual(before.ack);
    expect(alert.thread).toEqual({ state: 'open', ts: root.ts, at: now, shown: root.state?.shown });
    expect(alert.notes).toEqual([]);
  });

  test('the note on it is there again, also when it fires again', () => {
    const pinned = { text: 'the vendor knows', by: sam, at: t0 + minutes(5) };
    const root = rootOf(anOpenAlert({ pinned }));
    expect(withRoot(anAlert(), root, now).pinned).toEqual(pinned);
    const later = anAlert({ startsAt: t0 + minutes(30), firstStartsAt: t0 + minutes(30) });
    expect(withRoot(later, root, now).pinned).toEqual(pinned);
  });

  test('a resolve is shown and said in the thread', () => {
    const alert = withRoot(
      anAlert({ status: 'resolved', endsAt: t0 + minutes(9) }),
      rootOf(anOpenAlert()),
      now,
    );
    expect(alert.thread).toMatchObject({ state: 'open', shown: 'adopted' });
    expect(alert.notes.map(({ kind, at }) => [kind, at])).toEqual([['resolved', t0 + minutes(9)]]);
  });

  test('whoever acknowledged an earlier firing has not seen this one', () => {
    const before = anOpenAlert({ ack: { by: sam, at: t0 } });
    const later = anAlert({ startsAt: t0 + minutes(30), firstStartsAt: t0 + minutes(30) });
    const alert = withRoot(later, rootOf(before), now);
    expect(alert.ack).toBeUndefined();
    expect([alert.fired, alert.firstStartsAt, alert.startsAt]).toEqual([2, t0, t0 + minutes(30)]);
  });

  test('a ticket that is there is not raised again', () => {
    const waiting = { ...ticketAction, state: 'waiting' } as const;
    const root = rootOf(anOpenAlert(), { ticket: { key: 'OPS-7', url: 'https://jira/OPS-7' } });
    const alert = withRoot(anAlert({ actions: [waiting] }), root, now);
    expect(alert.actions.map(({ key, state, outcome }) => [key, state, outcome?.id])).toEqual([
      ['ticket', 'done', 'OPS-7'],
    ]);
  });

  test('a ticket that is there is told what was missed, and moved where the route asks for it', () => {
    const resolved = { move: { to: 'Done', fields: {} } };
    const actions = [
      { ...ticketAction, state: 'waiting', attempts: 0, spec: { kind: 'ticket', resolved } },
    ] as const;
    const root = rootOf(anOpenAlert(), { ticket: { key: 'OPS-7' } });
    const over = withRoot(anAlert({ actions, status: 'resolved', endsAt: t0 + minutes(9) }), root, now);
    expect(over.actions.slice(1).map(({ key, spec }) => [key, spec])).toEqual([
      [
        'ticket_news-1',
        expect.objectContaining({ ticket: 'ticket', state: 'resolved', move: resolved.move }),
      ],
    ]);
    expect(withRoot(anAlert({ actions }), root, now).actions).toHaveLength(1);
  });

  test('under another id no effect of the route could be found again, so none is repeated', () => {
    const waiting = {
      key: 'api_task',
      kind: 'api_task',
      state: 'waiting',
      attempts: 0,
      nextAt: t0,
      spec: { kind: 'api_task', task: 'bounce', params: {}, attempts: 3, backoff: 1 },
      at: t0,
    } as const;
    const same = withRoot(anAlert({ actions: [waiting] }), rootOf(anOpenAlert()), now);
    const id = `689b55798b76c552-${(t0 + 1).toString(36)}`;
    const other = withRoot(anAlert({ id, actions: [waiting] }), rootOf(anOpenAlert()), now);
    expect([same.actions.length, other.actions.length]).toEqual([1, 0]);
  });
});
