import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import kafkajs from 'kafkajs';
import { parse, stringify } from 'yaml';
import { freePort } from '../../../sandbox/process/free-port.ts';
import type { ManagedProcess } from '../../../sandbox/process/process.ts';
import type { World } from '../../../sandbox/world/world.ts';
import { type Client, createClient } from '../support/client.ts';
import { channels } from '../support/scene.ts';
import { until } from '../support/until.ts';

/** One of two regions in one Slack: its own Redis, its own topic and consumer group, its own processes. */
export interface RegionSide {
  readonly name: string;
  /** Starts one more process. */
  start(): Promise<RegionProcess>;
  /** `farmhand …` with the config of this region; its standard output. */
  farmhand(...args: readonly string[]): Promise<string>;
}

export interface RegionProcess {
  readonly process: ManagedProcess;
  readonly client: Client;
  /** What GET /activez answers. */
  active(): Promise<number>;
  /** What of GET /metrics matches. */
  metrics(matching: RegExp): Promise<readonly string[]>;
}

/** The shortest there is: a promoted region begins 35 s after it has read that it is. */
const lease = '5s';

export const openSide = async (
  world: World,
  name: string,
  at: { readonly redis: string; readonly topic: string },
): Promise<RegionSide> => {
  const base = parse(await readFile(world.configFile, 'utf8'));
  const written = async (port: number): Promise<string> => {
    const file = join(world.dir, `${name}-${port}.yml`);
    const config = {
      ...base,
      http: { ...base.http, port },
      redis: { url: at.redis },
      region: { name, channel: channels.sre, lease },
      ...(base.kafka && {
        kafka: { ...base.kafka, group_id: `farmhand-${name}`, topics: [{ name: at.topic }] },
      }),
    };
    await writeFile(file, stringify(config));
    return file;
  };
  const own = await written(await freePort());
  return {
    name,
    start: async () => {
      const port = await freePort();
      const process = await world.start({ port, configFile: await written(port) });
      const url = `http://127.0.0.1:${port}`;
      return {
        process,
        client: createClient(world, url),
        active: async () => (await fetch(`${url}/activez`, { signal: AbortSignal.timeout(5_000) })).status,
        metrics: async (matching) => (await (await fetch(`${url}/metrics`)).text()).match(matching) ?? [],
      };
    },
    farmhand: async (...args) => {
      const { stdout } = await promisify(execFile)(
        process.execPath,
        ['src/main.ts', ...args, '--config', own],
        { env: { ...process.env, ...world.secrets } },
      );
      return stdout;
    },
  };
};

/**
 * Copies what comes into one topic into another, at other offsets and a little later, as MirrorMaker does. `first` is in the
 * copy before all of it.
 */
export const mirror = async (
  address: string,
  [from, to]: readonly [string, string],
  first: string,
): Promise<AsyncDisposable> => {
  const kafka = new kafkajs.Kafka({ brokers: [address], logLevel: kafkajs.logLevel.NOTHING });
  const [consumer, producer] = [kafka.consumer({ groupId: `mirror-${to}` }), kafka.producer()];
  await producer.connect();
  for (const partition of [0, 1, 2])
    await producer.send({ topic: to, messages: [{ value: first, partition }] });
  await consumer.connect();
  await consumer.subscribe({ topic: from, fromBeginning: true });
  await consumer.run({
    eachMessage: async ({ message: { key, value, headers } }) => {
      await producer.send({ topic: to, messages: [{ key, value, ...(headers && { headers }) }] });
    },
  });
  return {
    [Symbol.asyncDispose]: async () => {
      await consumer.disconnect();
      await producer.disconnect();
    },
  };
};

export const works = async ({ active }: RegionProcess, timeout = 90_000): Promise<void> => {
  await until(
    'the region to work',
    () => active().catch(() => 0),
    (status) => status === 200,
    timeout,
  );
};
