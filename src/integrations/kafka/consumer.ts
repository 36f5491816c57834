import { setTimeout as sleep } from 'node:timers/promises';
import type { Admin, Consumer, EachBatchPayload } from 'kafkajs';
import { messageOf } from '../../errors.ts';
import type { DeadLetterPort, IngestPort } from '../../intake/raw.ts';
import type { Log } from '../../observability/log.ts';
import { type BatchDeps, handleBatch } from './batch.ts';
import { createClient, retry } from './client.ts';
import type { ConsumerState, ConsumerStatus } from './consumer-status.ts';
import { createContact } from './contact.ts';
import { deliver } from './deliver.ts';
import { blame, isKafkaError, isRefused, KafkaConsumerFailed } from './failures.ts';
import { finishedInTime } from './finish.ts';
import { createHold } from './hold.ts';
import { createIsolation } from './isolate.ts';
import type { Assignment, KafkaObserver } from './observer.ts';
import { createPositions } from './positions.ts';
import type { SignToken } from './sasl.ts';
import type { KafkaSettings } from './settings.ts';
import { createWatchdog } from './watchdog.ts';

export interface ConsumerDeps {
  readonly ingest: IngestPort;
  readonly deadLetters: DeadLetterPort;
  readonly log: Log;
  readonly observer: KafkaObserver;
  /** It has stopped for good; the process should end with an error so that a fresh one takes over. Called once. */
  readonly onFatal: (error: KafkaConsumerFailed) => void;
  readonly now?: () => number;
  readonly random?: () => number;
  readonly signToken?: SignToken;
}

export interface KafkaConsumer {
  /** Resolves with the first membership in the group, or when it ended before; never rejects. */
  start(): Promise<void>;
  /**
   * Stops fetching, finishes the chunk under way, commits, leaves the group. False when that took longer than
   * `deadline` milliseconds: what was under way is given up then, uncommitted.
   */
  stop(deadline: number): Promise<boolean>;
  status(): ConsumerStatus;
}

/**
 * Reads alerts from Kafka. At least once: an offset is committed only when everything before it is durable. Kafka
 * away: it tries again without end. Store away: it holds what it has and reads no more. Nothing is ever skipped.
 */
export const createKafkaConsumer = (settings: KafkaSettings, deps: ConsumerDeps): KafkaConsumer => {
  const { log, observer } = deps;
  const now = deps.now ?? Date.now;
  const random = deps.random ?? Math.random;
  const topics = settings.topics.map(({ name }) => name);
  const settingsOf = new Map(settings.topics.map((topic) => [topic.name, topic]));
  const heartbeatInterval = Math.min(3000, Math.floor(settings.session_timeout / 3));
  const stopping = new AbortController();
  const givingUp = new AbortController();
  const settled = Promise.withResolvers<void>();
  let consumer: Consumer | undefined;
  let admin: Admin | undefined;
  let assignment: Assignment = {};
  let state: Exclude<ConsumerState, 'unreachable'> = 'connecting';
  let lastError: ConsumerStatus['lastError'];
  let batches = 0;

  const contact = createContact(now, () => observer.connected(state === 'joined' && !contact.lost()));
  const enter = (next: typeof state): void => {
    if (state === 'failed' || state === next) return;
    if (state === 'stopping' && next !== 'stopped') return;
    state = next;
    observer.connected(state === 'joined');
  };
  const noteError = (error: unknown): void => {
    lastError = { message: messageOf(error), at: now() };
  };
  const fail = (what: string, cause: unknown): void => {
    if (state === 'failed' || stopping.signal.aborted) return;
    const error = new KafkaConsumerFailed(`${what}: ${messageOf(cause)}`, cause);
    noteError(error);
    enter('failed');
    watchdog.stop();
    settled.resolve();
    deps.onFatal(error);
  };
  const watchdog = createWatchdog(settings.session_timeout * 2 + 120_000, () =>
    fail('The Kafka consumer shows no sign of life', 'no fetch, no heartbeat, no error'),
  );
  const positions = createPositions({
    group: settings.group_id,
    topics,
    admin: () => admin,
    log,
    onGap: (gap) => {
      log.error({ ...gap }, 'Records were gone before they were read; alerts may be missing');
      observer.gap(gap);
    },
  });
  const hold = createHold((held) => {
    observer.held(held);
    const every = topics.map((topic) => ({ topic }));
    try {
      if (held) consumer?.pause(every);
      else consumer?.resume(every);
    } catch (error) {
      // Between two lives of the consumer nothing is fetched anyway.
      log.debug({ error }, 'There was nothing to pause or resume');
    }
    if (!held) log.info({}, 'Reading from Kafka goes on');
  });
  const take = createIsolation({
    ingest: (messages) => deps.ingest.ingest(messages, givingUp.signal),
    isFault: (error) => blame(error) === 'message',
    quarantine: async (message, error) => {
      log.error({ error, position: message.position }, 'A message makes farmhand fail; it was put aside');
      const detail = `farmhand failed on it: ${messageOf(error)}`;
      await deps.deadLetters.keep([{ reason: 'internal_error', detail, message }]);
    },
  });
  const batchDeps: BatchDeps = {
    deliver: (messages, signal) =>
      deliver(messages, AbortSignal.any([signal, givingUp.signal]), { take, hold, log, random }),
    stopping: stopping.signal,
    tierOf: (topic) => settingsOf.get(topic)?.tier,
    clusterOf: (topic) => settingsOf.get(topic)?.cluster,
    heartbeatEvery: heartbeatInterval / 2,
    commitEvery: 1000,
    now,
    onBegin: observer.lag,
    onDone: (topic, partition, next, behind) => {
      positions.reached(topic, partition, next);
      observer.lag(topic, partition, behind);
    },
  };

  const eachBatch = async (payload: EachBatchPayload): Promise<void> => {
    batches++;
    try {
      await handleBatch(payload, batchDeps);
    } catch (error) {
      if (isKafkaError(error)) throw error;
      // As it is, a TypeError would stop kafkajs for good and tell nobody.
      fail('A batch could not be handled', error);
      throw new Error('a batch could not be handled', { cause: error });
    } finally {
      batches--;
    }
  };

  const listen = (to: Consumer): void => {
    const { FETCH, FETCH_START, HEARTBEAT, GROUP_JOIN, REBALANCING, CRASH } = to.events;
    for (const event of [FETCH, FETCH_START, HEARTBEAT, GROUP_JOIN, REBALANCING, CRASH] as const) {
      to.on(event, watchdog.alive);
    }
    to.on(GROUP_JOIN, ({ payload }) => {
      assignment = payload.memberAssignment;
      positions.joined();
      enter('joined');
      observer.joined(assignment);
      log.info({ assignment, group: settings.group_id }, 'Reading from Kafka');
      settled.resolve();
    });
    for (const event of [FETCH, HEARTBEAT, GROUP_JOIN] as const) to.on(event, contact.touch);
    to.on(REBALANCING, () => enter('rebalancing'));
    to.on(CRASH, ({ payload: { error, restart } }) => {
      if (!restart) return fail('The Kafka consumer stopped for good', error);
      noteError(error);
      enter('connecting');
      log.warn({ error }, 'The connection to Kafka was lost; it is made again');
    });
  };

  /** Waits until the brokers and topics can be used. False when it was stopped before. */
  const reach = async (by: Admin): Promise<boolean> => {
    for (let attempt = 0; !stopping.signal.aborted; attempt++) {
      try {
        await by.connect();
        await by.fetchTopicMetadata({ topics });
        await positions.prepare();
        return true;
      } catch (error) {
        noteError(error);
        if (isRefused(error)) throw error;
        log.warn({ error, brokers: settings.brokers, topics }, 'Kafka cannot be read yet; trying again');
        const wait = Math.min(500 * 2 ** attempt, 5000);
        await sleep(wait, undefined, { signal: stopping.signal }).catch(() => undefined);
      }
    }
    return false;
  };

  const open = async (): Promise<void> => {
    const shared = { log, ...(deps.signToken === undefined ? {} : { signToken: deps.signToken }) };
    admin = (await createClient(settings, { ...shared, retries: 1 })).admin();
    if (!(await reach(admin))) return;
    const kafka = await createClient(settings, {
      ...shared,
      // Minutes of outage are waited out as the member it is: a new one would have to wait for its own ghost.
      retries: 60,
      onOffsetOutOfRange: positions.outOfRange,
      onSaid: (problem) => {
        watchdog.alive();
        if (problem !== undefined) noteError(problem);
      },
    });
    consumer = kafka.consumer({
      groupId: settings.group_id,
      sessionTimeout: settings.session_timeout,
      rebalanceTimeout: Math.max(60_000, settings.session_timeout),
      heartbeatInterval,
      allowAutoTopicCreation: false,
      maxBytesPerPartition: Math.max(1024 * 1024, settings.max_message_bytes),
      // An idle fetch has to end before the consumer can stop or resume.
      maxWaitTimeInMs: 500,
      retry: {
        ...retry,
        restartOnFailure: async (error) => !stopping.signal.aborted && !isRefused(error),
      },
    });
    listen(consumer);
    watchdog.start();
    await consumer.connect();
    await consumer.subscribe({ topics, fromBeginning: true });
    if (stopping.signal.aborted) return;
    await consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      partitionsConsumedConcurrently: settings.partitions_in_parallel,
      eachBatch,
    });
  };

  return {
    start: async () => {
      open().catch((error: unknown) => fail('Kafka cannot be read', error));
      await settled.promise;
    },
    stop: async (deadline) => {
      enter('stopping');
      stopping.abort();
      watchdog.stop();
      settled.resolve();
      const clean = await finishedInTime({
        closing: Promise.allSettled([consumer?.disconnect(), admin?.disconnect()]),
        // No batch under way and no broker to take leave of: nothing can be won by waiting.
        nothingLeft: () => batches === 0 && contact.lost(3000),
        deadline,
      });
      if (!clean) {
        givingUp.abort();
        log.warn({ deadline }, 'Kafka was not left in time; what was under way will be read again');
      }
      contact[Symbol.dispose]();
      enter('stopped');
      return clean;
    },
    status: () => ({
      state: state === 'joined' && contact.lost() ? 'unreachable' : state,
      assignment,
      ...(contact.last === undefined ? {} : { lastContact: contact.last }),
      ...(hold.reason === undefined ? {} : { held: hold.reason }),
      ...(lastError === undefined ? {} : { lastError }),
    }),
  };
};
