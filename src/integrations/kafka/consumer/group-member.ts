import type { Consumer, EachBatchPayload } from 'kafkajs';
import type { Log } from '../../../observability/log.ts';
import { createClient, retry } from '../client/client.ts';
import { isRefused } from '../client/failures.ts';
import type { KafkaSettings, SignToken } from '../client/security.ts';
import { assignerOf } from '../health/group-owner.ts';
import type { LookoutDeps } from '../health/lookout.ts';
import type { Assignment } from '../health/observer.ts';
import { commitNote } from '../health/positions.ts';
import type { Lifecycle } from './lifecycle.ts';

export interface GroupMemberDeps {
  readonly life: Lifecycle;
  readonly log: Log;
  readonly signToken?: SignToken | undefined;
  readonly heartbeatInterval: number;
  readonly installation?: string | undefined;
  /** Several tiers are read: an answer of the broker is small, for unpacking it holds up all of them. */
  readonly shared?: boolean;
  readonly eachBatch: (payload: EachBatchPayload) => Promise<void>;
  /** Resolves when nothing is in work any more, and what is durable is committed. */
  readonly leaveBatches: () => Promise<void>;
  readonly onOffsetOutOfRange: (topic: string, partition: number) => void;
  /** It is a member, and reads these from now on. Before the first fetch. */
  readonly onAssigned: (assignment: Assignment) => void;
  /** Of a partition everything before `next` is passed over: it held no messages. */
  readonly onPassed: (topic: string, partition: number, next: string) => void;
}

/** farmhand's place in its group, with the consumer of kafkajs that is the member now. */
export interface GroupMember {
  /** Topics that are read; others of the config are missing or refused. */
  readonly reading: readonly string[];
  readonly assignment: Assignment;
  /** Joins the group for `names`, and reads. */
  join(names: readonly string[]): Promise<void>;
  /** kafkajs can neither take a topic up nor leave one that is gone: it is made again for those that are there. */
  rejoin(names: readonly string[]): Promise<void>;
  /** Fetches nothing while `held`. */
  hold(held: boolean): void;
  /** The same of one partition. */
  holdPartition(topic: string, partition: number, held: boolean): void;
  /** Reads on from there. */
  seek(place: { readonly topic: string; readonly partition: number; readonly offset: string }): void;
  /** The same, and commits that. */
  rewind: LookoutDeps['rewind'];
  /** Everything before `offset` is durable. @throws what kafkajs throws; then the former one counts. */
  commit(place: {
    readonly topic: string;
    readonly partition: number;
    readonly offset: string;
    readonly metadata: string | null;
  }): Promise<void>;
  /** No join is under way any more. */
  settled(): Promise<void>;
  leave(): Promise<void>;
}

/** An idle fetch has to end before the consumer can stop, resume or beat; ms. */
export const fetchWait = 500;

/** How much is asked for at once; bytes. */
const fetched = {
  usual: { maxBytesPerPartition: 1024 * 1024 },
  shared: { maxBytesPerPartition: 128 * 1024, maxBytes: 1024 * 1024 },
} as const;

export const createGroupMember = (settings: KafkaSettings, deps: GroupMemberDeps): GroupMember => {
  const { life, log } = deps;
  let consumer: Consumer | undefined;
  let reading: readonly string[] = [];
  let assignment: Assignment = {};
  let rejoining: Promise<unknown> = Promise.resolve();

  const listen = (to: Consumer): void => {
    const { FETCH, FETCH_START, HEARTBEAT, GROUP_JOIN, REBALANCING, CRASH, END_BATCH_PROCESS } = to.events;
    for (const event of [FETCH, FETCH_START, HEARTBEAT, GROUP_JOIN, REBALANCING, CRASH] as const) {
      to.on(event, life.watchdog.alive);
    }
    to.on(GROUP_JOIN, ({ payload }) => {
      assignment = payload.memberAssignment;
      deps.onAssigned(assignment);
      log.info({ assignment, group: settings.group_id }, 'Reading from Kafka');
    });
    for (const event of [FETCH, HEARTBEAT, GROUP_JOIN] as const) to.on(event, life.contact.touch);
    to.on(REBALANCING, () => {
      if (to === consumer) life.enter('rebalancing');
    });
    // Markers and aborted records are passed over in silence; without this they would look like a backlog.
    to.on(END_BATCH_PROCESS, ({ payload: { topic, partition, batchSize, lastOffset } }) => {
      if (batchSize === 0) deps.onPassed(topic, partition, (BigInt(lastOffset) + 1n).toString());
    });
    to.on(CRASH, ({ payload: { error, restart } }) => {
      if (to !== consumer) return;
      if (!restart) return life.fail('The Kafka consumer stopped for good', error);
      life.noteError(error);
      life.enter('connecting');
      log.warn({ error }, 'The connection to Kafka was lost; it is made again');
    });
  };

  const join = async (names: readonly string[]): Promise<void> => {
    const kafka = await createClient(settings, {
      log,
      ...(deps.signToken !== undefined && { signToken: deps.signToken }),
      // Minutes of outage are waited out as the member it is: a new one would have to wait for its own ghost.
      retries: 60,
      onOffsetOutOfRange: deps.onOffsetOutOfRange,
      onSaid: (problem) => {
        life.watchdog.alive();
        if (problem !== undefined) life.noteError(problem);
      },
    });
    if (life.stopping.aborted) return;
    reading = names;
    consumer = kafka.consumer({
      groupId: settings.group_id,
      partitionAssigners: [assignerOf(deps.installation)],
      sessionTimeout: settings.session_timeout,
      rebalanceTimeout: Math.max(60_000, settings.session_timeout),
      heartbeatInterval: deps.heartbeatInterval,
      allowAutoTopicCreation: false,
      // A larger batch of messages comes whole where it is the first of an answer, and kafkajs shuffles what it asks for.
      ...(deps.shared ? fetched.shared : fetched.usual),
      maxWaitTimeInMs: fetchWait,
      // New partitions are noticed with the metadata; the default is five minutes.
      metadataMaxAge: 15_000,
      retry: {
        ...retry,
        restartOnFailure: async (error) => !life.stopping.aborted && !isRefused(error),
      },
    });
    listen(consumer);
    await consumer.connect();
    await consumer.subscribe({ topics: [...names], fromBeginning: true });
    if (life.stopping.aborted) return;
    await consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      partitionsConsumedConcurrently: settings.partitions_in_parallel,
      eachBatch: deps.eachBatch,
    });
  };

  const remake = async (names: readonly string[]): Promise<void> => {
    log.warn(
      { before: reading, now: names },
      'The topics that can be read have changed; the group is joined again',
    );
    const before = consumer;
    life.enter('connecting');
    await deps.leaveBatches();
    consumer = undefined;
    await before?.disconnect();
    await join(names);
  };

  const seek = (place: { topic: string; partition: number; offset: string }): boolean => {
    try {
      consumer?.seek(place);
      return true;
    } catch (error) {
      log.debug({ error }, 'The consumer is between two lives; its next one begins where it is committed');
      return false;
    }
  };

  return {
    get reading() {
      return reading;
    },
    get assignment() {
      return assignment;
    },
    join,
    rejoin: async (names) => {
      const remaking = remake(names);
      rejoining = remaking;
      await remaking;
    },
    hold: (held) => {
      const every = reading.map((topic) => ({ topic }));
      try {
        if (held) consumer?.pause(every);
        else consumer?.resume(every);
      } catch (error) {
        // Between two lives of the consumer nothing is fetched anyway.
        log.debug({ error }, 'There was nothing to pause or resume');
      }
    },
    holdPartition: (topic, partition, held) => {
      const one = [{ topic, partitions: [partition] }];
      try {
        if (held) consumer?.pause(one);
        else consumer?.resume(one);
      } catch (error) {
        log.debug({ error }, 'There was no partition to pause or resume');
      }
    },
    seek: (place) => void seek(place),
    rewind: ({ topic, partition, offset, life: topicLife }) => {
      if (!seek({ topic, partition, offset })) return;
      const place = { topic, partition, offset, metadata: commitNote(topicLife) };
      consumer?.commitOffsets([place]).catch((error: unknown) => {
        log.debug({ error }, 'The beginning of a topic could not be committed; the next batch does it');
      });
    },
    commit: async (place) => consumer?.commitOffsets([place]),
    settled: async () => void (await rejoining.catch(() => undefined)),
    leave: async () => void (await consumer?.disconnect()),
  };
};
