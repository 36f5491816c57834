import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import kafkajs, { type Admin } from 'kafkajs';
import { busiest, type OrdealWorld, partitions, topic } from './world.ts';

/** What was destroyed on purpose, and when; ms. */
export interface Destroyed {
  storeAt?: number;
  topicAt?: number;
  /** The next offset that was to be read when the topic was deleted, by partition. */
  committed?: ReadonlyMap<number, number>;
}

export interface Ordeal {
  readonly name: string;
  readonly silenceAtMost: number;
  /** Begins the phase. What is to be brought back later is brought back while the phase lasts. */
  readonly begin: (at: OrdealWorld, destroyed: Destroyed, say: (line: string) => void) => Promise<void>;
  /** Before its clock begins. */
  readonly prepare?: (at: OrdealWorld) => Promise<void>;
}

/** A killed process is back after this, as a pod is; ms. */
const restartAfter = 10_000;
/** Ordinary work must not be silent for longer; ms. */
const calmSilence = 2_000;

export const ordeals = (): readonly Ordeal[] => {
  let holder: Awaited<ReturnType<typeof busiest>> | undefined;
  return [
    { name: 'calm', silenceAtMost: calmSilence, begin: async () => {} },
    {
      name: 'Redis FAILOVER',
      silenceAtMost: 4_000,
      begin: ({ redis }) => redis.failOver(),
    },
    {
      name: 'kill -9 of the lanes’ holder',
      silenceAtMost: 10_000,
      prepare: async ({ replicas }) => {
        holder = await busiest(replicas, 3_000);
      },
      begin: async (_, __, say) => {
        say(`killing ${holder?.name}`);
        await holder?.process.kill();
        await sleep(restartAfter);
        await holder?.start();
      },
    },
    {
      name: 'Redis connections cut, 3×',
      silenceAtMost: 3_000,
      begin: async ({ redis }) => {
        for (let cut = 0; cut < 3; cut++) {
          if (cut > 0) await sleep(6_000);
          redis.address.cut();
        }
      },
    },
    {
      name: 'FLUSHALL',
      silenceAtMost: 15_000,
      begin: async ({ redis }, destroyed) => {
        const client = new Redis(redis.address.url);
        destroyed.storeAt = Date.now();
        await client.flushall();
        client.disconnect();
      },
    },
    {
      name: 'topic deleted and made again',
      silenceAtMost: 30_000,
      begin: async ({ world }, destroyed) => {
        const kafka = new kafkajs.Kafka({
          brokers: [world.kafka?.address ?? ''],
          logLevel: kafkajs.logLevel.NOTHING,
        });
        const admin = kafka.admin();
        await admin.connect();
        destroyed.committed = await committed(admin);
        destroyed.topicAt = Date.now();
        await admin.deleteTopics({ topics: [topic] });
        while (!(await remade(admin))) await sleep(100);
        await admin.disconnect();
      },
    },
    { name: 'calm again', silenceAtMost: calmSilence, begin: async () => {} },
  ];
};

const committed = async (admin: Admin): Promise<ReadonlyMap<number, number>> => {
  const [found] = await admin.fetchOffsets({ groupId: 'farmhand', topics: [topic] });
  return new Map(found?.partitions.map(({ partition, offset }) => [partition, Math.max(0, Number(offset))]));
};

/** False while the broker is still at deleting it. */
const remade = (admin: Admin): Promise<boolean> =>
  admin
    .createTopics({ topics: [{ topic, numPartitions: partitions }], waitForLeaders: false })
    .catch(() => false);
