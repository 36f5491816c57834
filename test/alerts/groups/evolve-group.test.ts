import { describe, expect, test } from 'vitest';
import { evolveGroup, type Gathered } from '../../../src/alerts/groups/evolve-group.ts';
import type { Alert } from '../../../src/alerts/model/alert.ts';
import type { MemberRow } from '../../../src/alerts/model/group.ts';
import { minutes, t0 } from '../../builders/event.ts';
import { aGroupKey, aRow, someMembers } from '../../builders/group.ts';

const policy = { refireWindow: minutes(30), ticketsOf: () => [{ kind: 'ticket' as const }] };
const fingerprint = 'aaaaaaaaaaaaaaaa';
const anna = { id: 'U1', name: 'Anna' };

const gather = (current: Alert | undefined, rows: readonly MemberRow[], now = t0): Gathered =>
  evolveGroup(current, fingerprint, someMembers(rows), now, policy);

/** The record after each look in turn, with its thread open from the first one on. */
const lookedAt = (...looks: readonly (readonly [number, ...MemberRow[]])[]): Alert => {
  let group: Alert | undefined;
  for (const [now, ...rows] of looks) group = gather(group, rows, now).write?.alert ?? group;
  if (!group) throw new Error('nothing was gathered');
  return group;
};

const opened = (alert: Alert): Alert => ({
  ...alert,
  thread: { state: 'open', ts: '1800000000.000100', at: t0, shown: '' },
});

const over = (n: number, endsAt: number, more: Partial<MemberRow> = {}): MemberRow =>
  aRow(n, { status: 'resolved', endsAt, ...more });

const kinds = (alert: Alert | undefined): readonly string[] => (alert?.notes ?? []).map(({ kind }) => kind);

describe('a group', () => {
  test('opens with its first member, and waits for one thread', () => {
    const { write, firing } = gather(undefined, [aRow(1), aRow(2, { severity: 'warning' })]);
    expect(firing).toBe(true);
    expect(write?.alert).toMatchObject({
      id: `${fingerprint}-${t0.toString(36)}`,
      fingerprint,
      name: 'Down',
      severity: 'critical',
      status: 'firing',
      channel: 'C01ALERTS',
      labels: { alertname: 'Down', service: 'checkout' },
      thread: { state: 'wanted', since: t0, event: '' },
      group: { firing: 2, resolved: 0, acknowledged: 0, fresh: 0, severities: { critical: 1, warning: 1 } },
    });
    expect(write?.alert.actions.map(({ key }) => key)).toEqual(['ticket']);
  });

  test('nothing happens when nothing has changed', () => {
    const rows = [aRow(1), aRow(2)];
    expect(gather(lookedAt([t0, ...rows]), rows, t0 + 5_000).write).toBeUndefined();
  });

  test('nothing happens without members, or when nobody knows what it is of', () => {
    expect(gather(undefined, []).write).toBeUndefined();
    expect(evolveGroup(undefined, fingerprint, { rows: [aRow(1)] }, t0, policy).write).toBeUndefined();
  });

  test('a late member changes what the root shows, and is no reply', () => {
    const first = opened(lookedAt([t0, aRow(1)]));
    const { write } = gather(first, [aRow(1), aRow(2)], t0 + 5_000);
    expect(write?.alert.group).toMatchObject({ firing: 2 });
    expect(write?.alert.notes).toEqual([]);
  });

  test('a late member that began before the others is one of them', () => {
    const first = opened(lookedAt([t0, aRow(1)]));
    const { write } = gather(first, [aRow(1), aRow(2, { startsAt: t0 - minutes(5) })], t0 + 5_000);
    expect(write?.alert).toMatchObject({ id: first.id, group: { firing: 2 } });
  });

  test.each([
    ['worse', 'warning', 'critical', ['severity']],
    ['better', 'critical', 'warning', []],
  ] as const)('that gets %s is told so only when it is worse', (_, from, to, told) => {
    const first = opened(lookedAt([t0, aRow(1, { severity: from })]));
    const { write } = gather(first, [aRow(1, { severity: to })], t0 + 5_000);
    expect(write?.alert.severity).toBe(to);
    expect(kinds(write?.alert)).toEqual(told);
  });

  test('is over with its last member, and not before', () => {
    const first = opened(lookedAt([t0, aRow(1), aRow(2)]));
    const still = gather(first, [aRow(1), over(2, t0 + 60_000)], t0 + 60_000).write?.alert;
    expect(still).toMatchObject({ status: 'firing', group: { firing: 1, resolved: 1 }, notes: [] });
    const end = gather(still, [over(1, t0 + 90_000), over(2, t0 + 60_000)], t0 + 95_000);
    expect(end.firing).toBe(false);
    expect(end.write?.alert).toMatchObject({ status: 'resolved', endsAt: t0 + 90_000 });
    expect(kinds(end.write?.alert)).toEqual(['resolved']);
  });

  test('fires again in the same thread within the window; who had it has not seen that', () => {
    const first = opened(lookedAt([t0, aRow(1)]));
    const pinned = { text: 'the vendor knows', by: anna, at: t0 };
    const ended = { ...first, pinned, ack: { by: anna, at: t0 } };
    const resolved = opened(gather(ended, [over(1, t0 + 60_000)], t0 + 60_000).write?.alert ?? first);
    const again = aRow(1, { startsAt: t0 + minutes(20), joined: t0 + minutes(20) });
    const { write } = gather(resolved, [again], t0 + minutes(20));
    expect(write?.archived).toBeUndefined();
    expect(write?.alert).toMatchObject({ id: first.id, status: 'firing', fired: 2 });
    expect(write?.alert.ack).toBeUndefined();
    expect(write?.alert.pinned).toEqual(pinned);
    expect(write?.alert.notes.at(-1)).toMatchObject({
      kind: 'refired',
      text: expect.stringContaining('Anna'),
    });
  });

  test('after the window a new one begins, with those alone that are not over', () => {
    const resolved = opened(lookedAt([t0, aRow(1)], [t0 + 60_000, over(1, t0 + 60_000)]));
    const next = aRow(2, { startsAt: t0 + minutes(40) });
    const { write, gone } = gather(resolved, [over(1, t0 + 60_000), next], t0 + minutes(40));
    expect(write?.archived).toEqual(resolved);
    expect(write?.alert).toMatchObject({
      id: `${fingerprint}-${(t0 + minutes(40)).toString(36)}`,
      version: resolved.version,
      previous: { id: resolved.id, ts: '1800000000.000100' },
      group: { firing: 1, resolved: 0 },
    });
    expect(gone).toEqual([aRow(1).id]);
  });

  test('that is over before anybody heard of it has its thread, and no ticket', () => {
    const { write } = gather(undefined, [over(1, t0 + 1_000)], t0 + 2_000);
    expect(write?.alert).toMatchObject({ status: 'resolved', endsAt: t0 + 1_000, actions: [] });
    expect(write?.alert.thread.state).toBe('wanted');
  });

  test('that was folded into the digest wants a thread when it fires again', () => {
    const resolved = lookedAt([t0, aRow(1)], [t0 + 60_000, over(1, t0 + 60_000)]);
    const folded: Alert = { ...resolved, thread: { state: 'folded', at: t0 } };
    expect(
      gather(folded, [aRow(1, { startsAt: t0 + minutes(5) })], t0 + minutes(5)).write?.alert.thread,
    ).toEqual({
      state: 'wanted',
      since: t0 + minutes(5),
      event: '',
    });
  });

  test.each([
    ['is_archived', 'wanted'],
    ['message_not_found', 'failed'],
  ])('whose thread failed with %s is %s when its members change later', (reason, state) => {
    const first: Alert = { ...lookedAt([t0, aRow(1)]), thread: { state: 'failed', at: t0, reason } };
    const { write } = gather(first, [aRow(1), aRow(2)], t0 + minutes(6));
    expect(write?.alert.thread.state).toBe(state);
  });

  test('shows a hundred members, the worst first', () => {
    const rows = Array.from({ length: 130 }, (_, n) =>
      aRow(n, { severity: n === 129 ? 'critical' : 'warning' }),
    );
    const { group } = lookedAt([t0, ...rows]);
    expect(group?.firing).toBe(130);
    expect(group?.rows).toHaveLength(100);
    expect(group?.rows[0]?.about).toBe('node-129');
  });

  test('drops what has been over for longest', () => {
    const rows = Array.from({ length: 1_003 }, (_, n) => over(n, t0 + n));
    expect(gather(undefined, rows, t0 + minutes(1)).gone).toEqual([2, 1, 0].map((n) => aRow(n).id));
  });
});

describe('an acknowledgement of all', () => {
  const acked = (rows: readonly MemberRow[]): Alert => ({
    ...opened(lookedAt([t0, ...rows])),
    ack: { by: anna, at: t0 + 10_000 },
  });

  test('reaches those that fire, joined before it, and are nobody’s', () => {
    const theirs = aRow(3, { ack: { by: { id: 'U2' }, at: t0 + 1 } });
    const rows = [aRow(1), over(2, t0 + 5_000), theirs, aRow(4, { joined: t0 + 20_000 })];
    const { acknowledge, write } = gather(acked(rows), rows, t0 + 21_000);
    expect(acknowledge).toEqual([aRow(1).id]);
    expect(write?.alert.group).toMatchObject({ firing: 3, acknowledged: 2, fresh: 1 });
    // Told by the click, and never by the gathering.
    expect(write?.alert.notes).toEqual([]);
  });

  test('that was given back is taken from those who have it from there', () => {
    const mine = aRow(1, { ack: { by: anna, at: t0 + 10_000 } });
    const theirs = aRow(2, { ack: { by: { id: 'U2' }, at: t0 + 1 } });
    const { ack: _, ...rest } = acked([mine, theirs]);
    const back: Alert = { ...rest, ...(rest.group && { group: { ...rest.group, givenBack: t0 + 10_000 } }) };
    const first = gather(back, [mine, theirs], t0 + 20_000);
    expect(first.giveBack).toEqual([mine.id]);
    const then = gather(first.write?.alert ?? back, [aRow(1), theirs], t0 + 20_000);
    expect(then.giveBack).toEqual([]);
    expect(then.write?.alert.group?.givenBack).toBeUndefined();
  });
});

test('a group has the runbook of its route', () => {
  const runbookOf = (route: string) => `https://runbooks.example/${route}`;
  const done = evolveGroup(undefined, fingerprint, someMembers([aRow(1)]), t0, { ...policy, runbookOf });
  const { route, routeRunbook } = done.write?.alert ?? {};
  expect(routeRunbook).toBe(`https://runbooks.example/${route}`);
});

test.each([
  [['Down', 'Down'], 'Down'],
  [['Slow', 'Down'], 'Down, Slow'],
  [['Slow', 'Down', 'Full'], 'Down and 2 other kinds'],
])('a group that no name makes is called by what is in it: %o', (names, name) => {
  const rows = names.map((one, n) =>
    aRow(n, { name: one, severity: one === 'Down' ? 'critical' : 'warning' }),
  );
  const members = { ...someMembers(rows), key: aGroupKey({ by: { service: 'checkout' } }) };
  expect(evolveGroup(undefined, fingerprint, members, t0, policy).write?.alert.name).toBe(name);
});
