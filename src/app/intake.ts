import type { InstanceLinks } from '../alerts/instance-link.ts';
import { FarmhandError } from '../errors.ts';
import { rejectedRecord } from '../intake/batch.ts';
import { decode } from '../intake/decode.ts';
import { createIngest, type IngestDeps } from '../intake/ingest.ts';
import type { DeadLetterPort, IngestPort } from '../intake/raw.ts';
import { clusterRules } from '../intake/scope.ts';
import { checkKafka } from '../integrations/kafka/check.ts';
import { createKafkaConsumer } from '../integrations/kafka/consumer.ts';
import { createKafkaDeadLetters } from '../integrations/kafka/dead-letters.ts';
import { metricsObserver } from '../integrations/kafka/observer.ts';
import { createRedisDeadLetters } from '../integrations/redis/dead-letters.ts';
import { classOf } from '../reasons.ts';
import { createBigBodies, isBig } from './big-bodies.ts';
import type { AppContext } from './context.ts';
import type { Records } from './records.ts';

/** From messages to durable records; the Kafka consumer is started by `consume`. */
export const openIntake = (
  context: AppContext,
  records: Records,
  links: () => InstanceLinks,
): { ingest: IngestPort; consume(): Promise<void> } => {
  const { log, health, metrics, stack } = context;
  const { kafka, http } = context.config();
  const deadLetters = counted(
    context,
    kafka ? 'topic' : 'list',
    kafka
      ? stack.use(createKafkaDeadLetters(kafka, { log }))
      : createRedisDeadLetters(records.redis, records.keys),
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
  const ingest = measured(context, {
    decode: (message) => {
      const via = message.position.via === 'kafka' ? kafka?.max_message_bytes : undefined;
      const maxBytes = via ?? http.max_body_bytes;
      const now = context.now();
      return isBig(message)
        ? bigBodies.decode(message, maxBytes, now)
        : decode(message, { tiers: context.config().tiers, clusters, maxBytes, now });
    },
    store: records.alerts,
    deadLetters,
    routes: context.routes,
    links,
    policy: () => {
      const { refire_window, stale_grace } = context.config().alerts;
      return { refireWindow: refire_window, staleGrace: stale_grace, clusterOf: clusters.clusterOf };
    },
    onOutcome: ({ type, tier, via, reason, count }) => {
      metrics.metrics.eventsReceived.inc({ type, tier, via }, count);
      metrics.metrics.events.inc({ class: classOf(reason), reason, type }, count);
      if (classOf(reason) === 'rejected') metrics.metrics.eventsRejected.inc({ reason, via }, count);
    },
  });

  return {
    ingest,
    consume: async () => {
      if (!kafka) return;
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
          ...metricsObserver(metrics.metrics),
          connected: (is) => {
            metrics.metrics.kafkaConnected.set({}, is ? 1 : 0);
            health.report('kafka', is ? 'up' : 'down');
          },
          held: (is) => {
            metrics.metrics.kafkaPaused.set({}, is ? 1 : 0);
            health.report(
              'kafka',
              is ? 'degraded' : 'up',
              is ? 'reading waits for the record store' : undefined,
            );
          },
        },
        onFatal: context.onFatal,
      });
      stack.defer(async () => {
        if (!(await consumer.stop(8_000))) log.warn({}, 'The Kafka consumer did not stop in time');
      });
      for (const { path, message } of await checkKafka(kafka, { log })) {
        log.warn({ path, problem: message }, 'Kafka lacks something that farmhand needs');
      }
      await consumer.start();
    },
  };
};

/** Batches that fail are counted here: whoever sent them sends them again. */
const measured = ({ metrics }: AppContext, deps: IngestDeps): IngestPort => {
  const port = createIngest(deps);
  const { eventsFailed, ingestBatchSeconds } = metrics.metrics;
  return {
    ingest: async (messages, signal) => {
      const started = performance.now();
      try {
        return await port.ingest(messages, signal);
      } catch (error) {
        const reason = error instanceof FarmhandError ? error.code : 'internal_error';
        eventsFailed.inc({ via: messages[0]?.position.via ?? 'http', reason });
        throw error;
      } finally {
        ingestBatchSeconds.observe({}, (performance.now() - started) / 1000);
      }
    },
  };
};

const counted = ({ metrics }: AppContext, sink: 'topic' | 'list', port: DeadLetterPort): DeadLetterPort => ({
  keep: async (rejections) => {
    await port.keep(rejections);
    for (const { reason } of rejections) metrics.metrics.deadLetters.inc({ reason, sink });
  },
});
