import type { Redis } from 'ioredis';
import type { ChannelQueues, LaneOpening } from '../../alerts/channel/channel-queue.ts';
import type { DigestStore } from '../../alerts/channel/digest-message.ts';
import type { GroupIndex } from '../../alerts/groups/gather.ts';
import type { AlertQueries } from '../../alerts/ports/queries.ts';
import type { AlertStore } from '../../alerts/ports/store.ts';
import type { AuditStamp } from '../../audit/chain/entry-text.ts';
import type { AuditChain } from '../../audit/chain/ports.ts';
import type { PaceKind, Pacer } from '../../delivery/pacer.ts';
import type { HandoverStore } from '../../handover/post-handovers.ts';
import type { RebuildId } from '../../rebuild/model/rebuild-id.ts';
import type { RebuildStatus } from '../../rebuild/model/status.ts';
import type { FreezeStore } from '../../rebuild/ports/freeze-store.ts';
import type { RebuildQueries, RebuildStore, RebuildsInFlight } from '../../rebuild/ports/store.ts';
import type { Leases } from '../../reconcile/lease.ts';
import type { Part } from '../../reconcile/work.ts';
import { createAlertQueries } from './alerts/alert-queries.ts';
import { createAlertStore } from './alerts/alert-store.ts';
import { createCommit } from './alerts/commit.ts';
import type { Retention } from './alerts/commit-plan.ts';
import { createDigestStore } from './alerts/digest-store.ts';
import { createEventRecords } from './alerts/event-records.ts';
import { createGroupIndex } from './alerts/group-index.ts';
import { createLiveRecords } from './alerts/live-records.ts';
import { createLooks } from './alerts/looks.ts';
import { createAuditChain } from './audit/audit-chain.ts';
import { createHandoverStore } from './handover/handover-store.ts';
import { createLanes } from './lanes/lanes.ts';
import { createFreezeStore } from './rebuilds/freeze-store.ts';
import { createRebuildQueries, tidyRebuilds } from './rebuilds/rebuild-queries.ts';
import { countRebuildStates } from './rebuilds/rebuild-states.ts';
import { createRebuildStore } from './rebuilds/rebuild-store.ts';
import { longestOf, type RebuildRetention, usualRetention } from './rebuilds/rebuild-write-plan.ts';
import { guardedClient } from './shared/client.ts';
import { readClock } from './shared/clock.ts';
import type { DurableDeps } from './shared/durable.ts';
import { createKeys, type Keys } from './shared/keys.ts';
import { createLeases } from './shared/leases.ts';
import { createFirstTime, type FirstTime } from './shared/once.ts';
import { createPacer, type Rate, type UpdateShares } from './shared/pacer.ts';
import { createReader, type OnUnreadable, type Reader } from './shared/reader.ts';
import { createRefusedBlocks, type RefusedBlocksStore } from './shared/refused-blocks.ts';
import { scanned } from './shared/scan.ts';

export interface RecordStoreOptions {
  readonly redis: Redis;
  /** The connection for records, which may wait for replicas; default: the same. */
  readonly writes?: Redis;
  readonly prefix: string;
  readonly retention: Retention;
  /** ms */
  readonly commandTimeout: number;
  readonly waitReplicas: number;
  /** Absent: whatever store is there is written to. */
  readonly watch?: DurableDeps['watch'];
  readonly rates: () => Readonly<Record<PaceKind, Rate>>;
  /** Whose updates are told apart. Absent: nobody's. */
  readonly updateShares?: () => UpdateShares | undefined;
  readonly now: () => number;
  readonly onMarked: (channels: readonly string[]) => void;
  /** Asked before a write gives a channel work: whether this process would begin on it at once. Default: it does not. */
  readonly openingOf?: (channel: string) => LaneOpening | undefined;
  /** Told of alerts that have actions to run, with the earliest due time; ms. */
  readonly onDue: (due: readonly { readonly id: string; readonly at: number }[]) => void;
  /** Told of each record that cannot be read, once a key. */
  readonly onUnreadable?: OnUnreadable;
  /** The one that all share; default: one that tells `onUnreadable`. */
  readonly reader?: Reader;
  /** What entries of the audit carry; absent: nothing is audited. */
  readonly stamp?: () => AuditStamp;
  /** Default: 400 days, 50,000 lines. */
  readonly rebuildRetention?: () => RebuildRetention;
  /** The least number that a rebuild may get now; default: 1. */
  readonly firstNumber?: () => number;
  /** Told of parts of rebuilds that are due at another time than before, or have more to do; ms. */
  readonly onRebuildDue?: (part: Part, id: RebuildId, at: number) => void;
  /** Whose leases of rebuilds go back with the last write under them; absent: they do not. */
  readonly owner?: string;
  /** Told when one did; `wanted`: somebody else had asked for it. */
  readonly onGaveBack?: (part: Part, id: RebuildId, wanted: boolean) => void;
}

export interface RecordStore {
  readonly keys: Keys;
  readonly alerts: AlertStore;
  readonly queries: AlertQueries;
  readonly lanes: ChannelQueues;
  readonly leases: Leases;
  readonly firstTime: FirstTime;
  readonly refusedBlocks: RefusedBlocksStore;
  readonly pacer: Pacer;
  readonly digests: DigestStore;
  readonly handovers: HandoverStore;
  readonly groups: GroupIndex;
  /** The audit's inbox and chain. */
  readonly audit: AuditChain;
  readonly rebuilds: RebuildStore;
  /** What people have frozen. */
  readonly freezes: FreezeStore;
  readonly rebuildQueries: RebuildQueries & RebuildsInFlight;
  /** Rebuilds in flight by state; reads every record. */
  rebuildStates(): Promise<ReadonlyMap<RebuildStatus, number>>;
  /** Alerts with an action overdue by at least `ms`, at most `count`. */
  overdue(ms: number, count: number): Promise<readonly string[]>;
  /** Drops what retention has ended from the indexes. */
  tidy(): Promise<void>;
  /** Measures how far Redis' clock is from ours; deadlines of writes depend on it. */
  measureSkew(): Promise<number>;
}

/** Everything that lives in Redis. */
export const createRecordStore = (options: RecordStoreOptions): RecordStore => {
  const { redis, now, retention } = options;
  const keys = createKeys(options.prefix);
  let skew = 0;
  const reader = options.reader ?? createReader(options.onUnreadable ?? (() => {}));
  const writes = options.writes ?? redis;
  const rebuildRetention = options.rebuildRetention ?? (() => usualRetention);
  const records = createLiveRecords(keys, reader);
  const rate = () => options.rates().post;
  const looks = createLooks({ keys, records, rate });
  const commit = createCommit({ ...options, redis: writes, keys, reader, looks, skew: () => skew });
  const eventRecords = createEventRecords({
    ...{ redis, keys, reader, now },
    kept: () => retention.event,
    epoch: () => options.watch?.epoch(),
  });
  const freezes = createFreezeStore({
    ...options,
    redis: writes,
    reads: redis,
    keys,
    reader,
    skew: () => skew,
  });
  const alerts = createAlertStore(redis, keys, commit, reader, records, eventRecords);
  return {
    keys,
    alerts,
    queries: createAlertQueries(redis, keys, alerts, reader, now),
    lanes: createLanes({ redis, keys, looks, now, rate }),
    leases: createLeases(redis, keys),
    firstTime: createFirstTime(redis, keys),
    refusedBlocks: createRefusedBlocks(redis, keys),
    pacer: createPacer(redis, keys, options.rates, now, options.updateShares),
    audit: createAuditChain({ ...options, redis: writes, reads: redis, keys, skew: () => skew }),
    groups: createGroupIndex(redis, keys, reader, retention.alert),
    digests: createDigestStore({ redis, reader, now }, keys),
    freezes,
    handovers: createHandoverStore({ redis, reader, now }, keys),
    rebuilds: createRebuildStore({
      ...options,
      freezes,
      redis: writes,
      reads: redis,
      reader,
      keys,
      skew: () => skew,
      retention: rebuildRetention,
      onDue: options.onRebuildDue ?? (() => {}),
    }),
    rebuildQueries: createRebuildQueries(redis, keys, reader),
    rebuildStates: () => countRebuildStates(redis, keys, reader),
    overdue: (ms, count) =>
      guardedClient('due', () => redis.zrangebyscore(keys.due, '-inf', now() - ms, 'LIMIT', 0, count)),
    tidy: async () => {
      await tidy(redis, keys, now() - retention.alert);
      await tidyRebuilds(redis, keys, now() - longestOf(rebuildRetention()), now());
    },
    measureSkew: async () => {
      ({ skew } = await readClock(redis, now));
      return skew;
    },
  };
};

const tidy = async (redis: Redis, keys: Keys, before: number): Promise<void> => {
  await guardedClient('tidy', () => redis.zremrangebyscore(keys.closed, '-inf', before));
  await guardedClient('tidy', () => redis.zremrangebyscore(keys.closedGroups, '-inf', before));
  const channels = await guardedClient('tidy', () => redis.smembers(keys.lanes));
  for (const channel of channels) {
    // A thread's ts starts with its time in seconds.
    const threads = scanned((cursor) =>
      guardedClient('tidy', () => redis.hscan(keys.threads(channel), cursor, 'COUNT', 500)),
    );
    for await (const fields of threads) {
      const old = fields.filter((field, i) => i % 2 === 0 && Number(field) * 1000 < before - threadSlack);
      if (old.length > 0) await guardedClient('tidy', () => redis.hdel(keys.threads(channel), ...old));
    }
  }
};

/** A thread is known by its root for this much longer than its alert's retention; ms. */
const threadSlack = 90 * 86_400_000;
