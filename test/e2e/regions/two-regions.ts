import { readFile } from 'node:fs/promises';
import kafkajs from 'kafkajs';
import { parse } from 'yaml';
import { freePort } from '../../../sandbox/process/free-port.ts';
import type { World } from '../../../sandbox/world/world.ts';
import { type Replica, type Sections, startReplica, writeConfig } from '../support/replica.ts';
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

export interface RegionProcess extends Replica {
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
  const { kafka } = parse(await readFile(world.configFile, 'utf8'));
  const sections: Sections = {
    redis: { url: at.redis },
    region: { name, channel: channels.sre, lease },
    ...(kafka && { kafka: { ...kafka, group_id: `farmhand-${name}`, topics: [{ name: at.topic }] } }),
  };
  const own = await writeConfig(world, await freePort(), sections);
  return {
    name,
    start: async () => {
      const replica = await startReplica(world, {}, sections);
      const { url } = replica.client;
      return {
        ...replica,
        active: async () => (await fetch(`${url}/activez`, { signal: AbortSignal.timeout(5_000) })).status,
        metrics: async (matching) => (await (await fetch(`${url}/metrics`)).text()).match(matching) ?? [],
      };
    },
    farmhand: (...args) => world.run(args, own),
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
