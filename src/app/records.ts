import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import { Secret } from '../config/secret.ts';
import { ConfigError, messageOf } from '../errors.ts';
import { checkRedis } from '../integrations/redis/check.ts';
import { connectForJobs, connectRedis } from '../integrations/redis/client.ts';
import { createKeys } from '../integrations/redis/keys.ts';
import { createRecordStore, type RecordStore } from '../integrations/redis/record-store.ts';
import { createRecoveryStore } from '../integrations/redis/recovery-store.ts';
import { createNudges, type Nudges } from '../jobs/nudges.ts';
import { createRunning, nudgeWhenDue, type Running } from '../jobs/running.ts';
import type { RecoveryStore } from '../recovery/ports.ts';
import type { Watch } from '../recovery/watch.ts';
import type { AppContext } from './context.ts';
import { measuredStore } from './measured-store.ts';
import { openWatch, type Watching } from './watch.ts';

export interface Records extends RecordStore {
  readonly redis: Redis;
  /** Whether the records are the ones that were written; and what is being done where they are not. */
  readonly watch: Watch;
  readonly recovery: RecoveryStore;
  readonly nudges: Nudges;
  /** Which parts of rebuilds this process is at. */
  readonly running: Running;
  /** A connection for a worker of its own. */
  connectWorker(): Redis;
  /** Resolves when Redis answers and keeps what it is told. @throws ConfigError when it does not keep it */
  ready(): Promise<void>;
}

/** Records and nudges on Redis. Usable at once: until Redis answers, every call fails at once and says so. */
export const openRecords = (context: AppContext): Records => {
  const { log, health, metrics, stack } = context;
  const config = context.config().redis;
  const url = config.url instanceof Secret ? config.url.reveal() : config.url;
  const redis = connectRedis({
    url,
    commandTimeout: config.command_timeout,
    onState: (state, error) => {
      health.report('redis', state, error);
      metrics.metrics.redisUp.set({}, state === 'up' ? 1 : 0);
      // Whoever was away may come back as somebody else.
      if (state === 'up') watching?.look();
    },
  });
  let watching: Watching | undefined;
  stack.defer(() => redis.disconnect());
  const forJobs = () => connectForJobs(url, (error) => health.report('redis', 'down', error.message));
  const queueConnection = forJobs();
  stack.defer(() => queueConnection.disconnect());
  const nudges = createNudges(queueConnection, config.prefix, (error) =>
    log.warn({ error }, 'Redis failed for the job queues'),
  );
  stack.defer(() => nudges.close());

  // A nudge that gets lost here is put back by the resync.
  const nudge = (adding: Promise<void>): void => {
    adding.catch((error: unknown) =>
      log.warn({ error: messageOf(error) }, 'A nudge was not added; the resync will'),
    );
  };
  const recovery = createRecoveryStore(redis, createKeys(config.prefix));
  watching = openWatch(context, recovery);
  const { watch, begin } = watching;
  const running = createRunning();
  const store = createRecordStore({
    redis,
    prefix: config.prefix,
    watch,
    retention: {
      get alert() {
        return context.config().alerts.retention;
      },
      get event() {
        return context.config().alerts.event_retention;
      },
    },
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
    now: context.now,
    onRebuildDue: nudgeWhenDue({
      running,
      nudges,
      now: context.now,
      onLost: (error) => log.warn({ error: messageOf(error) }, 'A nudge was not added; the resync will'),
    }),
    onMarked: (channels) => nudge(nudges.lanes(channels)),
    onDue: (due) => {
      const now = context.now();
      for (const { id, at } of due) if (at > now) nudge(nudges.alerts([id], at - now));
      nudge(nudges.alerts(due.filter(({ at }) => at <= now).map(({ id }) => id)));
    },
  });
  const timer = setInterval(() => void store.measureSkew().catch(() => {}), 60_000);
  stack.defer(() => clearInterval(timer));
  return {
    ...store,
    alerts: measuredStore(store.alerts, metrics.metrics),
    redis,
    watch,
    recovery,
    nudges,
    running,
    connectWorker: forJobs,
    ready: async () => {
      await untilSound(context, redis);
      await store.measureSkew();
      await begin();
    },
  };
};

const untilSound = async ({ log, config, signal }: AppContext, redis: Redis): Promise<void> => {
  for (;;) {
    try {
      if (redis.status !== 'ready')
        await once(redis, 'ready', { signal: AbortSignal.any([signal, AbortSignal.timeout(5_000)]) });
      const problems = await checkRedis(redis);
      if (problems.length === 0) return;
      if (!config().redis.allow_unsafe) {
        const advice = {
          path: 'redis.allow_unsafe',
          message: 'set it to true only where losing alerts is acceptable',
        };
        throw new ConfigError('Redis', [...problems, advice]);
      }
      log.warn({ problems }, 'Redis may lose records; redis.allow_unsafe accepts that');
      return;
    } catch (error) {
      if (error instanceof ConfigError || signal.aborted) throw error;
      log.warn({ error: messageOf(error) }, 'Waiting for Redis');
      await sleep(1_000, undefined, { signal });
    }
  }
};
