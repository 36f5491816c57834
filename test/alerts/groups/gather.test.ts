import { describe, expect, test } from 'vitest';
import { applyAlertCommand } from '../../../src/alerts/evolve/apply-command.ts';
import { type GroupIndex, gatherGroups } from '../../../src/alerts/groups/gather.ts';
import type { Alert } from '../../../src/alerts/model/alert.ts';
import type { AlertCommand } from '../../../src/alerts/model/command.ts';
import type { AlertEvent } from '../../../src/alerts/model/event.ts';
import type { Person } from '../../../src/core/person.ts';
import { planBatch } from '../../../src/intake/plan-batch.ts';
import { aRoute } from '../../builders/alert.ts';
import { anEvent, minutes, t0 } from '../../builders/event.ts';
import { createMemoryRecords } from '../../simulator/alerts/records.ts';
import { createRecordsState } from '../../simulator/alerts/records-state.ts';

const route = aRoute({ groupBy: ['service'] });
const routes = { revision: 'test', choose: () => route, explain: () => ({ route: 'default', tried: [] }) };
const policy = () => ({ refireWindow: minutes(30), ticketsOf: () => [] });
const channel = 'C01ALERTS';

const world = () => {
  let now = t0;
  const state = createRecordsState(() => now);
  const records = createMemoryRecords(state, {
    io: async (_, effect) => effect(),
    now: () => now,
    rates: () => ({ post: { perSecond: 1, burst: 3 }, update: { perSecond: 1, burst: 3 } }),
    ...{ onMarked: () => {}, onDue: () => {}, writer: 'one', batchSize: 250 },
  });
  const fire = async (n: number, over: Partial<AlertEvent> = {}): Promise<void> => {
    const event = anEvent({ fingerprint: n.toString(16).padStart(16, '0'), receivedAt: now, ...over });
    const live = await records.alerts.series([event.fingerprint]);
    const plan = planBatch([event], live, new Set(), routes, { refireWindow: minutes(30), staleGrace: 0 });
    await records.alerts.takeIn(plan.writes, []);
  };
  const gather = (groups: GroupIndex = records.groups) =>
    gatherGroups({ store: records.alerts, groups, policy, now: () => now }, channel);
  const theGroup = (): Alert | undefined =>
    [...state.series.values()].find(({ group }) => group !== undefined);
  const pass = (ms: number): void => {
    now += ms;
  };
  return { state, records, fire, gather, theGroup, pass };
};

test('alerts of one service make one group, with one record', async () => {
  const { state, fire, gather, theGroup } = world();
  for (const n of [1, 2, 3]) await fire(n);
  await gather();
  expect(theGroup()).toMatchObject({ thread: { state: 'wanted' }, group: { firing: 3 } });
  expect(
    [...state.series.values()].filter(({ memberOf }) => memberOf).map(({ thread }) => thread.state),
  ).toEqual([...['none', 'none', 'none']]);
  expect(state.lanes.get(channel)?.groups.size).toBe(0);
  expect(state.lanes.get(channel)?.posts.size).toBe(1);
});

test('a member that is written while its group is gathered is not forgotten', async () => {
  const { records, fire, gather, theGroup, pass } = world();
  await fire(1);
  let late = true;
  await gather({
    ...records.groups,
    members: async (group) => {
      const seen = await records.groups.members(group);
      if (late) await fire(2);
      late = false;
      return seen;
    },
  });
  expect(theGroup()?.group?.firing).toBe(1);
  pass(2_000);
  await gather();
  expect(theGroup()?.group?.firing).toBe(2);
});

test('an older look at the members is not written over a newer one', async () => {
  const { records, fire, gather, theGroup, pass } = world();
  await fire(1);
  await gather();
  pass(2_000);
  await fire(2);
  let first = true;
  await gather({
    ...records.groups,
    members: async (group) => {
      const seen = await records.groups.members(group);
      if (!first) return seen;
      first = false;
      // Another process comes in between, and knows more.
      await fire(3);
      await gather();
      return seen;
    },
  });
  expect(theGroup()?.group?.firing).toBe(3);
});

test('what a person acknowledged reaches every member, however often it is interrupted', async () => {
  const { state, records, fire, gather, theGroup, pass } = world();
  for (let n = 1; n <= 30; n++) await fire(n);
  await gather();
  pass(1_000);
  const ack = { by: { id: 'U1' }, at: t0 + 1_000 };
  const { id = '' } = theGroup() ?? {};
  await records.alerts.update(id, (alert) => ({
    write: { alert: { ...alert, ack }, journal: [], urgent: true },
  }));
  let left = 7;
  const store = {
    ...records.alerts,
    update: async (...args: Parameters<typeof records.alerts.update>) => {
      if (left-- <= 0) throw new Error('killed');
      return records.alerts.update(...args);
    },
  } as typeof records.alerts;
  const deps = { groups: records.groups, policy, now: () => t0 + 1_000 };
  await expect(gatherGroups({ ...deps, store }, channel)).rejects.toThrow('killed');
  expect(state.lanes.get(channel)?.groups.size).toBe(1);
  await gather();
  const members = [...state.series.values()].filter(({ memberOf }) => memberOf);
  expect(members.filter((member) => member.ack?.at === ack.at)).toHaveLength(30);
  expect(theGroup()?.group).toMatchObject({ acknowledged: 30, fresh: 0 });
  expect(state.lanes.get(channel)?.groups.size).toBe(0);
});

test('a group that is given to somebody else takes its members along, but for what somebody took by itself', async () => {
  const { state, records, fire, gather, theGroup, pass } = world();
  for (let n = 1; n <= 3; n++) await fire(n);
  await gather();
  const [anna, ben, carol] = ['U1', 'U2', 'U3'].map((id) => ({ id })) as [Person, Person, Person];
  const members = () => [...state.series.values()].filter(({ memberOf }) => memberOf);
  const command = async (id: string, asked: AlertCommand, by: Person, at: number) => {
    await records.alerts.update(id, (alert) => {
      const done = applyAlertCommand(alert, asked, by, at);
      if (!done.ok || !done.journal) throw new Error('nothing was changed');
      return { write: { alert: done.alert, journal: done.journal, urgent: true } };
    });
    pass(3_000);
    await gather();
  };
  const { id = '' } = theGroup() ?? {};
  const [own = ''] = members().map((member) => member.id);
  await command(own, { verb: 'acknowledge' }, carol, t0 + 1_000);
  await command(id, { verb: 'acknowledge' }, anna, t0 + 2_000);
  await command(id, { verb: 'assign', to: ben }, anna, t0 + 6_000);
  const held = members().map((member) => [member.id === own, member.ack?.by.id]);
  expect(held.toSorted()).toEqual([
    [false, 'U2'],
    [false, 'U2'],
    [true, 'U3'],
  ]);
  const given = members().find((member) => member.id !== own)?.id ?? '';
  expect(state.journals.get(given)?.at(-1)).toEqual({
    at: t0 + 6_000,
    who: 'U1',
    what: 'assign',
    why: 'to U2, with its group',
  });
  const group = theGroup();
  expect(group?.group).toMatchObject({ acknowledged: 3, fresh: 0 });
  expect(group?.group?.givenBack).toBeUndefined();
});

describe('people who are faster than the gathering', () => {
  const [anna, ben, carol] = ['U1', 'U2', 'U3'].map((id) => ({ id })) as [Person, Person, Person];
  type Step = readonly [by: Person, command: AlertCommand];
  const rows: readonly (readonly [
    name: string,
    steps: readonly Step[],
    has: readonly (string | undefined)[],
  ])[] = [
    [
      'given back, and taken by somebody else',
      [
        [anna, { verb: 'unacknowledge' }],
        [ben, { verb: 'acknowledge' }],
      ],
      ['U2', 'U2', 'U3'],
    ],
    [
      'given to one after the other',
      [
        [anna, { verb: 'assign', to: carol }],
        [carol, { verb: 'assign', to: ben }],
      ],
      ['U2', 'U2', 'U3'],
    ],
    [
      'given to somebody, and given back',
      [
        [anna, { verb: 'assign', to: ben }],
        [ben, { verb: 'unacknowledge' }],
      ],
      ['U3', undefined, undefined],
    ],
    [
      'given back, and taken again by the same',
      [
        [anna, { verb: 'unacknowledge' }],
        [anna, { verb: 'acknowledge' }],
      ],
      ['U1', 'U1', 'U3'],
    ],
    [
      'given round, back to the first',
      [
        [anna, { verb: 'assign', to: ben }],
        [ben, { verb: 'assign', to: carol }],
        [carol, { verb: 'assign', to: anna }],
      ],
      ['U1', 'U1', 'U3'],
    ],
  ];
  test.each(rows)('%s: its members are with whoever has it in the end', async (_, steps, has) => {
    const { state, records, fire, gather, theGroup, pass } = world();
    for (let n = 1; n <= 3; n++) await fire(n);
    await gather();
    const members = () => [...state.series.values()].filter(({ memberOf }) => memberOf);
    let at = t0;
    const command = async (id: string, asked: AlertCommand, by: Person) => {
      at += 1_000;
      await records.alerts.update(id, (alert) => {
        const done = applyAlertCommand(alert, asked, by, at);
        if (!done.ok || !done.journal) throw new Error('nothing was changed');
        return { write: { alert: done.alert, journal: done.journal, urgent: true } };
      });
    };
    const { id = '' } = theGroup() ?? {};
    await command(members()[0]?.id ?? '', { verb: 'acknowledge' }, carol);
    await command(id, { verb: 'acknowledge' }, anna);
    pass(3_000);
    await gather();
    for (const [by, asked] of steps) await command(id, asked, by);
    pass(3_000);
    await gather();
    expect(
      members()
        .map(({ ack }) => ack?.by.id)
        .toSorted(),
    ).toEqual(has);
    expect(theGroup()?.group).toMatchObject({ acknowledged: has.filter(Boolean).length, fresh: 0 });
    expect(theGroup()?.group?.givenBack).toBeUndefined();
  });
});

test('a silence of a group reaches whoever it fits, whenever they came, and ends with it', async () => {
  const { state, records, fire, gather, theGroup, pass } = world();
  const labels = { alertname: 'Down', service: 'checkout' };
  for (const n of [1, 2]) await fire(n, { labels });
  await gather();
  const until = t0 + minutes(60);
  const by = { id: 'U1', name: 'Anna' };
  const silence = { id: 's1', by, reason: 'deploy', until, covers: [{ matchers: { service: 'checkout' } }] };
  await records.alerts.update(theGroup()?.id ?? '', (alert) => ({
    write: { alert: { ...alert, silence }, journal: [] },
  }));
  const silenced = () =>
    [...state.series.values()].flatMap((one) => (one.memberOf ? [one.silence?.until] : []));
  pass(2_000);
  await gather();
  expect(silenced()).toEqual([until, until]);
  expect(theGroup()?.group?.rows.map((row) => row.silenced)).toEqual([until, until]);
  await fire(3, { labels });
  pass(2_000);
  await gather();
  expect(silenced()).toEqual([until, until, until]);
  pass(minutes(60));
  await records.alerts.update(theGroup()?.id ?? '', ({ silence: _, ...alert }) => ({
    write: { alert, journal: [] },
  }));
  await gather();
  expect(silenced()).toEqual([undefined, undefined, undefined]);
  const member = [...state.series.values()].find(({ memberOf }) => memberOf);
  expect(member?.look).toEqual({ at: until, silenceEnded: true });
  expect((state.journals.get(member?.id ?? '') ?? []).map(({ what }) => what)).toEqual([
    ...['opened', 'route', 'silence_done', 'silence_expired'],
  ]);
});
