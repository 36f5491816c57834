import { describe, expect, test } from 'vitest';
import type { DigestStore } from '../../../src/alerts/channel/digest-message.ts';
import { escalate } from '../../../src/alerts/evolve/escalate.ts';
import type { GroupIndex } from '../../../src/alerts/groups/gather.ts';
import type { Alert } from '../../../src/alerts/model/alert.ts';
import { startDigest } from '../../../src/alerts/model/digest.ts';
import type { EventRecord } from '../../../src/alerts/model/event-record.ts';
import type { Books } from '../../../src/alerts/ports/queries.ts';
import type { AlertChange, AskedFor, SeriesWrite } from '../../../src/alerts/ports/store.ts';
import { type JournalEntry, ownLine } from '../../../src/core/journal.ts';
import type { Severity } from '../../../src/core/severity.ts';
import { planBatch } from '../../../src/intake/plan-batch.ts';
import type { Leases } from '../../../src/reconcile/lease.ts';
import { anAlert, anOpenAlert, aRoute } from '../../builders/alert.ts';
import { anEvent, hours, minutes, resolveOf, t0 } from '../../builders/event.ts';
import { type OpeningSubject, openingConformance } from './opening.ts';

/** A record store for tests, as one process sees it. */
export interface RecordsSubject extends OpeningSubject {
  readonly leases: Leases;
  readonly digests: DigestStore;
  readonly groups: GroupIndex;
  /** What was told, in order. */
  readonly due: string[];
  overdue(ms: number, count: number): Promise<readonly string[]>;
  books(): Promise<Books>;
  event(id: string): Promise<EventRecord | undefined>;
  journal(alertId: string): Promise<readonly JournalEntry[]>;
}

const channel = 'C01ALERTS';
const heads = { posts: 100, updates: 100 };
const fingerprint = (n: number): string => n.toString(16).padStart(16, '0');
const policy = { refireWindow: hours(4), staleGrace: minutes(5) };

/** As a process begins on the lane. */
const opened = (subject: RecordsSubject, owner = 'one') =>
  subject.lanes.open(channel, subject.clock.now, heads, { owner, ms: 60_000 });

const created = (after: Alert, events: readonly EventRecord[] = []): SeriesWrite => ({
  before: undefined,
  after,
  archived: [],
  journal: [],
  events,
  nonces: [],
});

const record = (id: string, over: Partial<EventRecord> = {}): EventRecord => ({
  id,
  type: 'alertmanager',
  source: 'alertmanager',
  tier: 'default',
  time: t0,
  receivedAt: t0,
  position: { via: 'kafka', topic: 'alerts', partition: 0, offset: '1', index: 0 },
  reason: 'opened',
  ...over,
});

/** Takes events in as the intake does; fails on a conflict. */
const takeIn = async (
  subject: RecordsSubject,
  events: readonly ReturnType<typeof anEvent>[],
  route = aRoute(),
): Promise<void> => {
  const live = await subject.alerts.series([...new Set(events.map((event) => event.fingerprint))]);
  const table = { revision: 'test', choose: () => route, explain: () => ({ route: 'default', tried: [] }) };
  const { writes, loose } = planBatch(events, live, new Set(), table, policy);
  expect(await subject.alerts.takeIn(writes, loose)).toEqual([]);
};

const asking = (over: Partial<AskedFor>): AskedFor => ({
  fingerprints: [],
  eventIds: [],
  nonces: [],
  ...over,
});

/** Puts an alert on record as it is. */
const put = async (subject: RecordsSubject, alert: Alert): Promise<void> => {
  expect(await subject.alerts.takeIn([created(alert)], [])).toEqual([]);
};

const alertOf = async (subject: RecordsSubject, id: string): Promise<Alert> => {
  const alert = (await subject.alerts.getMany([id])).get(id);
  if (!alert) throw new Error(`${id} is not on record`);
  return alert;
};

/** What every record store does alike. `open` gives a new, empty one. */
export const recordsConformance = (open: () => Promise<RecordsSubject>): void => {
  openingConformance(open);
  const peek = (subject: RecordsSubject, on = channel) => subject.lanes.peek(on, subject.clock.now, heads);

  describe('members of a group', () => {
    const grouped = aRoute({ groupBy: ['service'] });
    const fire = (subject: RecordsSubject, n: number, over: Parameters<typeof anEvent>[0] = {}) =>
      takeIn(subject, [anEvent({ fingerprint: fingerprint(n), ...over })], grouped);
    const dueNow = async (subject: RecordsSubject) => {
      const [group, ...others] = await subject.groups.due(channel, subject.clock.now, 10);
      expect(others).toEqual([]);
      return group;
    };
    const theGroup = async (subject: RecordsSubject): Promise<string> => (await dueNow(subject)) ?? 'none';

    test('are there with their records, and their group is due', async () => {
      await using subject = await open();
      await fire(subject, 1);
      await fire(subject, 2, { severity: 'warning' });
      const group = await theGroup(subject);
      const members = await subject.groups.members(group);
      expect(members?.key).toMatchObject({ channel, route: 'default', by: { service: 'checkout' } });
      const rows = members?.rows
        .map(({ id, severity, status }) => [id.slice(0, 16), severity, status])
        .sort();
      expect(rows).toEqual([
        [fingerprint(1), 'critical', 'firing'],
        [fingerprint(2), 'warning', 'firing'],
      ]);
      expect(subject.marked).toContain(channel);
      expect((await peek(subject)).groupsAt).toBeLessThanOrEqual(subject.clock.now);
    });

    test('of which none is on record: there is no group', async () => {
      await using subject = await open();
      expect(await subject.groups.members('aaaaaaaaaaaaaaaa')).toBeUndefined();
      expect(await dueNow(subject)).toBeUndefined();
      expect((await peek(subject)).groupsAt).toBeUndefined();
    });

    test('that are written after the look keep their group due, and no row is dropped', async () => {
      await using subject = await open();
      await fire(subject, 1);
      const group = await theGroup(subject);
      const seen = await subject.groups.members(group);
      await fire(subject, 2);
      const next = subject.clock.now + 2_000;
      const gone = seen?.rows.map(({ id }) => id) ?? [];
      await subject.groups.settle(channel, group, seen?.seq ?? '', { next, gone, over: false });
      expect(await dueNow(subject)).toBeUndefined();
      expect((await peek(subject)).groupsAt).toBe(next);
      subject.clock.now = next;
      expect(await dueNow(subject)).toBe(group);
      expect((await subject.groups.members(group))?.rows).toHaveLength(2);
    });

    test('are off what is due once looked at, and due later than that when one changes', async () => {
      await using subject = await open();
      await fire(subject, 1);
      await fire(subject, 2);
      const group = await theGroup(subject);
      const seen = await subject.groups.members(group);
      const next = subject.clock.now + 2_000;
      const gone = seen?.rows.slice(0, 1).map(({ id }) => id) ?? [];
      await subject.groups.settle(channel, group, seen?.seq ?? '', { next, gone, over: false });
      expect((await subject.groups.members(group))?.rows).toHaveLength(1);
      expect((await peek(subject)).groupsAt).toBeUndefined();
      expect(await subject.lanes.orphans()).toEqual([]);
      await fire(subject, 3);
      expect((await peek(subject)).groupsAt).toBe(next);
    });

    test('that say nothing new leave their group alone', async () => {
      await using subject = await open();
      await fire(subject, 1);
      const group = await theGroup(subject);
      const seen = await subject.groups.members(group);
      await subject.groups.settle(channel, group, seen?.seq ?? '', {
        next: subject.clock.now,
        gone: [],
        over: false,
      });
      await fire(subject, 1, { time: t0 + 1_000 });
      expect(await dueNow(subject)).toBeUndefined();
    });

    test('a person who acknowledges all makes the group due at once', async () => {
      await using subject = await open();
      await fire(subject, 1);
      const group = await theGroup(subject);
      const seen = await subject.groups.members(group);
      const next = subject.clock.now + 2_000;
      await subject.groups.settle(channel, group, seen?.seq ?? '', { next, gone: [], over: false });
      const stands = { home: channel, by: {}, firing: 1, resolved: 0, acknowledged: 0, fresh: 0 };
      const facts = { ...stands, severities: {}, rows: [], pages: [] };
      const alert = anOpenAlert({ id: `${group}-1`, fingerprint: group, group: facts });
      await put(subject, alert);
      const ack = { by: { id: 'U1' }, at: t0 };
      await subject.alerts.update(alert.id, (one) => ({
        write: { alert: { ...one, ack }, journal: [], urgent: true },
      }));
      expect(await dueNow(subject)).toBe(group);
    });

    test('a channel with a group that is due is busy, and an orphan while nobody is at it', async () => {
      await using subject = await open();
      await fire(subject, 1);
      expect(await subject.lanes.busy()).toEqual([channel]);
      expect(await subject.lanes.orphans()).toEqual([channel]);
    });
  });

  describe('records', () => {
    test('a series is found by fingerprint, and its alert by id', async () => {
      await using subject = await open();
      const alert = anAlert();
      await put(subject, alert);
      const stored = { ...alert, version: 1 };
      expect(await subject.alerts.series([alert.fingerprint, fingerprint(9)])).toEqual(
        new Map([[alert.fingerprint, stored]]),
      );
      expect(await subject.alerts.getMany([alert.id, 'x'])).toEqual(new Map([[alert.id, stored]]));
    });

    test('of two writes from the same state one counts, and nothing of the other is written', async () => {
      await using subject = await open();
      const alert = anAlert();
      await put(subject, alert);
      const late = { ...created(alert, [record('late')]), journal: [{ id: alert.id, entry: line('late') }] };
      expect(await subject.alerts.takeIn([late], [])).toEqual([alert.fingerprint]);
      expect(await subject.event('late')).toBeUndefined();
      expect(await subject.journal(alert.id)).toEqual([]);
      expect((await subject.books()).received).toBe(0);
    });

    test('a journal that is too long says first how many lines are gone, of all cuts, and when the last were', async () => {
      await using subject = await open();
      const alert = anAlert();
      const lines = (from: number, to: number) =>
        Array.from({ length: to - from }, (_, i) => line(`line ${from + i}`));
      const write = (from: number, to: number) =>
        subject.alerts.update(alert.id, (present) => ({
          write: { alert: { ...present, fired: present.fired + 1 }, journal: lines(from, to) },
        }));
      await put(subject, alert);
      await write(0, 220);
      expect(await subject.journal(alert.id)).toEqual(lines(0, 220));
      subject.clock.now += 1_000;
      await write(220, 221);
      const { now } = subject.clock;
      expect(await subject.journal(alert.id)).toEqual([
        ownLine(now, 'lines_dropped', '22'),
        ...lines(22, 221),
      ]);
      // More at once than it may hold: those that were never there count as well.
      subject.clock.now += 1_000;
      await write(221, 1_000);
      expect(await subject.journal(alert.id)).toEqual([
        ownLine(now + 1_000, 'lines_dropped', '801'),
        ...lines(801, 1_000),
      ]);
    });

    test('a conflict holds no other series up, in however many parts they are written', async () => {
      await using subject = await open();
      const all = Array.from({ length: 150 }, (_, n) => anAlert({}, { fingerprint: fingerprint(n) }));
      await put(subject, all[70] as Alert);
      expect(
        await subject.alerts.takeIn(
          all.map((alert) => created(alert)),
          [],
        ),
      ).toEqual([fingerprint(70)]);
      expect((await subject.alerts.getMany(all.map(({ id }) => id))).size).toBe(150);
    });

    test('an update is applied to the newest record, however many come at once', async () => {
      await using subject = await open();
      const alert = anAlert({ fired: 0 });
      await put(subject, alert);
      const more = (present: Alert) => ({
        write: { alert: { ...present, fired: present.fired + 1 }, journal: [line('more')] },
        was: present.fired,
      });
      const results = await Promise.all(
        Array.from({ length: 10 }, () => subject.alerts.update(alert.id, more)),
      );
      expect(results.map((result) => result?.was).sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
      expect(await alertOf(subject, alert.id)).toMatchObject({ fired: 10, version: 11 });
      const answer = await subject.alerts.update(alert.id, (present) => {
        const next = { ...present, fired: 11 };
        return { write: { alert: next, journal: [] }, also: next, seen: present };
      });
      expect([answer?.write.alert, answer?.also]).toEqual(Array(2).fill(await alertOf(subject, alert.id)));
      expect(answer?.seen.version).toBe(11);
      expect((await subject.journal(alert.id)).length).toBe(10);
    });

    test('a record that was just read is written on; what somebody changed meanwhile is not lost', async () => {
      await using subject = await open();
      const { id } = anAlert({ fired: 0 });
      await put(subject, anAlert({ fired: 0 }));
      const given: number[] = [];
      const more = (present: Alert) => {
        given.push(present.version);
        return { write: { alert: { ...present, fired: present.fired + 1 }, journal: [] } };
      };
      const read = await alertOf(subject, id);
      const second = await subject.alerts.update(id, more, read);
      // As it was written by the call before: no need to read it either.
      await subject.alerts.update(id, more, second?.write.alert);
      expect([given.splice(0), (await alertOf(subject, id)).fired]).toEqual([[1, 2], 2]);
      await subject.alerts.update(id, more, read);
      expect([given.splice(0), (await alertOf(subject, id)).fired]).toEqual([[1, 3], 3]);
      const says = (present: Alert): AlertChange & { says: number } => ({ says: present.version });
      expect(await subject.alerts.update(id, says, read)).toEqual({ says: 4 });
    });

    test('a record that was read before another followed it is written where it lies now', async () => {
      await using subject = await open();
      const firing = anEvent();
      await takeIn(subject, [firing]);
      const [read] = [...(await subject.alerts.series([firing.fingerprint])).values()] as [Alert];
      const first = await alertOf(subject, read.id);
      await takeIn(subject, [resolveOf(firing, t0 + minutes(1))]);
      await takeIn(subject, [anEvent({ startsAt: t0 + hours(5) })]);
      const change = (alert: Alert) => ({ write: { alert: { ...alert, summary: 'late' }, journal: [] } });
      await subject.alerts.update(first.id, change, first);
      const [second] = [...(await subject.alerts.series([firing.fingerprint])).values()] as [Alert];
      expect((await alertOf(subject, first.id)).summary).toBe('late');
      expect([second.previous?.id, second.summary]).toEqual([first.id, firing.summary]);
    });

    test('nothing happens when there is no such alert, or the change writes nothing', async () => {
      await using subject = await open();
      const alert = anAlert();
      await put(subject, alert);
      expect(await subject.alerts.update('0000000000000000-1', () => ({}))).toBeUndefined();
      const look = (seen: Alert): AlertChange & { seen: number } => ({ seen: seen.version });
      const result = await subject.alerts.update(alert.id, look);
      expect(result).toEqual({ seen: 1 });
      expect(await alertOf(subject, alert.id)).toEqual({ ...alert, version: 1 });
    });

    test('an alert that another has followed keeps its record, and both can change', async () => {
      await using subject = await open();
      const firing = anEvent();
      await takeIn(subject, [firing]);
      const [first] = [...(await subject.alerts.series([firing.fingerprint])).values()] as [Alert];
      await takeIn(subject, [resolveOf(firing, t0 + minutes(1))]);
      await takeIn(subject, [anEvent({ startsAt: t0 + hours(5) })]);
      const [second] = [...(await subject.alerts.series([firing.fingerprint])).values()] as [Alert];
      expect(second.previous?.id).toBe(first.id);
      for (const id of [first.id, second.id]) {
        await subject.alerts.update(id, (alert) => ({
          write: { alert: { ...alert, summary: id }, journal: [] },
        }));
      }
      expect((await alertOf(subject, first.id)).summary).toBe(first.id);
      expect((await alertOf(subject, second.id)).summary).toBe(second.id);
    });

    test('alerts that open, end and are followed within one batch all get their turn', async () => {
      await using subject = await open();
      const events = [0, 1, 2].flatMap((n) => {
        const firing = anEvent({ startsAt: t0 + hours(10 * n) });
        return [firing, resolveOf(firing, t0 + hours(10 * n) + minutes(1))];
      });
      await takeIn(subject, events);
      const view = await peek(subject);
      expect(view.waiting).toBe(3);
      expect((await subject.alerts.getMany(view.posts)).size).toBe(3);
      expect(await subject.lanes.foldable(channel, 10)).toEqual(view.posts);
      expect(subject.marked).toEqual([channel]);
    });

    test('an alert that ends and is followed within one batch still gets its last update', async () => {
      await using subject = await open();
      const firing = anEvent();
      await takeIn(subject, [firing]);
      const id = (await peek(subject)).posts[0] as string;
      await subject.alerts.update(id, () => ({ write: { alert: anOpenAlert({ id }), journal: [] } }));
      expect((await peek(subject)).updates).toEqual([]);
      await takeIn(subject, [resolveOf(firing, t0 + minutes(1)), anEvent({ startsAt: t0 + hours(9) })]);
      const view = await peek(subject);
      expect(view.updates).toEqual([id]);
      expect((await alertOf(subject, id)).status).toBe('resolved');
      expect(view.posts.length).toBe(1);
    });

    test('an event settles once its outcome is known, and the books follow', async () => {
      await using subject = await open();
      const firing = anEvent({ id: 'first' });
      await takeIn(subject, [firing]);
      expect((await subject.books()).pending).toBe(1);
      const id = (await peek(subject)).posts[0] as string;
      await subject.alerts.update(id, (alert) => ({
        write: { alert, journal: [], settles: { event: 'first', reason: 'thread_open' as const } },
      }));
      expect((await subject.event('first'))?.reason).toBe('thread_open');
      expect(await subject.books()).toEqual({
        received: 1,
        threaded: 1,
        merged: 0,
        suppressed: 0,
        rejected: 0,
        pending: 0,
        byReason: { 'alertmanager|opened': 1, 'settled|thread_open': 1 },
      });
    });

    test('events and nonces are known once they are on record; a nonce only while it is valid', async () => {
      await using subject = await open();
      const nonce = { value: 'n1', validUntil: t0 + minutes(5) };
      await takeIn(subject, [anEvent({ id: 'a', source: 's', nonce })]);
      const { known } = await subject.alerts.look(asking({ eventIds: ['a', 'b'], nonces: ['s n1', 's n2'] }));
      expect(known).toEqual(new Set(['a', 's n1']));
      expect(await subject.alerts.look(asking({}))).toEqual({
        live: new Map(),
        unreadable: new Map(),
        known: new Set(),
      });
    });

    describe('written on the guess that nobody knows it', () => {
      const place = (offset: number): string => `k.alerts.0.${offset}-L.0`;
      const ofSeries = (n: number): Alert =>
        anAlert({ id: `${fingerprint(n)}-${t0.toString(36)}`, fingerprint: fingerprint(n) });
      const written = created(ofSeries(1), [record(place(5))]);
      const loose = [{ record: record('l', { reason: 'expired' }), keep: true }];
      const guess = (subject: RecordsSubject, over: Partial<AskedFor> = {}): Promise<boolean> =>
        subject.alerts.takeInUnknown(
          [written],
          loose,
          asking({ fingerprints: [fingerprint(1), fingerprint(2)], eventIds: [place(5)], ...over }),
        );
      const nonce = { key: 's n1', validUntil: t0 + minutes(5) };
      const other = created(ofSeries(9), [record('named')]);

      test('all of it is there, and its lane has work', async () => {
        await using subject = await open();
        expect(await guess(subject)).toBe(true);
        expect(await alertOf(subject, written.after.id)).toMatchObject({ id: written.after.id });
        expect((await subject.event(place(5)))?.reason).toBe('opened');
        expect((await subject.event('l'))?.reason).toBe('expired');
        expect((await subject.books()).received).toBe(2);
        expect(subject.marked).toEqual([channel]);
      });

      test.each<[string, SeriesWrite, Partial<AskedFor>]>([
        ['its series', created(ofSeries(1)), {}],
        ['another series that it may be of', created(ofSeries(2)), {}],
        ['an event with an id of its own', other, { eventIds: [place(5), 'named'] }],
        ['a nonce', { ...other, nonces: [nonce] }, { nonces: ['s n1'] }],
        ['a later offset of its partition', { ...other, events: [record(place(5))] }, {}],
      ])('nothing happens when %s is known', async (_, known, over) => {
        await using subject = await open();
        expect(await subject.alerts.takeIn([known], [])).toEqual([]);
        const before = await subject.books();
        subject.marked.splice(0);
        expect(await guess(subject, over)).toBe(false);
        expect([await subject.books(), subject.marked]).toEqual([before, []]);
        expect(await subject.event('l')).toBeUndefined();
        const seen = await subject.alerts.look(asking({ fingerprints: [fingerprint(1)] }));
        expect(seen.live.size).toBe(known.after.fingerprint === fingerprint(1) ? 1 : 0);
      });

      test('what is known of others does not matter', async () => {
        await using subject = await open();
        const events = [record(place(4)), record('k.alerts.1.7-L.0'), record('k.alerts.0.9-M.0')];
        await subject.alerts.takeIn([{ ...other, events, nonces: [nonce] }], []);
        expect(await guess(subject, { nonces: ['s n2'] })).toBe(true);
      });
    });

    test('a loose event is counted each time, and its first record stays', async () => {
      await using subject = await open();
      const expired = record('e', { reason: 'expired' });
      await subject.alerts.takeIn([], [{ record: expired, keep: true }]);
      await subject.alerts.takeIn([], [{ record: record('e', { reason: 'duplicate_id' }), keep: false }]);
      expect(await subject.event('e')).toEqual(expired);
      expect(await subject.books()).toMatchObject({ received: 2, suppressed: 2, pending: 0 });
    });

    test('a channel is told of once, until somebody has looked', async () => {
      await using subject = await open();
      await takeIn(subject, [anEvent({ fingerprint: fingerprint(1) })]);
      await takeIn(subject, [anEvent({ fingerprint: fingerprint(2) })]);
      expect(subject.marked).toEqual([channel]);
      expect(await subject.lanes.marked(channel)).toBe(true);
      await opened(subject);
      await takeIn(subject, [anEvent({ fingerprint: fingerprint(3) })]);
      expect(subject.marked).toEqual([channel, channel]);
    });

    test('an alert is due while it has an action to run', async () => {
      await using subject = await open();
      const spec = { kind: 'ticket' } as const;
      await takeIn(subject, [anEvent()], aRoute({ actions: [spec] }));
      const id = (await peek(subject)).posts[0] as string;
      expect(subject.due).toEqual([id]);
      // A person's action is told of, although the other one is due since before.
      subject.clock.now += 1_000;
      const asked = { key: 'silence', kind: 'silence', state: 'waiting', attempts: 0, at: t0 } as const;
      const silence = {
        ...asked,
        nextAt: subject.clock.now,
        spec: { kind: 'silence', durationMs: 60_000, reason: 'x' },
      } as const;
      await subject.alerts.update(id, (alert) => ({
        write: { alert: { ...alert, actions: [...alert.actions, silence] }, journal: [] },
      }));
      await subject.alerts.update(id, (alert) => ({ write: { alert: { ...alert, fired: 2 }, journal: [] } }));
      expect(subject.due).toEqual([id, id]);
      expect(await subject.overdue(minutes(1), 10)).toEqual([]);
      subject.clock.now += minutes(2);
      expect(await subject.overdue(minutes(1), 10)).toEqual([id]);
      await subject.alerts.update(id, (alert) => ({
        write: {
          alert: { ...alert, actions: alert.actions.map((a) => ({ ...a, state: 'done' as const })) },
          journal: [],
        },
      }));
      expect(await subject.overdue(minutes(1), 10)).toEqual([]);
    });
  });

  describe('lanes', () => {
    const waiting = (n: number, severity: Severity, tier = 'default') =>
      anAlert({}, { fingerprint: fingerprint(n), severity, tier });

    test('the most severe go first, and among equals the first come', async () => {
      await using subject = await open();
      const all = [waiting(1, 'info'), waiting(2, 'critical'), waiting(3, 'warning'), waiting(4, 'critical')];
      for (const alert of all) await put(subject, alert);
      expect((await peek(subject)).posts).toEqual([all[1]?.id, all[3]?.id, all[2]?.id, all[0]?.id]);
    });

    test('the flood of one tier does not hold another back', async () => {
      await using subject = await open();
      const flood = Array.from({ length: 100 }, (_, n) => waiting(n, 'critical', 'noisy'));
      await subject.alerts.takeIn(
        flood.map((alert) => created(alert)),
        [],
      );
      const others = [waiting(200, 'critical', 'calm'), waiting(201, 'critical', 'calm')];
      for (const alert of others) await put(subject, alert);
      const { posts } = await peek(subject);
      expect(new Set(posts.slice(0, 4))).toEqual(
        new Set([flood[0], flood[1], ...others].map((alert) => alert?.id)),
      );
    });

    test('a tier that was silent starts level with the others, not ahead of them for all its silence', async () => {
      await using subject = await open();
      const noisy = Array.from({ length: 20 }, (_, n) => waiting(n, 'critical', 'noisy'));
      await subject.alerts.takeIn(
        noisy.map((alert) => created(alert)),
        [],
      );
      for (const { id } of noisy.slice(0, 10)) {
        await subject.alerts.update(id, (alert) => ({
          write: { alert: { ...alert, thread: { state: 'folded', at: t0 } }, journal: [] },
        }));
        await peek(subject);
      }
      const late = Array.from({ length: 5 }, (_, n) => waiting(100 + n, 'critical', 'late'));
      for (const alert of late) await put(subject, alert);
      const { posts } = await peek(subject);
      const lastOfLate = Math.max(...late.map(({ id }) => posts.indexOf(id)));
      expect(lastOfLate).toBeGreaterThan(4);
      expect(lastOfLate).toBeLessThan(12);
    });

    test('what a person waits for goes first', async () => {
      await using subject = await open();
      const behind = (n: number) =>
        anOpenAlert({ ...waiting(n, 'critical'), thread: openThread }, { shown: 'old' });
      await put(subject, behind(1));
      await put(subject, behind(2));
      const id = behind(2).id;
      await subject.alerts.update(id, (alert) => ({ write: { alert, journal: [], urgent: true } }));
      const view = await peek(subject);
      expect(view.updates).toEqual([id, behind(1).id]);
      expect(view.urgent).toEqual(new Set([id]));
    });

    test('who keeps changing keeps its place', async () => {
      await using subject = await open();
      const behind = (n: number) =>
        anOpenAlert({ ...waiting(n, 'critical'), thread: openThread }, { shown: 'old' });
      for (const n of [1, 2]) {
        await put(subject, behind(n));
        subject.clock.now += 1_000;
      }
      const { id } = behind(1);
      // To another class and back, with something new to say each time.
      for (const severity of ['info', 'critical'] as const) {
        subject.clock.now += 1_000;
        await subject.alerts.update(id, (alert) => ({
          write: { alert: { ...alert, severity }, journal: [] },
        }));
      }
      expect((await peek(subject)).updates).toEqual([id, behind(2).id]);
    });

    test('what is parked comes back at its time: a post to its turn, an update to the head', async () => {
      await using subject = await open();
      const all = [waiting(1, 'critical'), waiting(2, 'warning'), waiting(3, 'info')];
      for (const alert of all) await put(subject, alert);
      const open4 = anOpenAlert({ ...waiting(4, 'info'), thread: openThread }, { shown: 'old' });
      await put(subject, open4);
      await subject.lanes.park(channel, all[1]?.id ?? '', 1, t0 + 5_000);
      await subject.lanes.park(channel, open4.id, 1, t0 + 7_000);
      expect(await peek(subject)).toMatchObject({
        posts: [all[0]?.id, all[2]?.id],
        updates: [],
        wakeAt: t0 + 5_000,
      });
      subject.clock.now = t0 + 10_000;
      const view = await peek(subject);
      expect(view.posts).toEqual(all.map(({ id }) => id));
      expect(view.updates).toEqual([open4.id]);
      expect(view.wakeAt).toBeUndefined();
      expect(view.urgent.size).toBe(0);
    });

    test('nothing leaves the lane when its record has changed since it was read', async () => {
      await using subject = await open();
      const alert = waiting(1, 'critical');
      await put(subject, alert);
      await subject.alerts.update(alert.id, (a) => ({
        write: { alert: { ...a, summary: 'new' }, journal: [] },
      }));
      await subject.lanes.settle(channel, alert.id, 1);
      await subject.lanes.park(channel, alert.id, 1, t0 + 1_000);
      expect((await peek(subject)).posts).toEqual([alert.id]);
      await subject.lanes.settle(channel, alert.id, 2);
      expect((await peek(subject)).posts).toEqual([]);
    });

    test('an archived alert is not taken for the one that followed it', async () => {
      await using subject = await open();
      const firing = anEvent();
      await takeIn(subject, [firing, resolveOf(firing, t0 + 1), anEvent({ startsAt: t0 + hours(9) })]);
      const { posts } = await peek(subject);
      const [second, first] = posts as [string, string];
      const { version } = await alertOf(subject, first);
      await subject.alerts.update(first, (a) => ({
        write: { alert: { ...a, summary: 'new' }, journal: [] },
      }));
      // The live alert of the series still has that version.
      expect((await alertOf(subject, second)).version).toBe(version);
      await subject.lanes.settle(channel, first, version);
      expect((await peek(subject)).posts).toEqual([second, first]);
    });

    test('what is on record does not leave the lane as if it were not; it can be put aside', async () => {
      await using subject = await open();
      const alert = waiting(1, 'critical');
      await put(subject, alert);
      expect(await subject.lanes.settle(channel, '00000000000000ff-1', undefined)).toBe(true);
      expect(await subject.lanes.settle(channel, alert.id, undefined)).toBe(false);
      expect((await peek(subject)).posts).toEqual([alert.id]);
      await subject.lanes.putAside(channel, alert.id, subject.clock.now + 60_000);
      expect(await peek(subject)).toMatchObject({ posts: [], wakeAt: subject.clock.now + 60_000 });
    });

    test('an alert that moves to another channel leaves its lane', async () => {
      await using subject = await open();
      const alert = waiting(1, 'critical');
      await put(subject, alert);
      await subject.alerts.update(alert.id, (a) => ({
        write: { alert: { ...a, channel: 'C02OTHER' }, journal: [] },
      }));
      expect((await peek(subject)).posts).toEqual([]);
      expect((await peek(subject, 'C02OTHER')).posts).toEqual([alert.id]);
      expect([...(await subject.lanes.busy())]).toEqual(['C02OTHER']);
    });

    test('a thread with something due by itself wakes its lane', async () => {
      await using subject = await open();
      const silence = { by: { id: 'U1' }, reason: 'known', until: t0 + minutes(10) };
      const alert = anOpenAlert({ silence });
      await put(subject, alert);
      expect(await peek(subject)).toMatchObject({ updates: [], wakeAt: silence.until });
      subject.clock.now = silence.until;
      expect((await peek(subject)).updates).toEqual([alert.id]);
    });

    test('an alert that nobody has reacted to wakes its lane for the next step, and keeps what is said', async () => {
      await using subject = await open();
      const steps = [{ after: minutes(10), mention: ['S01'] }];
      const alert = anOpenAlert({ notify: { steps, said: 0 } });
      await put(subject, alert);
      expect(await peek(subject)).toMatchObject({ updates: [], wakeAt: t0 + minutes(10) });
      subject.clock.now = t0 + minutes(10);
      expect((await peek(subject)).updates).toEqual([alert.id]);
      await subject.alerts.update(alert.id, (newest) => {
        const write = escalate(newest, subject.clock.now);
        return write ? { write } : {};
      });
      expect((await subject.alerts.getMany([alert.id])).get(alert.id)).toMatchObject({
        notify: { steps, said: 1 },
        notes: [{ kind: 'nobody_reacts', to: ['S01'] }],
      });
    });

    test('the threads of a channel are counted', async () => {
      await using subject = await open();
      await put(subject, anOpenAlert({}, { ts: '1.1' }));
      expect((await peek(subject)).threads).toBe(1);
    });

    test('a lane with something to do that nobody is at is found; one that is parked or held is not', async () => {
      await using subject = await open();
      expect(await subject.lanes.orphans()).toEqual([]);
      const alert = anAlert({ channel });
      expect(await subject.alerts.takeIn([created(alert)], [])).toEqual([]);
      expect(await subject.lanes.orphans()).toEqual([channel]);
      await subject.leases.take('lane', channel, 'a', 60_000);
      expect(await subject.lanes.orphans()).toEqual([]);
      await subject.leases.letGo('lane', channel, 'a');
      await subject.lanes.park(channel, alert.id, 1, subject.clock.now + 60_000);
      expect(await subject.lanes.orphans()).toEqual([]);
    });

    test('a mark is set once, and taken away', async () => {
      await using subject = await open();
      expect(await subject.lanes.mark(channel)).toBe(true);
      expect(await subject.lanes.mark(channel)).toBe(false);
      expect(await subject.lanes.marked(channel)).toBe(true);
      await opened(subject);
      expect(await subject.lanes.marked(channel)).toBe(false);
    });

    test('a lane is opened by one: the other hears for how long, changes nothing, and is remembered', async () => {
      await using subject = await open();
      await takeIn(subject, [anEvent()]);
      const one = await opened(subject, 'one');
      expect(one).toMatchObject({ ok: true, view: { posts: [expect.any(String)], waiting: 1 } });
      await subject.lanes.mark(channel);
      const two = await opened(subject, 'two');
      expect(two).toEqual({ ok: false, forMs: expect.any(Number) });
      if (!two.ok) expect(two.forMs).toBeGreaterThan(50_000);
      expect(await subject.lanes.marked(channel)).toBe(true);
      // Its owner may look again at once, and hears at the end that somebody asked.
      expect(await opened(subject, 'one')).toMatchObject({ ok: true });
      expect(await subject.leases.letGo('lane', channel, 'one')).toBe(true);
      expect(await opened(subject, 'two')).toMatchObject({ ok: true });
    });

    test('a look shows the records of the heads, which can be written on', async () => {
      await using subject = await open();
      await takeIn(subject, [anEvent({ fingerprint: fingerprint(1) })]);
      const { posts, alerts } = await peek(subject);
      const [id = ''] = posts;
      expect(alerts).toEqual(await subject.alerts.getMany(posts));
      const seen = alerts.get(id);
      const done = await subject.alerts.update(
        id,
        (alert) => ({ write: { alert: { ...alert, tier: 'other' }, journal: [] } }),
        seen,
      );
      expect(done?.write?.alert.version).toBe(2);
    });
  });

  describe('pace', () => {
    // Two posts a second, bursts of three; one update a second, none at once.
    test('a burst goes at once, then one at a time', async () => {
      await using subject = await open();
      expect(await subject.pacer.take('post', 'C1', 5)).toEqual({ granted: 3, waitMs: 500 });
      expect(await subject.pacer.take('post', 'C1', 1)).toEqual({ granted: 0, waitMs: 500 });
      subject.clock.now += 500;
      expect(await subject.pacer.take('post', 'C1', 2)).toEqual({ granted: 1, waitMs: 500 });
      subject.clock.now += 60_000;
      expect((await subject.pacer.take('post', 'C1', 5)).granted).toBe(3);
    });

    test('a look takes from the same pace for what stands at the head of the posts, and no more', async () => {
      await using subject = await open();
      const look = async (paced: number) => {
        const { pace } = await subject.lanes.peek(channel, subject.clock.now, { ...heads, paced });
        return pace;
      };
      const facts = async (paced: number) => {
        const { bucket: _, ...rest } = await look(paced);
        return rest;
      };
      expect(await facts(5)).toEqual({ asked: 0, granted: 0, waitMs: 0 });
      await takeIn(
        subject,
        [1, 2].map((n) => anEvent({ fingerprint: fingerprint(n) })),
      );
      expect(await facts(5)).toEqual({ asked: 2, granted: 2, waitMs: 0 });
      expect(await facts(5)).toEqual({ asked: 2, granted: 1, waitMs: 500 });
      expect(await subject.pacer.take('post', channel, 1)).toEqual({ granted: 0, waitMs: 500 });
    });

    test('what a look was granted and is not used is given back, unless somebody has taken or held it since', async () => {
      await using subject = await open();
      await takeIn(
        subject,
        [1, 2].map((n) => anEvent({ fingerprint: fingerprint(n) })),
      );
      const look = async () =>
        (await subject.lanes.peek(channel, subject.clock.now, { ...heads, paced: 2 })).pace;
      await subject.lanes.giveBack(channel, await look(), 2);
      const second = await look();
      expect(await subject.pacer.take('post', channel, 5)).toEqual({ granted: 1, waitMs: 500 });
      await subject.lanes.giveBack(channel, second, 2);
      expect(await subject.pacer.take('post', channel, 1)).toEqual({ granted: 0, waitMs: 500 });
    });

    test('each channel has a pace of its own for posts, and all share the one for updates', async () => {
      await using subject = await open();
      await subject.pacer.take('post', 'C1', 3);
      expect((await subject.pacer.take('post', 'C2', 3)).granted).toBe(3);
      expect((await subject.pacer.take('update', 'C1', 3)).granted).toBe(1);
      expect((await subject.pacer.take('update', 'C2', 3)).granted).toBe(0);
    });

    test('nobody goes before Slack said, and then one at a time', async () => {
      await using subject = await open();
      await subject.pacer.hold('post', 'C1', 30_000);
      expect(await subject.pacer.take('post', 'C1', 1)).toEqual({ granted: 0, waitMs: 30_000 });
      expect((await subject.pacer.take('post', 'C2', 1)).granted).toBe(1);
      subject.clock.now += 30_000;
      expect(await subject.pacer.take('post', 'C1', 3)).toEqual({ granted: 1, waitMs: 500 });
    });
  });

  describe('digests', () => {
    test('are written by compare-and-set, and seen in the lane', async () => {
      await using subject = await open();
      const digest = startDigest(channel, 0, t0);
      const saved = await subject.digests.save(digest);
      expect(saved).toEqual({ ...digest, version: 1 });
      expect(await subject.digests.save(digest)).toBeUndefined();
      expect(await subject.digests.load(channel)).toEqual(saved);
      expect((await peek(subject)).hasDigest).toBe(true);
      await subject.digests.remove(digest);
      expect(await subject.digests.load(channel)).toEqual(saved);
      await subject.digests.remove({ ...digest, version: 1 });
      expect(await subject.digests.load(channel)).toBeUndefined();
      expect((await peek(subject)).hasDigest).toBe(false);
    });
  });
};

const openThread = { state: 'open', ts: '1.1', at: t0, shown: '' } as const;
const line = (what: string): JournalEntry => ({ at: t0, who: 'test', what });
