import { setTimeout as sleep } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import { sharesOf } from '../../access/tiers.ts';
import type { LaneOpening } from '../../alerts/channel/channel-queue.ts';
import type { AlertStore } from '../../alerts/ports/store.ts';
import type { Config } from '../../config/schema/schema.ts';
import { ConfigError, messageOf } from '../../core/errors.ts';
import { claimRecords } from '../../integrations/redis/primary/installation.ts';
import { tellTrouble } from '../../integrations/redis/primary/redis-state.ts';
import { usualRetention } from '../../integrations/redis/rebuilds/rebuild-write-plan.ts';
import { createRecordStore, type RecordStore } from '../../integrations/redis/record-store.ts';
import { checkRedis } from '../../integrations/redis/shared/check.ts';
import { createKeys } from '../../integrations/redis/shared/keys.ts';
import { connected, openRedisLink, type RedisLink } from '../../integrations/redis/shared/link.ts';
import { createReader } from '../../integrations/redis/shared/reader.ts';
import { createRecoveryStore } from '../../integrations/redis/shared/recovery-store.ts';
import { createJobQueues, type JobQueues } from '../../jobs/nudges.ts';
import type { Rebuild } from '../../rebuild/model/rebuild.ts';
import type { RebuildId } from '../../rebuild/model/rebuild-id.ts';
import { type AtHand, createAtHand } from '../../reconcile/at-hand.ts';
import { createDueRounds, type DueRounds } from '../../reconcile/due-rounds.ts';
import { createLocalDedup, type LocalDedup, nudgeWhenDue } from '../../reconcile/local-dedup.ts';
import type { Work } from '../../reconcile/work.ts';
import { firstNumber } from '../../recovery/first-number.ts';
import type { RecoveryStore } from '../../recovery/ports.ts';
import type { Watch } from '../../recovery/watch.ts';
import type { AppContext } from '../shared/context.ts';
import { measured } from '../shared/measured.ts';
import { openRegion } from './open-region.ts';
import { openWatch, type Watching } from './open-watch.ts';
import { certificateProblems, redisAddress } from './redis-address.ts';

export interface Records extends RecordStore {
  readonly redis: Redis;
  /** Whether the records are the ones that were written; and what is being done where they are not. */
  readonly watch: Watch;
  readonly recovery: RecoveryStore;
  readonly nudges: JobQueues;
  /** What this process is at. */
  readonly running: LocalDedup;
  /** Channels that this process has given work to. */
  readonly lanesAtHand: AtHand<LaneOpening>;
  /** Rebuilds whose cards this process has made stale. */
  readonly cardsAtHand: AtHand;
  /** Looks at rebuilds, which come by themselves. */
  readonly rebuildsDue: DueRounds<{ readonly id: RebuildId; readonly rebuild: Rebuild | undefined }>;
  /** A connection for a worker of its own. */
  connectWorker(): Redis;
  /** Calls `then` whenever a lost connection to Redis is back; answers how to call that off. */
  onBack(then: () => void): () => void;
  /** Resolves when Redis answers and keeps what it is told. @throws ConfigError when it does not keep it */
  ready(): Promise<void>;
}

/** As the metric names them. */
const operations = {
  series: 'series',
  look: 'look',
  alertsOf: 'alerts_of',
  takeIn: 'take_in',
  takeInUnknown: 'take_in_unknown',
  getMany: 'get_many',
  update: 'update',
} as const satisfies Record<keyof AlertStore, string>;

/** Records and nudges on Redis. Usable at once: until Redis answers, every call fails at once and says so. */
export const openRecords = (context: AppContext): Records => {
  const { log, health, metrics, stack } = context;
  const config = context.config().redis;
  metrics.metrics.redisUp.set({}, 0);
  const link = stack.use(
    openRedisLink({
      ...redisAddress(config),
      commandTimeout: config.command_timeout,
      prefix: config.prefix,
      waitReplicas: config.wait_replicas,
      onChange: (trouble, cause) => {
        metrics.metrics.redisUp.set({}, trouble ? 0 : 1);
        health.report('redis', trouble ? 'down' : 'up', trouble && tellTrouble(trouble, cause));
        if (trouble) log.warn({ state: trouble.name, do: trouble.todo, cause }, 'Redis cannot be used');
        else log.info({}, 'Redis can be used');
      },
    }),
  );
  const { redis, writes } = link;
  let watching: Watching | undefined;
  // Whoever was away may come back as somebody else.
  link.onBack(() => watching?.look());
  const forJobs = link.connectForJobs;
  const queueConnection = forJobs();
  stack.defer(() => queueConnection.disconnect());
  const nudges = createJobQueues(queueConnection, config.prefix, (error) =>
    log.warn({ error }, 'Redis failed for the job queues'),
  );
  stack.defer(() => nudges.close());

  // A nudge that gets lost here is put back by the resync.
  const nudge = (adding: Promise<void>): void => {
    adding.catch((error: unknown) =>
      log.warn({ error: messageOf(error) }, 'A nudge was not added; the resync will'),
    );
  };
  const reader = createReader((kind, key, error) => {
    metrics.metrics.unreadableRecords.inc({ kind });
    log.error({ kind, key, error: messageOf(error) }, 'A record in Redis cannot be read; it is skipped');
  });
  const recovery = createRecoveryStore(redis, createKeys(config.prefix), reader);
  const region = openRegion(context);
  watching = openWatch(context, recovery, region);
  const { watch, begin } = watching;
  const running = createLocalDedup();
  const rebuildsDue: Records['rebuildsDue'] = createDueRounds(context.now, context.after);
  const atHand = <O = never>(kind: Work) =>
    createAtHand<O>(context.after, (error, id) =>
      log.warn({ error: messageOf(error), nudge: { kind, id } }, 'A job failed; it will be tried again'),
    );
  const [lanesAtHand, cardsAtHand] = [atHand<LaneOpening>('lane'), atHand('card')];
  const store = createRecordStore({
    redis,
    writes,
    prefix: config.prefix,
    watch,
    retention: {
      get alert() {
        return context.config().alerts.retention;
      },
      get event() {
        return context.config().alerts.event_retention;
      },
      get lines() {
        return context.config().alerts.journal_lines;
      },
    },
    rebuildRetention: () => retentionOf(context.config()),
    commandTimeout: config.command_timeout,
    waitReplicas: config.wait_replicas,
    rates: () => {
      const { pacing } = context.config().slack;
      return {
        post: { perSecond: pacing.posts_per_second, burst: pacing.burst },
        update: {
          perSecond: pacing.updates_per_minute / 60,
          burst: Math.ceil(pacing.updates_per_minute / 5),
        },
      };
    },
    updateShares: () => sharesOf(context.config().tiers),
    now: context.now,
    stamp: context.stamp,
    reader,
    firstNumber: () => firstNumber(watch.recovery(), context.now()),
    owner: context.owner,
    onGaveBack: running.gaveBack,
    onRebuildDue: nudgeWhenDue({
      running,
      onTimed: rebuildsDue.due,
      begin: (part, id) => part === 'card' && cardsAtHand.take([id]).length === 0,
      nudges,
      now: context.now,
      onLost: (error) => log.warn({ error: messageOf(error) }, 'A nudge was not added; the resync will'),
    }),
    openingOf: lanesAtHand.ahead,
    onMarked: (channels) => nudge(nudges.nudge('lane', lanesAtHand.take(channels))),
    onDue: (due) => {
      const now = context.now();
      for (const { id, at } of due) if (at > now) nudge(nudges.nudge('alert', [id], at - now));
      nudge(
        nudges.nudge(
          'alert',
          due.filter(({ at }) => at <= now).map(({ id }) => id),
        ),
      );
    },
  });
  const timer = setInterval(() => void store.measureSkew().catch(() => {}), 60_000);
  stack.defer(() => clearInterval(timer));
  return {
    ...store,
    alerts: measured<AlertStore>(store.alerts, (method, { seconds }) =>
      metrics.metrics.redisCommandSeconds.observe({ operation: operations[method] }, seconds),
    ),
    redis,
    watch,
    recovery,
    nudges,
    running,
    lanesAtHand,
    cardsAtHand,
    rebuildsDue,
    connectWorker: forJobs,
    onBack: link.onBack,
    ready: async () => {
      await untilSound(context, link);
      await store.measureSkew();
      await region.begin(recovery);
      await begin();
    },
  };
};

const retentionOf = ({ rebuilds, audit }: Config) => ({
  usual: rebuilds?.retention ?? audit.keep,
  byEnvironment: rebuilds?.retention_in ?? {},
  lines: rebuilds?.journal_lines ?? usualRetention.lines,
});

const untilSound = async ({ log, config, signal }: AppContext, link: RedisLink): Promise<void> => {
  let told = { text: '', at: 0 };
  const unusable = await certificateProblems(config().redis);
  if (unusable.length > 0) throw new ConfigError('Redis', unusable);
  for (;;) {
    try {
      await usable(link, signal);
      const { durability, wait_replicas: waitReplicas } = config().redis;
      const { problems, warnings } = await checkRedis(link.redis, { durability, waitReplicas });
      if (problems.length > 0) throw new ConfigError('Redis', problems);
      if (warnings.length > 0) log.warn({ durability, problems: warnings }, 'Redis may lose records');
      const keys = createKeys(config().redis.prefix);
      const claim = { key: keys.installation, prefix: keys.prefix };
      const anothers = await claimRecords(link.redis, claim, config().installation);
      if (anothers.length > 0) throw new ConfigError('Redis', anothers);
      return;
    } catch (error) {
      if (error instanceof ConfigError || signal.aborted) throw error;
      const text = messageOf(error);
      if (text !== told.text || performance.now() - told.at > remindEvery) {
        log.warn({ error: text }, 'Waiting for Redis');
        told = { text, at: performance.now() };
      }
      await sleep(1_000, undefined, { signal });
    }
  }
};

/** What is waited for is said this often; ms. */
const remindEvery = 30_000;

/** @throws ConfigError when it is no Redis for farmhand; another error while it is worth waiting for. */
const usable = async (link: RedisLink, signal: AbortSignal): Promise<void> => {
  const lost = await connected(link, 5_000, signal).then(
    () => undefined,
    (error: unknown) => error,
  );
  const trouble = await link.look();
  if (trouble?.course === 'refuse') {
    throw new ConfigError('Redis', [{ path: 'redis.url', message: `${trouble.says} ${trouble.todo}` }]);
  }
  if (trouble) throw new Error(tellTrouble(trouble));
  if (lost !== undefined) throw lost;
};
