import { once } from 'node:events';
import type { Redis } from 'ioredis';
import type { RedisAddress } from '../primary/address.ts';
import { type RedisTrouble, tellTrouble, troubleNamed, troubleOfConnection } from '../primary/redis-state.ts';
import { createPrimaryRoute, type OnTrouble } from '../primary/route.ts';
import { connectForJobs, connectRedis, redisTroubleOf } from './client.ts';

export interface LinkOptions extends RedisAddress {
  /** A command that takes longer counts as failed; ms. */
  readonly commandTimeout: number;
  /** First part of every key. */
  readonly prefix: string;
  /** Replicas that must have a record before it counts as durable. */
  readonly waitReplicas: number;
  /** Told of every change, and of nothing else: undefined is good. `cause` is the text that was met. */
  readonly onChange: (trouble: RedisTrouble | undefined, cause?: string) => void;
}

/**
 * All connections to the one Redis, and what is known of its state. Whether it does its work is asked with a small write
 * every other second: a Redis that is full, a replica, or asleep keeps its connections, and is not "up".
 */
export interface RedisLink extends Disposable {
  /** Reads, leases, pacing. */
  readonly redis: Redis;
  /** Records, whose write may wait for replicas: nothing else waits behind it. */
  readonly writes: Redis;
  /** A connection for BullMQ; whoever asks ends it. */
  connectForJobs(): Redis;
  /** undefined: it takes writes. */
  trouble(): RedisTrouble | undefined;
  /** Looks at once; resolves with what it found. */
  look(): Promise<RedisTrouble | undefined>;
  /** Calls `then` whenever a lost connection is back; answers how to call that off. */
  onBack(then: () => void): () => void;
}

/** ms */
const lookEvery = { good: 2_000, bad: 500 } as const;
/** Sentinels are asked this often whether the primary is still the one; ms. */
const askEvery = 5_000;

export const openRedisLink = (options: LinkOptions): RedisLink => {
  const { commandTimeout, onChange } = options;
  const to = createPrimaryRoute(options, `{${options.prefix}}`);
  let trouble: RedisTrouble | undefined = troubleOfConnection('');
  let told: string | undefined;
  let ended = false;
  const back = new Set<() => void>();
  const set = (next: RedisTrouble | undefined, cause?: string): void => {
    if (ended) return;
    // A connection that just ended says nothing of why: what was known stays until it is tried again.
    if (next?.name === 'away' && cause === undefined && trouble !== undefined && told !== undefined) return;
    trouble = next;
    if (told === (next?.name ?? 'good')) return;
    told = next?.name ?? 'good';
    onChange(next, cause);
  };
  /** What this connection can never do, such as choosing a database: its client goes on without, and it looks as if all were well. */
  let refused: RedisTrouble | undefined;
  const onTrouble: OnTrouble = (next, cause) => {
    if (next.name === 'cluster_database') refused = next;
    set(next, cause);
  };
  const redis = connectRedis({
    to,
    commandTimeout,
    onTrouble,
    onReady: () => {
      void look();
      for (const then of back) then();
    },
  });
  redis.on('close', () => {
    refused = undefined;
  });
  const writes = connectRedis({ to, commandTimeout, onTrouble });

  const look = async (): Promise<RedisTrouble | undefined> => {
    if (redis.status !== 'ready') return trouble;
    try {
      await redis.set(`{${options.prefix}}:probe`, '1', 'PX', 60_000);
      const missing =
        options.waitReplicas === 0 ? undefined : await replicasMissing(redis, options.waitReplicas);
      set(refused ?? missing);
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error);
      set(redisTroubleOf(error) ?? troubleOfConnection(text), text);
    }
    return trouble;
  };

  let timer: NodeJS.Timeout | undefined;
  let asked = 0;
  const turn = async (): Promise<void> => {
    await look();
    if (performance.now() - asked > askEvery) {
      asked = performance.now();
      await to.leaveOthers();
    }
    if (!ended) timer = setTimeout(() => void turn(), trouble ? lookEvery.bad : lookEvery.good);
  };
  void turn();

  return {
    redis,
    writes,
    // What the queues' connections meet is looked at, not believed: their own trouble may be over before it is told.
    connectForJobs: () => connectForJobs(to, () => void look()),
    trouble: () => trouble,
    look,
    onBack: (then) => {
      back.add(then);
      return () => void back.delete(then);
    },
    [Symbol.dispose]: () => {
      ended = true;
      clearTimeout(timer);
      redis.disconnect();
      writes.disconnect();
    },
  };
};

/** A replica that has not been heard of for longer confirms nothing; s. */
const replicaSilence = 3;

const replicasMissing = async (redis: Redis, wanted: number): Promise<RedisTrouble | undefined> => {
  const info = await redis.info('replication');
  const states = [...info.matchAll(/^slave\d+:.*state=(\w+).*lag=(\d+)/gm)];
  const good = states.filter(([, state, lag]) => state === 'online' && Number(lag) <= replicaSilence);
  return good.length < wanted ? troubleNamed('replicas_missing') : undefined;
};

/** Until there is a connection, for at most `ms`. Rejects with what is in the way. */
export const connected = async (link: RedisLink, ms: number, signal: AbortSignal): Promise<void> => {
  for (const redis of [link.redis, link.writes]) {
    if (redis.status === 'ready') continue;
    try {
      await once(redis, 'ready', { signal: AbortSignal.any([signal, AbortSignal.timeout(ms)]) });
    } catch (error) {
      if (signal.aborted) throw error;
      const trouble = link.trouble();
      throw new Error(trouble ? tellTrouble(trouble) : 'Redis is not reached.', { cause: error });
    }
  }
};
