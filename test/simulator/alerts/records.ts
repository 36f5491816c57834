import { dueAfter } from '../../../src/alerts/actions/action-step.ts';
import type {
  ChannelQueue,
  ChannelQueues,
  ClaimedAhead,
  LaneOpened,
  LaneOpening,
  LaneWants,
} from '../../../src/alerts/channel/channel-queue.ts';
import type { DigestStore } from '../../../src/alerts/channel/digest-message.ts';
import { foldableClass, queuePosition, samePosition } from '../../../src/alerts/channel/queue-position.ts';
import type { GroupIndex } from '../../../src/alerts/groups/gather.ts';
import type { Alert, AlertId } from '../../../src/alerts/model/alert.ts';
import { placeOfEvent, surelyNew } from '../../../src/alerts/model/event-place.ts';
import { seriesFingerprint } from '../../../src/alerts/model/open.ts';
import type { Books } from '../../../src/alerts/ports/queries.ts';
import type {
  AlertChange,
  AlertStore,
  AlertsSeen,
  AskedFor,
  LooseEvent,
} from '../../../src/alerts/ports/store.ts';
import { StoreUnavailable } from '../../../src/core/errors.ts';
import { asStored } from '../../../src/core/json.ts';
import type { PaceKind, Pacer } from '../../../src/delivery/pacer.ts';
import type { Leases } from '../../../src/reconcile/lease.ts';
import { createMemoryLeases, type MemoryLeases } from '../../fakes/leases.ts';
import { type Committed, commit, leaveAll, type ModelBlock } from './commit.ts';
import { keyOfEvent, laneOf, type RecordsState, ranked } from './records-state.ts';

export interface RecordsOptions {
  /** How a command reaches the store: at once, or through whatever a simulation puts between. */
  readonly io: <T>(kind: 'read' | 'write', effect: () => T) => Promise<T>;
  readonly now: () => number;
  readonly rates: () => Readonly<Record<PaceKind, { readonly perSecond: number; readonly burst: number }>>;
  readonly onMarked: (channels: readonly string[]) => void;
  readonly onDue: (due: readonly { readonly id: AlertId; readonly at: number }[]) => void;
  /** Whether this process would begin on a channel that is about to get work. Absent: it would not. */
  readonly openingOf?: (channel: string) => LaneOpening | undefined;
  /** Who writes: the first part of its claims. */
  readonly writer: string;
  /** Series a write call. */
  readonly batchSize: number;
}

export interface MemoryRecords {
  readonly alerts: AlertStore;
  readonly lanes: ChannelQueues;
  readonly leases: Leases;
  readonly pacer: Pacer;
  readonly digests: DigestStore;
  readonly groups: GroupIndex;
  overdue(ms: number, count: number): Promise<readonly AlertId[]>;
  books(): Promise<Books>;
}

/** The record store in memory: one process's view of `state`. Held equal to Redis by the conformance suite. */
export const createMemoryRecords = (state: RecordsState, options: RecordsOptions): MemoryRecords => {
  const leases = createMemoryLeases(
    {
      clock: state.clock,
      io: (effect) => options.io('write', effect),
      leaseless: () => state.leaseless,
    },
    state.leases,
  );
  const placeOf: Places = new WeakMap();
  const looks = createLooks(state, leases, placeOf, options);
  return {
    alerts: alertStore(state, placeOf, looks, options),
    lanes: lanes(state, leases, looks, options),
    leases,
    pacer: pacer(state, options),
    digests: digests(state, options),
    groups: groups(state, options),
    overdue: (ms, count) =>
      options.io('read', () =>
        ranked(state.due)
          .filter((id) => (state.due.get(id) ?? 0) <= options.now() - ms)
          .slice(0, count),
      ),
    books: () => options.io('read', () => booksOf(state)),
  };
};

export const booksOf = ({ books }: RecordsState): Books => {
  const of = (field: string): number => books.get(field) ?? 0;
  return {
    received: of('received'),
    threaded: of('threaded'),
    merged: of('merged'),
    suppressed: of('suppressed'),
    rejected: of('rejected'),
    pending: of('pending'),
    byReason: Object.fromEntries([...books].filter(([field]) => field.includes('|'))),
  };
};

const locate = (
  state: RecordsState,
  id: AlertId,
): (Pick<ModelBlock, 'at'> & { alert: Alert }) | undefined => {
  const live = state.series.get(seriesFingerprint(id));
  if (live?.id === id) return { at: 'series', alert: live };
  const archived = state.archive.get(id);
  return archived && { at: 'archive', alert: archived };
};

/** Where records lie that were read. */
type Places = WeakMap<Alert, ModelBlock['at']>;

/** As many as the commit script opens. */
const openAtMost = 4;

const alertStore = (
  state: RecordsState,
  placeOf: Places,
  looks: Looks,
  { io, now, onMarked, onDue, openingOf, batchSize, writer }: RecordsOptions,
): AlertStore => {
  const openingsOf = (blocks: readonly ModelBlock[]): ReadonlyMap<string, LaneOpening> => {
    const channels = new Set(
      blocks.flatMap(({ before, after }) => (movesInLane(before, after) ? [after.channel] : [])),
    );
    const openings = [...channels].flatMap((channel) => {
      const opening = channels.size > openAtMost ? undefined : openingOf?.(channel);
      return opening ? [[channel, opening] as const] : [];
    });
    return new Map(openings);
  };
  /** The one new alert of a write, with its claim, where the lane is opened and its post granted. */
  const claim = (
    { before, after }: ModelBlock,
    claimed: Alert | undefined,
    { posts, pace }: ChannelQueue,
  ): ClaimedAhead | undefined => {
    const written = state.series.get(after.fingerprint);
    if (!claimed || !written || before?.id === after.id) return undefined;
    if (after.status !== 'firing' || after.group) return undefined;
    if (!posts.slice(0, pace.granted).includes(after.id)) return undefined;
    const alert = { ...claimed, version: written.version + 1 };
    state.series.set(after.fingerprint, alert);
    placeOf.set(alert, 'series');
    return { alert, before: written };
  };
  const write = async (
    blocks: readonly ModelBlock[],
    loose: readonly LooseEvent[],
    isKnown = () => false,
  ): Promise<Committed> => {
    const openings = openingsOf(blocks);
    const [only, ...others] = blocks;
    const single = others.length === 0 ? only : undefined;
    const claimed = single && openings.get(single.after.channel)?.claim(single.after);
    const opened = new Map<string, LaneOpened>();
    try {
      const done = await io('write', () => {
        if (isKnown()) return { conflicts: [...blocks.keys()], marked: [] };
        const { conflicts, marked } = commit(state, blocks, loose, now(), writer);
        for (const channel of marked) {
          const opening = openings.get(channel);
          if (!opening) continue;
          const lane = looks.open(channel, opening.now, opening.wants, opening.lease);
          const ahead = lane.ok && single ? claim(single, claimed, lane.view) : undefined;
          opened.set(channel, ahead && lane.ok ? { ok: true, view: { ...lane.view, claimed: ahead } } : lane);
        }
        return { conflicts, marked: marked.filter((channel) => !opened.has(channel)) };
      });
      for (const [channel, opening] of openings) opening.opened(opened.get(channel));
      return done;
    } catch (error) {
      for (const opening of openings.values()) opening.failed(error);
      throw error;
    }
  };
  const tell = (blocks: readonly ModelBlock[], { conflicts, marked }: Committed): void => {
    if (marked.length > 0) onMarked(marked);
    const due = blocks.flatMap((block, i) => (conflicts.includes(i) ? [] : newlyDue(block, now())));
    if (due.length > 0) onDue(due);
  };
  const getMany = (ids: readonly AlertId[]) =>
    io('read', () => {
      const found = ids.flatMap((id) => locate(state, id) ?? []);
      for (const { alert, at } of found) placeOf.set(alert, at);
      return new Map(found.map(({ alert }) => [alert.id, alert]));
    });
  const look: AlertStore['look'] = (asked) => io('read', () => readAll(asked, new Map(state.seen)));
  const readAll = (
    { fingerprints, eventIds, nonces }: AskedFor,
    seen: ReadonlyMap<string, string>,
  ): AlertsSeen => {
    const places = eventIds.flatMap((id) => placeOfEvent(id) ?? []);
    // As in Redis: of events that are new for sure nobody asks.
    const isNew = surelyNew(places, seen);
    const asked = isNew ? eventIds.filter((id) => placeOfEvent(id) === undefined) : eventIds;
    return {
      live: new Map(
        fingerprints.flatMap((fingerprint) => {
          const alert = state.series.get(fingerprint);
          return alert ? [[fingerprint, alert] as const] : [];
        }),
      ),
      unreadable: new Map(),
      known: new Set([
        ...asked.filter((id) => state.events.has(keyOfEvent(id))),
        ...nonces.filter((nonce) => (state.nonces.get(nonce) ?? 0) > now()),
      ]),
    };
  };
  return {
    getMany,
    series: async (fingerprints) => (await look({ fingerprints, eventIds: [], nonces: [] })).live,
    look,
    alertsOf: (eventIds) =>
      io(
        'read',
        () =>
          new Map(
            eventIds.flatMap((id) => {
              const alertId = state.events.get(keyOfEvent(id))?.alertId;
              return alertId === undefined ? [] : [[id, alertId] as const];
            }),
          ),
      ),
    takeInUnknown: async (writes, loose, asked) => {
      if (writes.length === 0 || writes.length > batchSize) return false;
      const places = asked.eventIds.flatMap((id) => placeOfEvent(id) ?? []);
      const isKnown = (): boolean => {
        const { live, known } = readAll(asked, state.seen);
        return live.size > 0 || known.size > 0 || !surelyNew(places, state.seen);
      };
      const blocks = writes.map((series): ModelBlock => ({ ...series, at: 'series' }));
      const done = await write(blocks, loose, isKnown);
      tell(blocks, done);
      return done.conflicts.length === 0;
    },
    takeIn: async (writes, loose) => {
      const conflicts: string[] = [];
      for (let at = 0; at === 0 || at < writes.length; at += batchSize) {
        const part = writes.slice(at, at + batchSize);
        const blocks = part.map((series): ModelBlock => ({ ...series, at: 'series' }));
        const done = await write(blocks, at === 0 ? loose : []);
        tell(blocks, done);
        conflicts.push(...done.conflicts.flatMap((place) => part[place]?.after.fingerprint ?? []));
      }
      return conflicts;
    },
    update: async <T extends AlertChange>(id: AlertId, change: (alert: Alert) => T, seen?: Alert) => {
      let given = seen && { at: placeOf.get(seen), alert: seen };
      for (let tries = 0; tries < 20; tries++) {
        const found = given?.at
          ? { at: given.at, alert: given.alert }
          : await io('read', () => locate(state, id));
        if (!found) return undefined;
        placeOf.set(found.alert, found.at);
        const result = change(found.alert);
        if (!result.write && !given?.at) return result;
        given = undefined;
        if (!result.write) continue;
        const { alert, journal, settles, urgent } = result.write;
        const block: ModelBlock = {
          at: found.at,
          before: found.alert,
          after: alert,
          archived: [],
          journal: journal.map((entry) => ({ id, entry })),
          events: [],
          nonces: [],
          ...(settles && { settles }),
          ...(urgent && { urgent }),
        };
        const done = await write([block], []);
        tell([block], done);
        if (done.conflicts.length > 0) continue;
        const stored = { ...alert, version: found.alert.version + 1 };
        placeOf.set(stored, found.at);
        return asStored(result, alert, stored);
      }
      throw new StoreUnavailable('kept changing');
    },
  };
};

const newlyDue = ({ before, after }: ModelBlock, now: number): readonly { id: AlertId; at: number }[] => {
  const at = dueAfter(before, after, now);
  return at === undefined ? [] : [{ id: after.id, at }];
};

/** Whether a write has a place for it in its lane: as the plan of the commit script says. */
const movesInLane = (before: Alert | undefined, after: Alert): boolean => {
  const [was, is] = [before?.id === after.id ? queuePosition(before) : undefined, queuePosition(after)];
  return was === undefined ? is.queue !== 'idle' || is.wakeAt !== undefined : !samePosition(was, is);
};

/** Looks at lanes, within a write or by themselves. */
interface Looks {
  look(channel: string, now: number, wants: LaneWants): ChannelQueue;
  open(channel: string, now: number, wants: LaneWants, lease: LaneOpening['lease']): LaneOpened;
}

const createLooks = (
  state: RecordsState,
  leases: MemoryLeases,
  placeOf: Places,
  { rates }: RecordsOptions,
): Looks => {
  const look: Looks['look'] = (channel, now, wants) => {
    const lane = laneOf(state, channel);
    for (const [id, { until, turn }] of [...lane.parked]) {
      if (until > now) continue;
      lane.parked.delete(id);
      if (turn !== undefined) lane.posts.set(id, turn);
      else if (!lane.updates.has(id)) lane.updates.set(id, 1e13);
    }
    const updates = ranked(lane.updates).slice(0, wants.updates);
    const posts = ranked(lane.posts);
    const head = lane.posts.get(posts[0] ?? '');
    if (head !== undefined) {
      const first = Math.floor(head / 1e13);
      lane.turns.set(String(first), head - first * 1e13);
    }
    const groupsAt = Math.min(...lane.groups.values());
    const wakes = [...lane.parked.values()].map(({ until }) => until);
    const heads = posts.slice(0, wants.posts);
    const asked = state.digests.has(channel) ? 0 : Math.min(wants.paced ?? 0, heads.length);
    const alerts = [...updates, ...heads].flatMap((id) => {
      const alert = state.series.get(seriesFingerprint(id));
      return alert?.id === id ? [alert] : [];
    });
    for (const alert of alerts) placeOf.set(alert, 'series');
    const taken = asked > 0 ? takePace(state, channel, rates().post, now, asked) : { granted: 0, waitMs: 0 };
    const bucket = taken.granted > 0 ? String(state.paces.get(channel)) : '';
    return {
      alerts: new Map(alerts.map((alert) => [alert.id, alert])),
      pace: { asked, ...taken, bucket },
      updates,
      urgent: new Set(updates.filter((id) => (lane.updates.get(id) ?? 0) < 1e13)),
      posts: heads,
      waiting: posts.length,
      threads: state.threads.get(channel)?.size ?? 0,
      hasDigest: state.digests.has(channel),
      ...(lane.groups.size > 0 && { groupsAt }),
      ...(wakes.length > 0 && { wakeAt: Math.min(...wakes) }),
    };
  };
  return {
    look,
    open: (channel, now, wants, { owner, ms }) => {
      const taken = leases.takeNow('lane', channel, owner, ms);
      if (!taken.ok) return taken;
      state.marks.delete(channel);
      return { ok: true, view: look(channel, now, wants) };
    },
  };
};

const lanes = (
  state: RecordsState,
  leases: MemoryLeases,
  { look, open }: Looks,
  { io, now, rates }: RecordsOptions,
): ChannelQueues => {
  const leave = (
    channel: string,
    id: AlertId,
    version: number | undefined | 'any',
    until: number | undefined,
  ) =>
    io('write', () => {
      const archived = state.archive.get(id);
      const live = state.series.get(seriesFingerprint(id));
      const present = archived ?? (version === undefined && live?.id !== id ? undefined : live);
      if (version !== 'any' && present?.version !== version) return false;
      const lane = laneOf(state, channel);
      const turn = lane.posts.get(id);
      leaveAll(state, channel, id);
      if (until !== undefined) lane.parked.set(id, { until, ...(turn !== undefined && { turn }) });
      return true;
    });
  return {
    peek: (channel, now, wants) => io('write', () => look(channel, now, wants)),
    open: (channel, now, wants, lease) => io('write', () => open(channel, now, wants, lease)),
    giveBack: (channel, { bucket }, count) =>
      io('write', () => {
        if (state.paces.get(channel) !== Number(bucket)) return;
        state.paces.set(channel, Number(bucket) - (count * 1000) / rates().post.perSecond);
      }),
    park: async (channel, id, version, until) => {
      await leave(channel, id, version, until);
    },
    putAside: async (channel, id, until) => {
      await leave(channel, id, 'any', until);
    },
    settle: (channel, id, version) => leave(channel, id, version, undefined),
    foldable: (channel, count) =>
      io('read', () => {
        const { posts } = laneOf(state, channel);
        return ranked(posts)
          .filter((id) => (posts.get(id) ?? 0) >= foldableClass * 1e13)
          .slice(0, count);
      }),
    waiting: (channel, count) => io('read', () => ranked(laneOf(state, channel).posts).slice(0, count)),
    mark: (channel) =>
      io('write', () => {
        const fresh = !state.marks.has(channel);
        state.marks.add(channel);
        return fresh;
      }),
    marked: (channel) => io('read', () => state.marks.has(channel)),
    orphans: () =>
      io('read', () =>
        [...state.lanes]
          .filter(([channel, { posts, updates, parked, groups }]) => {
            const times = [...[...parked.values()].map(({ until }) => until), ...groups.values()];
            const ripe = times.some((at) => at <= now());
            return leases.owner('lane', channel) === undefined && (posts.size + updates.size > 0 || ripe);
          })
          .map(([channel]) => channel),
      ),
    busy: () =>
      io('read', () =>
        [...state.lanes]
          .filter(
            ([channel, { posts, updates, parked, groups }]) =>
              posts.size + updates.size + parked.size + groups.size > 0 || state.digests.has(channel),
          )
          .map(([channel]) => channel),
      ),
  };
};

const takePace = (
  state: RecordsState,
  bucket: string,
  { perSecond, burst }: { readonly perSecond: number; readonly burst: number },
  now: number,
  count: number,
): { readonly granted: number; readonly waitMs: number } => {
  const interval = 1000 / perSecond;
  let tat = Math.max(state.paces.get(bucket) ?? 0, now);
  let granted = 0;
  for (; granted < count && tat - now <= interval * (burst - 1); granted++) tat += interval;
  if (granted > 0) state.paces.set(bucket, tat);
  return { granted, waitMs: Math.max(0, Math.ceil(tat - interval * (burst - 1) - now)) };
};

const pacer = (state: RecordsState, { io, now, rates }: RecordsOptions): Pacer => {
  const bucket = (kind: PaceKind, channel: string) => (kind === 'post' ? channel : kind);
  return {
    take: (kind, channel, count) =>
      io('write', () => takePace(state, bucket(kind, channel), rates()[kind], now(), count)),
    hold: (kind, channel, ms) =>
      io('write', () => {
        const { perSecond, burst } = rates()[kind];
        const held = now() + ms + (1000 / perSecond) * (burst - 1);
        const name = bucket(kind, channel);
        if (held > (state.paces.get(name) ?? 0)) state.paces.set(name, held);
      }),
  };
};

const groups = (state: RecordsState, { io }: RecordsOptions): GroupIndex => ({
  due: (channel, now, count) =>
    io('read', () => {
      const due = laneOf(state, channel).groups;
      return ranked(due)
        .filter((name) => (due.get(name) ?? 0) <= now)
        .slice(0, count);
    }),
  members: (name) =>
    io('read', () => {
      const found = state.groups.get(name);
      if (!found) return undefined;
      const { rows, key, seq } = found;
      return { rows: [...rows.values()], seq: String(seq), ...(key && { key }) };
    }),
  settle: (channel, name, seq, { next, gone }) =>
    io('write', () => {
      const due = laneOf(state, channel).groups;
      const found = state.groups.get(name);
      if (found && seq !== '') found.next = next;
      if (found && String(found.seq) !== seq) {
        due.set(name, next);
        return;
      }
      due.delete(name);
      for (const id of gone) found?.rows.delete(id);
    }),
});

const digests = (state: RecordsState, { io }: RecordsOptions): DigestStore => ({
  load: (channel) => io('read', () => state.digests.get(channel)),
  save: (digest) =>
    io('write', () => {
      if ((state.digests.get(digest.channel)?.version ?? 0) !== digest.version) return undefined;
      const next = { ...digest, version: digest.version + 1 };
      state.digests.set(digest.channel, next);
      return next;
    }),
  remove: (digest) =>
    io('write', () => {
      if (state.digests.get(digest.channel)?.version === digest.version) state.digests.delete(digest.channel);
    }),
});
