import type { InstanceLinks } from '../../alerts/evolve/instance-link.ts';
import type { Alert } from '../../alerts/model/alert.ts';
import { ConfigError, FarmhandError, messageOf } from '../../core/errors.ts';
import { classOf } from '../../core/reasons.ts';
import type { EventsAnswered } from '../../http-api/events-routes.ts';
import { createIngest, type IngestDeps, type RecordDeps, recordOwn } from '../../intake/ingest.ts';
import { decodeMessage } from '../../intake/parse/decode.ts';
import { clusterRules } from '../../intake/parse/identity.ts';
import { rejectedRecord } from '../../intake/plan-batch.ts';
import { createIntakeQuota, type IntakeQuota } from '../../intake/quota.ts';
import { createStrangers } from '../../intake/strangers.ts';
import { keepOnce } from '../../intake/wire/dead-letter.ts';
import type { DeadLetterPort, IngestPort } from '../../intake/wire/raw.ts';
import { createKafkaConsumer, type TierTurns } from '../../integrations/kafka/consumer/consumer.ts';
import { standingOf } from '../../integrations/kafka/consumer/consumer-status.ts';
import { makeDeadLetterTopic } from '../../integrations/kafka/dead-letters/dead-letter-topic.ts';
import { createKafkaDeadLetters } from '../../integrations/kafka/dead-letters/dead-letters.ts';
import { checkKafka } from '../../integrations/kafka/health/check.ts';
import { strangersInGroup } from '../../integrations/kafka/health/group-owner.ts';
import { metricsObserver } from '../../integrations/kafka/health/observer.ts';
import { createRedisDeadLetters, createRepeats } from '../../integrations/redis/alerts/dead-letters.ts';
import { createSharedQuotas } from '../../integrations/redis/intake/shared-quotas.ts';
import { startRounds } from '../../reconcile/resync.ts';
import type { Records } from '../records/open-records.ts';
import type { AppContext } from '../shared/context.ts';
import { timed } from '../shared/measured.ts';
import { ingestTracing } from '../tracing/intake-spans.ts';
import { startArchive } from './archive.ts';
import { createBigBodies, isBig } from './big-bodies.ts';
import { createNotices, type Notices } from './notices.ts';
import { tellOfSources } from './tell-of-sources.ts';

/** From messages to durable records; the Kafka consumer is started by `consume`. */
export const openIntake = (
  context: AppContext,
  records: Records,
  links: () => InstanceLinks,
): {
  ingest: IngestPort;
  /** How long a tier waits until more of it is taken in over HTTP; ms. */
  waitMs: (tier: string | undefined) => number;
  onAnswer: (answered: EventsAnswered) => void;
  consume(): Promise<void>;
  /** Keeps what comes in from Kafka in a bucket, where the config asks for it. */
  archive(): void;
} => {
  const { log, health, metrics, stack } = context;
  const { kafka, http } = context.config();
  const installation = context.config().installation.name;
  const deadLetters = keepOnce(
    counted(
      context,
      kafka ? 'topic' : 'list',
      kafka
        ? stack.use(createKafkaDeadLetters(kafka, { log, installation }))
        : createRedisDeadLetters(records.redis, records.keys, {
            limits: () => context.config().dead_letters,
            now: context.now,
            onDropped: (count) =>
              log.warn({ count }, 'Old dead letters were dropped: dead_letters says how many are kept'),
          }),
    ),
    createRepeats(records.redis, records.keys),
    ({ reason }) => metrics.metrics.deadLettersRepeated.inc({ reason }),
  );
  const clusters = clusterRules(context.config());
  const bigBodies = stack.use(
    createBigBodies(() => {
      const config = context.config();
      // Nothing secret goes along.
      const alertmanagers = config.alertmanagers.map(({ url, external_url, cluster }) => ({
        url,
        ...(external_url !== undefined && { external_url }),
        ...(cluster !== undefined && { cluster }),
      }));
      return { tiers: config.tiers, clusters: config.clusters, alertmanagers };
    }),
  );
  const deps: IngestDeps = {
    decode: (message) => {
      const via = message.position.via === 'kafka' ? kafka?.max_message_bytes : undefined;
      const maxBytes = via ?? http.max_body_bytes;
      const now = context.now();
      return isBig(message)
        ? bigBodies.decode(message, maxBytes, now)
        : decodeMessage(message, { tiers: context.config().tiers, clusters, maxBytes, now });
    },
    ...recording(context, records, links),
    deadLetters,
    tracing: ingestTracing(context.tracer, kafka?.group_id),
    strangers: createStrangers(),
    onGroup: ({ source, group }, channel) => {
      if (group) notices.truncated(source, group.key, group.left, channel);
    },
    onTwins: (one, other) => {
      notices.unjoined(one, other);
      const pair = [one, other].sort().join(' ');
      if (pairsTold.has(pair) || pairsTold.size >= 100) return;
      pairsTold.add(pair);
      log.warn(
        { pair, setting: 'alertmanagers[].cluster' },
        'Two Alertmanagers send the same alerts, and nothing says whether they are one',
      );
    },
  };
  const pairsTold = new Set<string>();
  const notices = createNotices({
    series: (fingerprints) => records.alerts.series(fingerprints),
    firing: () => allFiring(records),
    record: (event, routes) => recordOwn({ ...deps, routes: () => routes }, [event]),
    defaultChannel: () => context.config().slack.default_channel,
    now: context.now,
    log,
  });
  const timer = setInterval(() => void notices.flush(), noticesEvery);
  const sweeping = setInterval(() => void notices.sweep(), noticesSwept);
  stack.defer(() => {
    clearInterval(timer);
    clearInterval(sweeping);
  });
  const quota = openQuota(context, records);
  const ingest = tellingOfTopics(
    charged(context, quota, measuredIngest(context, createIngest(deps))),
    notices,
  );

  return {
    ingest,
    waitMs: (named) => waitOf(context, quota, tierOf(context, named), 'http'),
    onAnswer: tellOfSources(notices, http.max_body_bytes),
    consume: async () => {
      if (!kafka) return;
      metrics.metrics.kafkaConnected.set({}, 0);
      const consumer = createKafkaConsumer(kafka, {
        ingest,
        // What the consumer itself gives up on never reached a record: it is put on one here.
        deadLetters: {
          keep: async (rejections) => {
            await deadLetters.keep(rejections);
            await records.alerts.takeIn(
              [],
              rejections.map((r) => ({ record: rejectedRecord(r), keep: true })),
            );
          },
        },
        log,
        observer: {
          ...metricsObserver(metrics.metrics, (topic) =>
            tierOf(context, kafka.topics.find(({ name }) => name === topic)?.tier),
          ),
          shared: (readers) => notices.shared(kafka.group_id, readers),
          changed: () => {
            const { state, says } = standingOf(consumer.status());
            health.report('kafka', state, says);
          },
        },
        onFatal: context.onFatal,
        ...tierTurns(context, quota),
        installation,
      });
      stack.defer(async () => {
        if (!(await consumer.stop(8_000))) log.warn({}, 'The Kafka consumer did not stop in time');
      });
      const alone = async (): Promise<void> => {
        const strangers = await strangersInGroup(kafka, installation, { log });
        if (strangers.length > 0) throw new ConfigError('Kafka', strangers);
      };
      await alone();
      await makeDeadLetterTopic(kafka, context.config().dead_letters, { log });
      for (const { path, message } of await checkKafka(kafka, { log })) {
        log.warn({ path, problem: message }, 'Kafka lacks something that farmhand needs');
      }
      await consumer.start();
      await alone();
    },
    archive: () =>
      void stack.use(
        startArchive({
          config: context.config(),
          installation,
          metrics: metrics.metrics,
          log,
          now: context.now,
        }),
      ),
  };
};

/** Whose a message is, for what is counted and limited by tier. */
const tierOf = ({ config }: AppContext, topicTier: string | undefined): string =>
  topicTier ?? config().tiers.default;

/** One for all processes that take events in. */
const openQuota = ({ config, now, after, stack, log }: AppContext, records: Records): IntakeQuota => {
  const quota = createIntakeQuota(
    (tier) => config().tiers.list.find(({ name }) => name === tier)?.limits.events_per_second,
    now,
  );
  const shared = createSharedQuotas(records.redis, records.keys);
  const stop = startRounds({
    ...{ after, every: quotasEvery, round: () => shared.share(quota) },
    // Nothing is taken in without Redis; how Redis is, is told elsewhere.
    onError: (error) => log.debug({ error: messageOf(error) }, 'What tiers took in was not shared'),
  });
  stack.defer(stop);
  return quota;
};

/** How soon processes hear of each other what a tier with a limit took in; nobody is asked while there is nothing to tell. ms */
const quotasEvery = 250;

/** ms until more of a tier is taken in that way; counted where that is not now. */
const waitOf = ({ metrics }: AppContext, quota: IntakeQuota, tier: string, via: 'http' | 'kafka'): number => {
  const ms = quota.waitMs(tier);
  if (ms > 0) metrics.metrics.tierHeld.inc({ tier, via });
  return ms;
};

/** What was taken in counts against its tier's quota. All messages of a call come from one place. */
const charged = (context: AppContext, quota: IntakeQuota, port: IngestPort): IngestPort => ({
  ingest: async (messages, signal) => {
    const receipt = await port.ingest(messages, signal);
    quota.charge(tierOf(context, messages[0]?.topicTier), receipt.ids.length + receipt.rejected.length);
    return receipt;
  },
});

/** Where tiers are listed, none that is read from Kafka keeps another waiting. */
const tierTurns = (context: AppContext, quota: IntakeQuota): { readonly tiers?: TierTurns } => {
  const { kafka, tiers } = context.config();
  if (!kafka || tiers.list.length === 0) return {};
  const ofTopic = new Map(kafka.topics.map(({ name, tier }) => [name, tierOf(context, tier)]));
  return {
    tiers: {
      count: new Set(ofTopic.values()).size,
      tierOf: (topic) => ofTopic.get(topic) ?? tiers.default,
      // An HTTP sender may come back much later; what waits in the broker loses nothing.
      waitMs: (tier) => waitOf(context, quota, tier, 'kafka') || quota.unheardMs(tier),
    },
  };
};

async function* allFiring({ queries }: Records): AsyncGenerator<Alert> {
  let cursor: string | undefined;
  do {
    const page = await queries.list({
      status: 'firing',
      limit: 200,
      ...(cursor !== undefined && { cursor }),
    });
    yield* page.alerts;
    cursor = page.next;
  } while (cursor !== undefined);
}

/** How soon people are told of a source that is refused; ms. */
const noticesEvery = 3_000;
/** How often the notices that nobody ends are looked for; ms. */
const noticesSwept = 600_000;

/** What comes from a topic is told of as the topic's; HTTP's senders are told of by how they are answered. */
const tellingOfTopics = (port: IngestPort, notices: Notices): IngestPort => ({
  ingest: async (messages, signal) => {
    const receipt = await port.ingest(messages, signal);
    const topics = new Set(
      messages.flatMap(({ position }) => (position.via === 'kafka' ? position.topic : [])),
    );
    for (const { reason, message } of receipt.rejected) {
      if (message.position.via !== 'kafka') continue;
      topics.delete(message.position.topic);
      notices.refused(`topic ${message.position.topic}`, 'unreadable', reason);
    }
    notices.accepted(...[...topics].map((topic) => `topic ${topic}`));
    return receipt;
  },
});

/** How events get on record, whoever made them. */
export const recording = (
  { config, routes, metrics: { metrics } }: AppContext,
  records: Records,
  links: () => InstanceLinks,
): RecordDeps => ({
  store: records.alerts,
  routes,
  links,
  policy: () => {
    const { refire_window, stale_grace } = config().alerts;
    const { clusterOf } = clusterRules(config());
    return { refireWindow: refire_window, staleGrace: stale_grace, clusterOf };
  },
  onOutcome: ({ type, tier, via, reason, count }) => {
    metrics.eventsReceived.inc({ type, tier, via }, count);
    metrics.events.inc({ class: classOf(reason), reason, type }, count);
    if (classOf(reason) === 'rejected') metrics.eventsRejected.inc({ reason, via }, count);
  },
});

/** Batches that fail are counted here: whoever sent them sends them again. */
const measuredIngest = ({ metrics: { metrics } }: AppContext, port: IngestPort): IngestPort => ({
  ingest: (messages, signal) =>
    timed(
      () => port.ingest(messages, signal),
      ({ seconds, outcome, error }) => {
        metrics.ingestBatchSeconds.observe({}, seconds);
        if (outcome === 'ok') return;
        const reason = error instanceof FarmhandError ? error.code : 'internal_error';
        metrics.eventsFailed.inc({ via: messages[0]?.position.via ?? 'http', reason });
      },
    ),
});

const counted = ({ metrics }: AppContext, sink: 'topic' | 'list', port: DeadLetterPort): DeadLetterPort => ({
  keep: async (rejections) => {
    await port.keep(rejections);
    for (const { reason } of rejections) metrics.metrics.deadLetters.inc({ reason, sink });
  },
});
