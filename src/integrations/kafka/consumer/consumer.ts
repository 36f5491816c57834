import type { Admin } from 'kafkajs';
import type { DeadLetterPort, IngestPort } from '../../../intake/wire/raw.ts';
import type { Log } from '../../../observability/log.ts';
import { createClient } from '../client/client.ts';
import type { KafkaConsumerFailed } from '../client/failures.ts';
import type { KafkaSettings, SignToken } from '../client/security.ts';
import { type BrokerView, createBrokerView } from '../health/broker-view.ts';
import { createLookout, type Lookout } from '../health/lookout.ts';
import type { KafkaObserver } from '../health/observer.ts';
import { createPositions, type OffsetGap, type Positions } from '../health/positions.ts';
import { type Batches, createBatches } from './batch.ts';
import type { ConsumerStatus } from './consumer-status.ts';
import { createGroupMember, type GroupMember } from './group-member.ts';
import { createLifecycle, type Lifecycle } from './lifecycle.ts';
import { createPutOff } from './put-off.ts';
import { aheadLimit, type Sharing } from './read-ahead.ts';
import { firstReadable, keepLooking } from './readable-topics.ts';
import { finishedInTime } from './shutdown.ts';

export interface ConsumerDeps extends ReaderDeps {
  readonly ingest: IngestPort;
  readonly deadLetters: DeadLetterPort;
}

/** What every reader of the topics needs, whatever it does with them. */
export interface ReaderDeps {
  readonly log: Log;
  readonly observer: KafkaObserver;
  /** It has stopped for good; the process should end with an error so that a fresh one takes over. Called once. */
  readonly onFatal: (error: KafkaConsumerFailed) => void;
  readonly now?: () => number;
  readonly random?: () => number;
  readonly signToken?: SignToken;
  /** Told to the group, so that another installation knows that this is not one of its own. */
  readonly installation?: string | undefined;
  /** Where tiers share the reading; absent: they do not. */
  readonly tiers?: TierTurns;
}

/** What the reading is told of tiers. */
export interface TierTurns extends Pick<Sharing, 'tierOf' | 'waitMs'> {
  /** Of the topics that are read. */
  readonly count: number;
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

/** What a reader gives to whoever works on its batches. */
export interface BatchesOf {
  readonly life: Lifecycle;
  readonly positions: Positions;
  readonly sharing: Sharing | undefined;
  readonly heartbeatInterval: number;
  readonly now: () => number;
  /** Aborted when there is no more time: what is under way counts as not read. */
  readonly givingUp: AbortSignal;
  /** The topic's id by the last look. */
  readonly lifeOf: (topic: string) => string | undefined;
  readonly member: Pick<GroupMember, 'hold' | 'seek' | 'commit'>;
}

/**
 * Reads alerts from Kafka. At least once: an offset is committed only when everything before it is durable. Kafka
 * away: it tries again without end. Store away: it holds what it has and reads no more. Nothing is ever skipped.
 */
export const createKafkaConsumer = (settings: KafkaSettings, deps: ConsumerDeps): KafkaConsumer =>
  createKafkaReader(settings, deps, ({ life, positions, member, ...rest }) =>
    createBatches({
      ...rest,
      ...{ ingest: deps.ingest, deadLetters: deps.deadLetters, topics: settings.topics, life },
      ...{ observer: deps.observer, random: deps.random ?? Math.random, log: deps.log },
      atOnce: settings.partitions_in_parallel,
      onReached: positions.reached,
      hold: member.hold,
      seekBack: (topic, partition, offset) => member.seek({ topic, partition, offset }),
    }),
  );

/** The membership, the looks at the brokers and the end of a reader; what is done with batches is `batchesOf`'s. */
export const createKafkaReader = (
  settings: KafkaSettings,
  deps: ReaderDeps,
  batchesOf: (parts: BatchesOf) => Batches,
): KafkaConsumer => {
  const { log, observer, signToken, now = Date.now } = deps;
  const topics = settings.topics.map(({ name }) => name);
  const heartbeatInterval = Math.min(3000, Math.floor(settings.session_timeout / 3));
  const givingUp = new AbortController();
  let admin: Admin | undefined;
  let view: BrokerView | undefined;
  let lookout: Lookout | undefined;
  let looking: Disposable | undefined;

  const life = createLifecycle({
    observer,
    now,
    silence: settings.session_timeout * 2 + 120_000,
    onFatal: deps.onFatal,
  });
  const onGap = (gap: OffsetGap): void => {
    if (gap.remade) log.error({ ...gap }, 'A topic was made again; it is read from its beginning');
    else log.error({ ...gap }, 'Records were gone before they were read; alerts may be missing');
    batches.lost?.(gap);
    observer.gap(gap);
  };
  const positions = createPositions({ group: settings.group_id, topics, admin: () => admin, log, onGap });
  const tiers = Math.max(1, deps.tiers?.count ?? 1);
  const each = Math.ceil(settings.partitions_in_parallel / tiers);
  // While all is held, kafkajs must be told of none: it would fetch the others.
  const holdOne = (topic: string, partition: number, held: boolean): void => {
    if (batches.held === undefined) member.holdPartition(topic, partition, held);
  };
  const sharing: Sharing | undefined = deps.tiers && {
    ...deps.tiers,
    each,
    bytes: aheadLimit / tiers,
    putOff: createPutOff({
      pause: (topic, partition) => holdOne(topic, partition, true),
      resume: (topic, partition) => holdOne(topic, partition, false),
      after: (ms, run) => void setTimeout(run, ms).unref(),
    }),
  };
  const batches = batchesOf({
    ...{ life, positions, sharing, heartbeatInterval, now, givingUp: givingUp.signal },
    lifeOf: (topic) => lookout?.lifeOf(topic),
    member: {
      hold: (held) => member.hold(held),
      seek: (place) => member.seek(place),
      commit: (place) => member.commit(place),
    },
  });
  const member = createGroupMember(
    {
      ...settings,
      // A place for each that may be written, so that none of kafkajs's own is waited for.
      partitions_in_parallel: each * tiers,
    },
    {
      ...{
        life,
        log,
        signToken,
        heartbeatInterval,
        shared: sharing !== undefined,
        installation: deps.installation,
      },
      eachBatch: batches.eachBatch,
      leaveBatches: batches.leave,
      onOffsetOutOfRange: positions.outOfRange,
      onAssigned: (assignment) => {
        positions.joined();
        batches.joined();
        lookout?.apply();
        life.enter('joined');
        observer.joined(assignment);
      },
      onPassed: (topic, partition, next) => {
        const topicLife = lookout?.lifeOf(topic);
        const standing = { next, ...(topicLife !== undefined && { life: topicLife }) };
        batches.passed?.(topic, partition, next);
        // What lies before it may still be in work.
        void batches.doneWith(topic, partition).then((isMine) => {
          if (isMine) positions.reached(topic, partition, standing);
        });
      },
    },
  );

  const open = async (): Promise<void> => {
    const quick = await createClient(settings, {
      log,
      ...(signToken !== undefined && { signToken }),
      retries: 1,
    });
    const asking = quick.admin();
    admin = asking;
    view = createBrokerView(quick);
    lookout = createLookout({
      ...{ view, topics, group: settings.group_id, clientId: settings.client_id },
      ...{ positions, observer, onGap, log, now },
      assignment: () => member.assignment,
      inHandSince: batches.inHandSince,
      rewind: (place) => {
        batches.supersede(place.topic, place.partition);
        member.rewind(place);
      },
    });
    const looks = { lookout, life, onLook: () => observer.changed(), log };
    const said = { brokers: settings.brokers, topics };
    const names = await firstReadable(looks, () => asking.connect(), said);
    if (names.length === 0) return;
    life.watchdog.start();
    await member.join(names);
    looking = keepLooking(looks, member);
  };

  const leave = async (): Promise<void> => {
    await member.settled();
    await batches.settled();
    await Promise.allSettled([member.leave(), admin?.disconnect(), view?.[Symbol.asyncDispose]()]);
  };

  return {
    start: async () => {
      open().catch((error: unknown) => life.fail('Kafka cannot be read', error));
      await life.settled;
    },
    stop: async (deadline) => {
      life.stop();
      looking?.[Symbol.dispose]();
      const clean = await finishedInTime({
        closing: leave(),
        // No batch under way and no broker to take leave of: nothing can be won by waiting.
        nothingLeft: () => !batches.busy && life.contact.lost(3000),
        deadline,
      });
      if (!clean) {
        givingUp.abort();
        log.warn({ deadline }, 'Kafka was not left in time; what was under way will be read again');
      }
      life.contact[Symbol.dispose]();
      life.enter('stopped');
      return clean;
    },
    status: () => ({
      ...life.status(),
      assignment: member.assignment,
      problems: lookout?.problems() ?? [],
      ...(batches.held !== undefined && { held: batches.held }),
    }),
  };
};
