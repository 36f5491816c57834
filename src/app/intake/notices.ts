import type { Alert } from '../../alerts/model/alert.ts';
import type { AlertEvent } from '../../alerts/model/event.ts';
import type { RouteTable } from '../../alerts/model/routing.ts';
import { messageOf } from '../../core/errors.ts';
import { noticeText } from '../../intake/notice-words.ts';
import {
  lapsedNotice,
  noticeEvent,
  noticeSeries,
  type OwnNotice,
  type RefusedWhy,
  refusedWhys,
  timesOf,
} from '../../intake/own-notices.ts';
import type { Log } from '../../observability/log.ts';

export interface NoticesDeps {
  readonly series: (fingerprints: readonly string[]) => Promise<ReadonlyMap<string, Alert>>;
  /** Every alert that fires. */
  readonly firing: () => AsyncIterable<Alert>;
  /** Puts an event on record, with this route. */
  readonly record: (event: AlertEvent, routes: RouteTable) => Promise<void>;
  readonly defaultChannel: () => string;
  readonly now: () => number;
  readonly log: Log;
}

/** Tells people in Slack what goes wrong between a source and farmhand. Nothing here ever fails or waits. */
export interface Notices {
  refused(source: string, why: RefusedWhy, detail: string): void;
  /** Something of this source was taken. */
  accepted(...sources: readonly string[]): void;
  /** What Alertmanager left out of a group, 0 for nothing, and the channel where its alerts are. */
  truncated(source: string, group: string, left: number, channel: string): void;
  /** Two external URLs of Alertmanagers that send the same firings, and are taken for two places. */
  unjoined(one: string, other: string): void;
  /** Who else reads as this Kafka group now: nobody, most of the time. */
  shared(group: string, readers: readonly string[]): void;
  /** Says what is due. */
  flush(): Promise<void>;
  /** Ends the notices that were not said again for long, also those of processes before this one. */
  sweep(): Promise<void>;
}

interface Pending {
  readonly notice: OwnNotice;
  readonly channel: string | undefined;
  /** Not said yet. */
  more: number;
  over: boolean;
  saidAt: number;
  last: number;
}

/** A source that is refused is told of once a minute at most, however often it comes. ms */
const sayEvery = 60_000;
/** A source that is refused now and then comes again within this: Alertmanager's group_interval, three times. ms */
const quietFor = 15 * 60_000;
/** Of so many at once; beyond it is an attack or a wrong config, and the log has it. */
const atMost = 100;
/** What goes on unchanged is put on record again after this, so that it does not count as over; ms. */
const sayAnyway = 3_600_000;
/** What nothing was heard of for this long is no longer held in mind; ms. */
const forgetPending = 2 * 3_600_000;
/** How long a series is believed to have nothing on record; ms. */
const forget = 5 * 60_000;

const isUnchanged = (notice: OwnNotice, live: Alert): boolean =>
  notice.kind === 'pair' ||
  (notice.kind === 'truncated' && live.annotations['left'] === String(notice.left)) ||
  (notice.kind === 'shared' && live.summary === noticeText({ ...notice, code: 'shared' }));

export const createNotices = (deps: NoticesDeps): Notices => {
  const pending = new Map<string, Pending>();
  /** Series of which nothing is going on, and until when that is believed. */
  const calm = new Map<string, number>();
  const routesTo = (channel: string): RouteTable => {
    const choice = { route: '(farmhand)', channel, thread: true, actions: [] };
    return { choose: () => choice, explain: () => ({ route: choice.route, tried: [] }), revision: '' };
  };
  const note = (notice: OwnNotice, channel?: string): Pending | undefined => {
    const series = noticeSeries(notice);
    const known = pending.get(series);
    if (known === undefined && pending.size >= atMost) return undefined;
    const fresh = known ?? { notice, channel, more: 0, over: false, saidAt: 0, last: 0 };
    pending.set(series, { ...fresh, notice, channel: channel ?? fresh.channel });
    return pending.get(series);
  };
  const doubt = (notice: OwnNotice, channel?: string): void => {
    const series = noticeSeries(notice);
    const known = pending.get(series);
    if (!known && (calm.get(series) ?? 0) > deps.now()) return;
    // What is still to be said keeps its own words: that it is over says nothing of why it was.
    const it = known ?? note(notice, channel);
    if (it) it.over = true;
  };

  const say = async (series: string, it: Pending, live: Alert | undefined): Promise<void> => {
    const { notice, channel } = it;
    const now = deps.now();
    const burning = live?.status === 'firing';
    const routes = routesTo(channel ?? deps.defaultChannel());
    if (it.more > 0) {
      const same = burning && now - live.lastSeen < sayAnyway && isUnchanged(notice, live);
      const times = timesOf(live) + it.more;
      it.more = 0;
      it.saidAt = now;
      it.over = false;
      if (!same) await deps.record(noticeEvent(notice, live, now, { times }), routes);
      calm.delete(series);
      return;
    }
    if (!it.over) return;
    const last = Math.max(it.last, live?.lastSeen ?? 0);
    const quiet = notice.kind === 'refused' && notice.why !== 'unauthorized' ? quietFor : 0;
    if (burning && now - last < quiet) return;
    if (burning) await deps.record(noticeEvent(notice, live, now, 'over'), routes);
    pending.delete(series);
    if (calm.size > 10_000) calm.clear();
    calm.set(series, now + forget);
  };

  return {
    refused: (source, why, detail) => {
      const it = note({ kind: 'refused', source, why, detail });
      if (!it) return;
      it.more++;
      it.over = false;
      it.last = deps.now();
    },
    accepted: (...sources) => {
      for (const source of sources) {
        for (const why of refusedWhys) doubt({ kind: 'refused', source, why, detail: '' });
      }
    },
    truncated: (source, group, left, channel) => {
      const notice: OwnNotice = { kind: 'truncated', source, group, left };
      if (left === 0) return doubt(notice, channel);
      const it = note(notice, channel);
      if (!it) return;
      it.more = 1;
      it.last = deps.now();
    },
    unjoined: (one, other) => {
      const [a = one, b = other] = [one, other].sort();
      const it = note({ kind: 'pair', urls: [a, b] });
      if (!it) return;
      it.more = 1;
      it.last = deps.now();
    },
    shared: (group, readers) => {
      const notice: OwnNotice = { kind: 'shared', group, readers };
      if (readers.length === 0) return doubt(notice);
      const it = note(notice);
      if (!it) return;
      it.more = 1;
      it.over = false;
      it.last = deps.now();
    },
    sweep: async () => {
      try {
        for await (const live of deps.firing()) {
          const over = lapsedNotice(live, deps.now());
          if (over && (pending.get(live.fingerprint)?.more ?? 0) === 0)
            await deps.record(over, routesTo(live.channel));
        }
      } catch (error) {
        deps.log.warn({ error: messageOf(error) }, 'Notices about sources could not be looked through');
      }
    },
    flush: async () => {
      const now = deps.now();
      for (const [series, { more, over, last }] of pending) {
        if (more === 0 && !over && now - last > forgetPending) pending.delete(series);
      }
      const due = [...pending].filter(
        ([, { more, over, saidAt }]) => (more > 0 && now - saidAt >= sayEvery) || (more === 0 && over),
      );
      if (due.length === 0) return;
      try {
        const live = await deps.series(due.map(([series]) => series));
        for (const [series, it] of due) await say(series, it, live.get(series));
      } catch (error) {
        // Said again with the next refusal; the store being away is told elsewhere.
        deps.log.warn({ error: messageOf(error) }, 'A notice about a source could not be put on record');
      }
    },
  };
};
