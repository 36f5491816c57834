import { setTimeout as sleep } from 'node:timers/promises';
import type { Admin, Consumer, EachBatchPayload } from 'kafkajs';
import { backoff } from '../../../core/backoff.ts';
import { messageOf } from '../../../core/errors.ts';
import type { DeadLetterPort, IngestPort } from '../../../intake/wire/raw.ts';
import type { Log } from '../../../observability/log.ts';
import { createClient, retry } from '../client/client.ts';
import { blame, isKafkaError, isRefused, KafkaConsumerFailed, TopicsRefused } from '../client/failures.ts';
import type { KafkaSettings, SignToken } from '../client/security.ts';
import { createBrokerLiveness } from '../health/broker-liveness.ts';
import { type BrokerView, createBrokerView, type TopicView } from '../health/broker-view.ts';
import { createLookout, type Lookout, type LookoutDeps, lookEvery } from '../health/lookout.ts';
import type { Assignment, KafkaObserver } from '../health/observer.ts';
import { commitNote, createPositions, type OffsetGap } from '../health/positions.ts';
import { type BatchDeps, handleBatch } from './batch.ts';
import type { ConsumerState, ConsumerStatus } from './consumer-status.ts';
import { createBackpressure, createPoisonBisection, handOver } from './hand-over.ts';
import { finishedInTime } from './shutdown.ts';
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

/** An idle fetch has to end before the consumer can stop, resume or beat; ms. */
export const fetchWait = 500;

const placeKey = (topic: string, partition: number): string => `${partition}:${topic}`;

const readable = (views: readonly TopicView[]): readonly string[] =>
  views.filter(({ wrong }) => wrong === undefined).map(({ topic }) => topic);

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
  let lookout: Lookout | undefined;
  let view: BrokerView | undefined;
  /** Topics that are read; others of the config are missing or refused. */
  let reading: readonly string[] = [];
  let reopening: Promise<unknown> = Promise.resolve();
  let looking: NodeJS.Timeout | undefined;
  const inHand = new Map<string, number>();

  const contact = createBrokerLiveness(now, () => {
    observer.connected(state === 'joined' && !contact.lost());
    observer.changed();
  });
  const enter = (next: typeof state): void => {
    if (state === 'failed' || state === next) return;
    if (state === 'stopping' && next !== 'stopped') return;
    state = next;
    observer.connected(state === 'joined');
    observer.changed();
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
  const onGap = (gap: OffsetGap): void => {
    if (gap.remade) log.error({ ...gap }, 'A topic was made again; it is read from its beginning');
    else log.error({ ...gap }, 'Records were gone before they were read; alerts may be missing');
    observer.gap(gap);
  };
  const positions = createPositions({ group: settings.group_id, topics, admin: () => admin, log, onGap });
  const hold = createBackpressure((held) => {
    observer.held(held);
    observer.changed();
    const every = reading.map((topic) => ({ topic }));
    try {
      if (held) consumer?.pause(every);
      else consumer?.resume(every);
    } catch (error) {
      // Between two lives of the consumer nothing is fetched anyway.
      log.debug({ error }, 'There was nothing to pause or resume');
    }
    if (!held) log.info({}, 'Reading from Kafka goes on');
  });
  const take = createPoisonBisection({
    ingest: (messages) => deps.ingest.ingest(messages, givingUp.signal),
    isFault: (error) => blame(error) === 'message',
    quarantine: async (message, error) => {
      log.error({ error, position: message.position }, 'A message makes farmhand fail; it was put aside');
      const detail = `farmhand failed on it: ${messageOf(error)}`;
      await deps.deadLetters.keep([{ reason: 'internal_error', detail, message }]);
    },
  });
  const batchDeps: BatchDeps = {
    handOver: (messages, signal) =>
      handOver(messages, AbortSignal.any([signal, givingUp.signal]), { take, hold, log, random }),
    stopping: stopping.signal,
    lifeOf: (topic) => lookout?.lifeOf(topic),
    tierOf: (topic) => settingsOf.get(topic)?.tier,
    clusterOf: (topic) => settingsOf.get(topic)?.cluster,
    heartbeatEvery: heartbeatInterval / 2,
    commitEvery: 1000,
    now,
    onBegin: (topic, partition, behind) => {
      inHand.set(placeKey(topic, partition), now());
      observer.lag(topic, partition, behind);
    },
    onDone: (topic, partition, standing, behind) => {
      // What was still in hand of a topic that is gone says nothing about the one that took its name.
      if (standing.life !== lookout?.lifeOf(topic)) return;
      positions.reached(topic, partition, standing);
      observer.lag(topic, partition, behind);
    },
    onEnd: (topic, partition) => void inHand.delete(placeKey(topic, partition)),
  };

  const rewind: LookoutDeps['rewind'] = ({ topic, partition, offset, life }) => {
    try {
      consumer?.seek({ topic, partition, offset });
    } catch (error) {
      log.debug({ error }, 'The consumer is between two lives; its next one is rewound as it begins');
      return;
    }
    const place = { topic, partition, offset, metadata: commitNote(life) };
    consumer?.commitOffsets([place]).catch((error: unknown) => {
      log.debug({ error }, 'The beginning of a topic could not be committed; the next batch does it');
    });
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
    const { FETCH, FETCH_START, HEARTBEAT, GROUP_JOIN, REBALANCING, CRASH, END_BATCH_PROCESS } = to.events;
    for (const event of [FETCH, FETCH_START, HEARTBEAT, GROUP_JOIN, REBALANCING, CRASH] as const) {
      to.on(event, watchdog.alive);
    }
    to.on(GROUP_JOIN, ({ payload }) => {
      assignment = payload.memberAssignment;
      positions.joined();
      inHand.clear();
      lookout?.apply();
      enter('joined');
      observer.joined(assignment);
      log.info({ assignment, group: settings.group_id }, 'Reading from Kafka');
      settled.resolve();
    });
    for (const event of [FETCH, HEARTBEAT, GROUP_JOIN] as const) to.on(event, contact.touch);
    to.on(REBALANCING, () => {
      if (to === consumer) enter('rebalancing');
    });
    // Markers and aborted records are passed over in silence; without this they would look like a backlog.
    to.on(END_BATCH_PROCESS, ({ payload: { topic, partition, batchSize, lastOffset } }) => {
      if (batchSize > 0) return;
      const life = lookout?.lifeOf(topic);
      const next = (BigInt(lastOffset) + 1n).toString();
      positions.reached(topic, partition, { next, ...(life !== undefined && { life }) });
    });
    to.on(CRASH, ({ payload: { error, restart } }) => {
      if (to !== consumer) return;
      if (!restart) return fail('The Kafka consumer stopped for good', error);
      noteError(error);
      enter('connecting');
      log.warn({ error }, 'The connection to Kafka was lost; it is made again');
    });
  };

  /** Waits until the brokers can be used and one of the topics read. Empty when it was stopped before. */
  const reach = async (by: Admin, from: Lookout): Promise<readonly string[]> => {
    for (let attempt = 0; !stopping.signal.aborted; attempt++) {
      try {
        await by.connect();
        const views = await from.look();
        observer.changed();
        const usable = readable(views);
        if (usable.length > 0) return usable;
        noteError(from.problems().join('. '));
        // The same again gives the same: a fresh process, and an operator, are needed.
        if (views.every(({ wrong }) => wrong === 'refused')) throw new TopicsRefused(from.problems());
        log.warn({ problems: from.problems() }, 'None of the topics can be read yet; trying again');
      } catch (error) {
        noteError(error);
        if (isRefused(error) || error instanceof TopicsRefused) throw error;
        log.warn({ error, brokers: settings.brokers, topics }, 'Kafka cannot be read yet; trying again');
      }
      const wait = backoff(attempt + 1, { first: 500, most: 5_000 });
      await sleep(wait, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
    return [];
  };

  const shared = { log, ...(deps.signToken === undefined ? {} : { signToken: deps.signToken }) };

  /** Joins the group for `names`. */
  const join = async (names: readonly string[]): Promise<void> => {
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
    if (stopping.signal.aborted) return;
    reading = names;
    consumer = kafka.consumer({
      groupId: settings.group_id,
      sessionTimeout: settings.session_timeout,
      rebalanceTimeout: Math.max(60_000, settings.session_timeout),
      heartbeatInterval,
      allowAutoTopicCreation: false,
      maxBytesPerPartition: Math.max(1024 * 1024, settings.max_message_bytes),
      maxWaitTimeInMs: fetchWait,
      // New partitions are noticed with the metadata; the default is five minutes.
      metadataMaxAge: 15_000,
      retry: {
        ...retry,
        restartOnFailure: async (error) => !stopping.signal.aborted && !isRefused(error),
      },
    });
    listen(consumer);
    await consumer.connect();
    await consumer.subscribe({ topics: [...names], fromBeginning: true });
    if (stopping.signal.aborted) return;
    await consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      partitionsConsumedConcurrently: settings.partitions_in_parallel,
      eachBatch,
    });
  };

  /** kafkajs can neither take a topic up nor leave one that is gone: it is made again for those that are there. */
  const reopen = async (names: readonly string[]): Promise<void> => {
    log.warn(
      { before: reading, now: names },
      'The topics that can be read have changed; the group is joined again',
    );
    const before = consumer;
    enter('connecting');
    consumer = undefined;
    await before?.disconnect();
    await join(names);
  };

  const look = async (from: Lookout): Promise<void> => {
    try {
      const names = readable(await from.look());
      observer.changed();
      const same = names.length === reading.length && names.every((name) => reading.includes(name));
      if (names.length === 0 || same || stopping.signal.aborted) return;
      reopening = reopen(names);
      await reopening;
    } catch (error) {
      noteError(error);
      log.warn({ error }, 'Kafka could not be looked at; the figures of before stand');
    }
  };

  const keepLooking = (from: Lookout): void => {
    looking = setTimeout(() => {
      void look(from).then(() => {
        if (!stopping.signal.aborted) keepLooking(from);
      });
    }, lookEvery).unref();
  };

  const open = async (): Promise<void> => {
    const quick = await createClient(settings, { ...shared, retries: 1 });
    admin = quick.admin();
    view = createBrokerView(quick);
    lookout = createLookout({
      view,
      topics,
      positions,
      assignment: () => assignment,
      inHandSince: (topic, partition) => inHand.get(placeKey(topic, partition)),
      observer,
      rewind,
      onGap,
      log,
      now,
    });
    const names = await reach(admin, lookout);
    if (names.length === 0) return;
    watchdog.start();
    await join(names);
    keepLooking(lookout);
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
      clearTimeout(looking);
      settled.resolve();
      const leave = async (): Promise<void> => {
        await reopening.catch(() => undefined);
        await Promise.allSettled([
          consumer?.disconnect(),
          admin?.disconnect(),
          view?.[Symbol.asyncDispose](),
        ]);
      };
      const clean = await finishedInTime({
        closing: leave(),
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
      problems: lookout?.problems() ?? [],
      ...(contact.last === undefined ? {} : { lastContact: contact.last }),
      ...(hold.reason === undefined ? {} : { held: hold.reason }),
      ...(lastError === undefined ? {} : { lastError }),
    }),
  };
};
