import { describe, expect, test } from 'vitest';
import type { ChannelQueues, LaneOpened, LaneOpening } from '../../../src/alerts/channel/channel-queue.ts';
import type { Alert } from '../../../src/alerts/model/alert.ts';
import type { AlertStore, SeriesWrite } from '../../../src/alerts/ports/store.ts';
import { claimAhead } from '../../../src/alerts/thread/execute-step.ts';
import type { Pacer } from '../../../src/delivery/pacer.ts';
import { anAlert, anOpenAlert } from '../../builders/alert.ts';
import { anEvent, minutes } from '../../builders/event.ts';

/** What of a record store this asks. */
export interface OpeningSubject extends AsyncDisposable {
  readonly alerts: AlertStore;
  readonly lanes: ChannelQueues;
  readonly pacer: Pacer;
  /** The test moves it; ms. */
  readonly clock: { now: number };
  /** Channels that were nudged, in order. */
  readonly marked: string[];
  /** What writes open lanes with; a test may set it. */
  readonly opening: { of?: (channel: string) => LaneOpening | undefined };
}

const channel = 'C01ALERTS';
const wants = { posts: 16, updates: 16, paced: 16 };
const lease = { owner: 'one', ms: 60_000 };

const created = (after: Alert, before?: Alert): SeriesWrite => ({
  ...{ before, after, archived: [], journal: [], events: [], nonces: [] },
});

const numberedAlert = (n: number, over: Partial<Alert> = {}): Alert =>
  anAlert(over, anEvent({ id: `event-${n}`, fingerprint: n.toString(16).padStart(16, '0') }));

/** Writes of this subject open lanes from now on, and claim what they may; what came of each, in order. */
const opening = (subject: OpeningSubject) => {
  const told: (LaneOpened | undefined | 'failed')[] = [];
  let claims = 0;
  subject.opening.of = (): LaneOpening => ({
    ...{ now: subject.clock.now, wants, lease },
    claim: (alert) =>
      claimAhead({ now: () => subject.clock.now, newClaim: () => `claim-${++claims}` }, alert, {
        claimTimeout: 15_000,
      }),
    opened: (lane) => told.push(lane),
    failed: () => told.push('failed'),
  });
  return told;
};

const viewOf = (told: ReturnType<typeof opening>) => {
  const lane = told.at(-1);
  if (lane === undefined || lane === 'failed' || !lane.ok) throw new Error('it was not opened');
  return lane.view;
};

const put = async (subject: OpeningSubject, ...writes: readonly SeriesWrite[]): Promise<void> => {
  expect(await subject.alerts.takeIn(writes, [])).toEqual([]);
};

const recordOf = async ({ alerts }: OpeningSubject, { id }: Alert): Promise<Alert> => {
  const found = (await alerts.getMany([id])).get(id);
  if (!found) throw new Error(`${id} is not on record`);
  return found;
};

/** The write that gives a channel work opens its lane for whoever writes, and claims the post of a new alert in it. */
export const openingConformance = (open: () => Promise<OpeningSubject>): void => {
  describe('a write that opens its lane', () => {
    const alert = numberedAlert(1);

    test('has the lease, what was just written at the head, and its claim on record', async () => {
      await using subject = await open();
      const told = opening(subject);
      await put(subject, created(alert));
      const { claimed, ...view } = viewOf(told);
      expect(view).toMatchObject({ posts: [alert.id], updates: [], waiting: 1, hasDigest: false });
      expect(view.pace).toMatchObject({ asked: 1, granted: 1 });
      const stored = await recordOf(subject, alert);
      expect(stored).toMatchObject({ version: 2, thread: { state: 'posting', claim: 'claim-1' } });
      expect(claimed?.alert).toEqual(stored);
      expect(claimed?.before).toMatchObject({ id: alert.id, version: 1, thread: { state: 'wanted' } });
      expect([told.length, subject.marked]).toEqual([1, []]);
      const other = await subject.lanes.open(channel, subject.clock.now, wants, { owner: 'two', ms: 60_000 });
      expect(other.ok).toBe(false);
    });

    test('what it has claimed is written on as any record, and not by who saw it before the claim', async () => {
      await using subject = await open();
      const told = opening(subject);
      await put(subject, created(alert));
      const { claimed } = viewOf(told);
      if (!claimed) throw new Error('it was not claimed');
      const late = { ...claimed.before, lastSeen: claimed.before.lastSeen + minutes(1) };
      expect(await subject.alerts.takeIn([created(late, claimed.before)], [])).toEqual([alert.fingerprint]);
      const write = { alert: claimed.alert, journal: [] };
      await subject.alerts.update(alert.id, () => ({ write }), claimed.alert);
      expect(await recordOf(subject, alert)).toEqual({ ...claimed.alert, version: 3 });
    });

    test('claims nothing where the pace lets nothing go', async () => {
      await using subject = await open();
      await subject.pacer.take('post', channel, 3);
      const told = opening(subject);
      await put(subject, created(alert));
      expect(viewOf(told)).not.toHaveProperty('claimed');
      expect(viewOf(told).pace).toMatchObject({ asked: 1, granted: 0 });
      expect(await recordOf(subject, alert)).toMatchObject({ version: 1, thread: { state: 'wanted' } });
    });

    test('opens nothing where the lane is marked: somebody is about to look at it', async () => {
      await using subject = await open();
      await put(subject, created(numberedAlert(2)));
      expect(subject.marked).toEqual([channel]);
      const told = opening(subject);
      await put(subject, created(alert));
      expect([told, subject.marked]).toEqual([[undefined], [channel]]);
      expect(await recordOf(subject, alert)).toMatchObject({ version: 1, thread: { state: 'wanted' } });
    });

    test('leaves somebody else’s lease alone, who sees the mark', async () => {
      await using subject = await open();
      await subject.lanes.open(channel, subject.clock.now, wants, { owner: 'two', ms: 60_000 });
      const told = opening(subject);
      await put(subject, created(alert));
      expect(told).toEqual([{ ok: false, forMs: expect.any(Number) }]);
      expect([subject.marked, await subject.lanes.marked(channel)]).toEqual([[], true]);
      expect(await recordOf(subject, alert)).toMatchObject({ version: 1, thread: { state: 'wanted' } });
    });

    test('opens and claims nothing where somebody was faster: their record stays as it is', async () => {
      await using subject = await open();
      await put(subject, created({ ...alert, lastSeen: alert.lastSeen + 1 }));
      // As whoever took the lane leaves it.
      await subject.lanes.open(channel, subject.clock.now, wants, { owner: 'two', ms: 60_000 });
      const before = await recordOf(subject, alert);
      const told = opening(subject);
      expect(await subject.alerts.takeIn([created(alert)], [])).toEqual([alert.fingerprint]);
      expect([told, await recordOf(subject, alert)]).toEqual([[undefined], before]);
    });

    test('of several alerts claims none, nor one that is no longer to be posted or was there before', async () => {
      await using subject = await open();
      const told = opening(subject);
      await put(subject, created(alert), created(numberedAlert(2)));
      expect(viewOf(told)).not.toHaveProperty('claimed');
      expect(viewOf(told).posts).toHaveLength(2);
      const over = numberedAlert(3, { status: 'resolved', endsAt: subject.clock.now });
      await put(subject, created(over));
      const shown = anOpenAlert({ ...numberedAlert(4), thread: anOpenAlert().thread });
      await put(subject, created(shown));
      const states = await Promise.all([alert, over, shown].map((each) => recordOf(subject, each)));
      expect(states.map(({ version, thread }) => [version, thread.state])).toEqual([
        [1, 'wanted'],
        [1, 'wanted'],
        [1, 'open'],
      ]);
    });

    test('opens four channels at most: with a fifth all are left to whoever is nudged', async () => {
      await using subject = await open();
      const told = opening(subject);
      const into = (...channels: readonly string[]) =>
        put(
          subject,
          ...channels.map((of, n) => created(numberedAlert(told.length + n + 1, { channel: of }))),
        );
      await into('C1', 'C2', 'C3', 'C4');
      expect([told.length, subject.marked]).toEqual([4, []]);
      await into('C5', 'C6', 'C7', 'C8', 'C9');
      expect([told.length, subject.marked.toSorted()]).toEqual([4, ['C5', 'C6', 'C7', 'C8', 'C9']]);
    });
  });
};
