import { describe, expect, test } from 'vitest';
import { evolveGroup } from '../../../src/alerts/groups/evolve-group.ts';
import {
  decidePages,
  pageFacts,
  pageHash,
  pageState,
  pagesBehind,
  withPage,
} from '../../../src/alerts/groups/pages.ts';
import type { Alert } from '../../../src/alerts/model/alert.ts';
import type { MessageState } from '../../../src/delivery/message.ts';
import { minutes, t0 } from '../../builders/event.ts';
import { aRow, someMembers } from '../../builders/group.ts';

const ts = '1800000000.000100';
const aGroup = (members: number, over: Partial<Alert> = {}): Alert => {
  const rows = Array.from({ length: members }, (_, n) => aRow(n));
  const policy = { refireWindow: minutes(30), ticketsOf: () => [] };
  const alert = evolveGroup(undefined, 'aaaaaaaaaaaaaaaa', someMembers(rows), t0, policy).write?.alert;
  if (!alert) throw new Error('no group');
  return { ...alert, thread: { state: 'open', ts, at: t0, shown: '' }, ...over };
};
const shown = (alert: Alert, page: number): MessageState => ({
  state: 'open',
  channel: alert.channel,
  ts: `1800000001.00000${page}`,
  shown: pageHash(alert, page),
});
/** With all of its pages there, as they should be. */
const complete = (alert: Alert, pages: number): Alert =>
  Array.from({ length: pages }, (_, page) => page).reduce(
    (all, page) => withPage(all, page, shown(all, page)),
    alert,
  );

describe('members in the thread', () => {
  test.each([
    [1, undefined],
    [2, { do: 'page', page: 0, step: { do: 'post' } }],
    [400, { do: 'page', page: 0, step: { do: 'post' } }],
  ])('of %i: %o', (members, decision) => {
    const group = aGroup(members);
    expect(decidePages(group, t0, 15_000)).toEqual(decision);
    expect(pagesBehind(group)).toBe(decision !== undefined);
  });

  test('wait for their root', () => {
    const group = aGroup(2, { thread: { state: 'wanted', since: t0, event: '' } });
    expect(decidePages(group, t0, 15_000)).toBeUndefined();
    expect(pagesBehind(group)).toBe(false);
  });

  test('are 25 a message, in four messages at most', () => {
    const group = aGroup(130);
    expect(
      [0, 1, 2, 3].map((page) => pageFacts(group, page)).map(({ rows, more }) => [rows.length, more]),
    ).toEqual([
      [25, 0],
      [25, 0],
      [25, 0],
      [25, 30],
    ]);
    expect(decidePages(complete(group, 3), t0, 15_000)).toEqual({
      do: 'page',
      page: 3,
      step: { do: 'post' },
    });
    expect(decidePages(complete(group, 4), t0, 15_000)).toBeUndefined();
  });

  test('are updated where they are not as they were', () => {
    const group = complete(aGroup(30), 2);
    const [first, ...others] = group.group?.rows ?? [];
    if (!first || !group.group) throw new Error('no rows');
    const rows = [{ ...first, ack: { by: { id: 'U1' }, at: t0 } }, ...others];
    const changed: Alert = { ...group, group: { ...group.group, rows } };
    expect(decidePages(changed, t0, 15_000)).toEqual({
      do: 'page',
      page: 0,
      step: { do: 'update', ts: '1800000001.000000' },
    });
  });

  test('that somebody deleted stay deleted', () => {
    const group = withPage(aGroup(2), 0, { state: 'failed', channel: 'C01ALERTS' });
    expect(decidePages(group, t0, 15_000)).toBeUndefined();
    expect(pagesBehind(group)).toBe(false);
  });

  test('are looked for first where the thread was found again', () => {
    const group = aGroup(2);
    const adopted: Alert = { ...group, ...(group.group && { group: { ...group.group, adopted: true } }) };
    expect(decidePages(adopted, t0 * 2, 15_000)).toMatchObject({
      do: 'page',
      page: 0,
      step: { do: 'look_up' },
    });
    expect(pageState(adopted, 0)?.posting?.first).toBeCloseTo(1_800_000_000_000, -1);
  });
});
