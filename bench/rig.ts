import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { stringify } from 'yaml';
import { type KafkaBroker, startKafka } from '../sandbox/kafka/start.ts';
import { freePort } from '../sandbox/process/free-port.ts';
import { type ManagedProcess, startProcess } from '../sandbox/process/process.ts';
import { tempDir } from '../sandbox/process/temp-dir.ts';
import { type RedisServer, startRedis } from '../sandbox/redis/start.ts';
import { type FarmhandSpec, startFarmhand } from '../sandbox/world/farmhand.ts';
import { type Build, limitArgs, thisBuild } from './build.ts';
import { channelOf, channels, serviceOf } from './load/channels.ts';

export const eventsToken = 'bench-events-token';

export interface FarmhandSetup {
  readonly topic: string;
  readonly role: string;
  readonly slackApi: string;
  /** Default: none to speak of. */
  readonly pacing?: {
    readonly posts_per_second: number;
    readonly burst: number;
    readonly updates_per_minute: number;
  };
  /** More sections of `farmhand.yml`. */
  readonly sections?: Readonly<Record<string, unknown>>;
  readonly nodeArgs?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Default: the rig's. */
  readonly build?: Build;
}

export interface Farmhand extends AsyncDisposable {
  readonly process: ManagedProcess;
  readonly url: string;
  readonly startedAt: number;
  /** ms from its start until its probe said that it was ready */
  readonly readyAfter: number;
}

/** The real parts that every case runs on. */
export interface Rig {
  readonly redis: RedisServer;
  readonly client: Redis;
  readonly kafka: KafkaBroker;
  readonly kafkaVersion: string;
  readonly dir: string;
  /** What is measured where nothing else is asked for. */
  readonly build: Build;
  /** The same parts, and another build. */
  with(build: Build): Rig;
  /** Empties it; answers how much memory it uses then, bytes. */
  emptyRedis(): Promise<number>;
  /** bytes */
  redisMemory(): Promise<number>;
  /** A new topic with this many partitions. */
  topic(partitions: number): Promise<string>;
  farmhand(setup: FarmhandSetup): Promise<Farmhand>;
  /** A program of the benchmark, as a process of its own. */
  program(file: string, args: readonly string[], ready?: RegExp): Promise<ManagedProcess>;
}

/** Unpaced: what is measured is farmhand, not what Slack allows. */
const unpaced = { posts_per_second: 1_000, burst: 1_000, updates_per_minute: 60_000 };

export const startRig = async (say: (line: string) => void): Promise<Rig & AsyncDisposable> => {
  await using starting = new AsyncDisposableStack();
  const dir = starting.use(await tempDir('bench'));
  const redis = starting.use(await startRedis({ args: ['--appendfsync', 'everysec'] }));
  const client = new Redis(redis.url);
  starting.defer(() => client.disconnect());
  say('Kafka starts');
  const kafka = starting.use(
    await startKafka({ topics: [{ name: 'farmhand-dead-letters' }], onProgress: say }),
  );
  say('farmhand is built as its image has it');
  const own = await thisBuild(join(dir.path, 'build'));
  const redisMemory = async (): Promise<number> =>
    Number(/^used_memory:(\d+)/m.exec(await client.info('memory'))?.[1]);
  let topics = 0;
  let configs = 0;
  const version = await kafkaVersion();
  const rigOf = (build: Build): Rig => ({
    redis,
    client,
    kafka,
    kafkaVersion: version,
    dir: dir.path,
    build,
    with: rigOf,
    redisMemory,
    emptyRedis: async () => {
      await client.flushall('SYNC');
      return redisMemory();
    },
    topic: async (partitions) => {
      topics += 1;
      const name = `load-${topics}`;
      await kafka.createTopics([{ name, partitions }]);
      return name;
    },
    farmhand: async (setup) => {
      configs += 1;
      const port = await freePort();
      const configFile = join(dir.path, `farmhand-${configs}.yml`);
      await writeFile(configFile, configOf(setup, { redis: redis.url, kafka: kafka.address, port, configs }));
      const startedAt = performance.now();
      const spec: FarmhandSpec = {
        configFile,
        port,
        role: setup.role,
        logFile: join(dir.path, `farmhand-${configs}.log`),
        main: (setup.build ?? build).main,
        nodeArgs: [...limitArgs, ...(setup.nodeArgs ?? [])],
        env: {
          ...(setup.build ?? build).env,
          SLACK_BOT_TOKEN: 'xoxb-bench',
          SLACK_APP_TOKEN: 'xapp-bench',
          FARMHAND_EVENTS_TOKEN: eventsToken,
          ...setup.env,
        },
      };
      const process = await startFarmhand(spec);
      return {
        process,
        startedAt,
        readyAfter: performance.now() - startedAt,
        url: `http://127.0.0.1:${port}`,
        [Symbol.asyncDispose]: async () => {
          await process.stop();
        },
      };
    },
    program: (file, args, ready) =>
      startProcess({
        name: file,
        command: process.execPath,
        args: [join(import.meta.dirname, file), ...args],
        ...(ready && { ready: { line: ready } }),
      }),
  });
  const started = starting.move();
  return { ...rigOf(own), [Symbol.asyncDispose]: () => started.disposeAsync() };
};

const configOf = (
  setup: FarmhandSetup,
  at: { redis: string; kafka: string; port: number; configs: number },
): string =>
  stringify({
    slack: {
      api_url: setup.slackApi,
      default_channel: channelOf(0),
      pacing: setup.pacing ?? unpaced,
    },
    kafka: {
      brokers: [at.kafka],
      group_id: `farmhand-${at.configs}`,
      topics: [{ name: setup.topic }],
    },
    http: { host: '127.0.0.1', port: at.port, events_token: { env: 'FARMHAND_EVENTS_TOKEN' } },
    redis: { url: at.redis },
    log: { level: 'warn' },
    ...setup.sections,
    routes: Array.from({ length: channels }, (_, n) => ({
      name: `route-${n}`,
      match: [`service="${serviceOf(n)}"`],
      channel: channelOf(n),
      actions: ['thread'],
    })),
  });

const kafkaVersion = async (): Promise<string> => {
  const jars = await readFile(join(import.meta.dirname, '../sandbox/kafka/jars.sha256'), 'utf8');
  return /kafka-clients-(\S+)\.jar/.exec(jars)?.[1] ?? 'unknown';
};
