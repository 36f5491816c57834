import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort } from '../../sandbox/process/free-port.ts';
import type { ManagedProcess } from '../../sandbox/process/process.ts';
import { type RedisPair, startRedisPair } from '../../sandbox/redis/pair.ts';
import { sandboxTopics } from '../../sandbox/world/config.ts';
import { startWorld, type World } from '../../sandbox/world/world.ts';
import { serviceOf } from './source.ts';

/** Of the local Slack. */
export const channels = ['C0ALERTS', 'C0PAYMENTS', 'C0SRE', 'C0DCR', 'C0FALLBACK'] as const;
export const topic = sandboxTopics.other;
export const partitions = 3;

/** So long nobody has to have reported of a thread after records were lost; longer than sources repeat. */
const settleAfter = '25s';

/** Faster than anything here: what is measured is farmhand, not what Slack allows. */
const unpaced = { posts_per_second: 1_000, burst: 1_000, updates_per_minute: 60_000 };

export interface Replica {
  readonly name: string;
  readonly url: string;
  process: ManagedProcess;
  start(): Promise<void>;
}

export interface OrdealWorld extends AsyncDisposable {
  readonly world: World;
  readonly redis: RedisPair;
  readonly replicas: readonly Replica[];
}

/** The sandbox with Kafka, a Redis with a replica behind one address, and two farmhands. */
export const startOrdealWorld = async (
  logs: string | undefined,
  say: (line: string) => void,
): Promise<OrdealWorld> => {
  await using starting = new AsyncDisposableStack();
  const world = starting.use(
    await startWorld({
      kafka: 'always',
      slackPacing: false,
      pacing: unpaced,
      alerts: { recovery: { settle_after: settleAfter } },
      routes: channels.map((channel, n) => ({
        name: `route-${n}`,
        match: [`service="${serviceOf(n)}"`],
        channel,
        actions: ['thread'],
      })),
      onProgress: say,
    }),
  );
  const redis = starting.use(await startRedisPair(world.redis));
  const config = (await readFile(world.configFile, 'utf8')).replace(world.redis.url, redis.address.url);
  const replica = async (name: string): Promise<Replica> => {
    const port = await freePort();
    const configFile = join(world.dir, `${name}.yml`);
    await writeFile(configFile, config.replace(`port: ${world.port}`, `port: ${port}`));
    const logFile = join(logs ?? world.dir, `${name}.log`);
    const launch = () => world.start({ port, configFile, logFile });
    const made: Replica = {
      name,
      url: `http://127.0.0.1:${port}`,
      process: await launch(),
      start: async () => {
        made.process = await launch();
      },
    };
    return made;
  };
  const replicas = [await replica('farmhand-1'), await replica('farmhand-2')];
  const all = starting.move();
  return { world, redis, replicas, [Symbol.asyncDispose]: () => all.disposeAsync() };
};

/** Threads that a process has opened. */
const opened = async ({ url }: Replica): Promise<number> => {
  const text = await (await fetch(`${url}/metrics`)).text();
  return Number(/^farmhand_event_to_thread_seconds_count(?:\{[^}]*\})? (\d+)/m.exec(text)?.[1] ?? 0);
};

/** The one that works on most of the channels just now. */
export const busiest = async (replicas: readonly Replica[], ms: number): Promise<Replica> => {
  const before = await Promise.all(replicas.map(opened));
  await new Promise((resolve) => setTimeout(resolve, ms));
  const after = await Promise.all(replicas.map(opened));
  const done = after.map((count, i) => count - (before[i] ?? 0));
  const most = replicas[done.indexOf(Math.max(...done))];
  if (most === undefined) throw new Error('there is no replica');
  return most;
};
