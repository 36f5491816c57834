import { setTimeout as sleep } from 'node:timers/promises';
import type { Config } from '../../config/schema/schema.ts';
import { FarmhandError } from '../../core/errors.ts';
import { keyOf } from '../../intake/archive/object-name.ts';
import { packObject } from '../../intake/archive/records.ts';
import { openTlsHttp } from '../../integrations/http-client/tls-files.ts';
import {
  type ArchiveWriter,
  createArchiveBatches,
} from '../../integrations/kafka/archive/archive-batches.ts';
import { createKafkaReader, type KafkaConsumer } from '../../integrations/kafka/consumer/consumer.ts';
import type { KafkaObserver } from '../../integrations/kafka/health/observer.ts';
import { createKeyRing, keysOfAws } from '../../integrations/s3/credentials.ts';
import { createObjectStore, type ObjectStore } from '../../integrations/s3/object-store.ts';
import type { Log } from '../../observability/log.ts';
import type { Metrics } from '../../observability/metrics.ts';

/** The bucket of the config, for writing and for reading. */
export const openBucket = (
  archive: NonNullable<Config['archive']>,
  now: () => number,
): ObjectStore & AsyncDisposable => {
  const http = openTlsHttp(archive.tls ?? {}, { proxyFromEnv: true, now });
  const { access_key_id: id, secret_access_key: secret, region } = archive;
  const own = id && secret && { accessKeyId: id.reveal(), secretAccessKey: secret.reveal() };
  const credentials = own ? async () => own : createKeyRing(() => keysOfAws(region), now);
  return {
    ...createObjectStore(archive, { http, credentials, now }),
    [Symbol.asyncDispose]: () => http[Symbol.asyncDispose](),
  };
};

/** The group that reads for the archive: nothing that happens to it holds up the intake. */
export const archiveGroup = (groupId: string): string => `${groupId}-archive`;

export interface ArchiveDeps {
  readonly config: Config;
  readonly installation?: string | undefined;
  readonly metrics: Pick<
    Metrics,
    | 'archiveObjects'
    | 'archiveBytes'
    | 'archiveFailures'
    | 'archiveLag'
    | 'archiveWaitingSeconds'
    | 'archiveGaps'
  >;
  readonly log: Log;
  readonly now: () => number;
  /** Default: the one of the config. */
  readonly bucket?: ObjectStore & AsyncDisposable;
}

/** What stops for good is begun again after this; ms. */
const again = 60_000;
/** How long a stop waits for what is under way; ms. */
const stopWithin = 4_000;

/**
 * Keeps what comes in from Kafka in the bucket, until it is disposed of. It begins with the earliest that Kafka has. It
 * never stops the process: whatever fails is said, and tried again.
 */
export const startArchive = (deps: ArchiveDeps): AsyncDisposable => {
  const { config, metrics, log, now } = deps;
  const { kafka, archive } = config;
  if (!kafka || !archive) return { [Symbol.asyncDispose]: async () => {} };
  const bucket = deps.bucket ?? openBucket(archive, now);
  const stopped = new AbortController();
  let reader: KafkaConsumer | undefined;

  const writer = writerInto(bucket, deps);
  const begin = (): void => {
    const failed = (error: unknown): void => {
      log.error(
        { error, group: archiveGroup(kafka.group_id) },
        'The archive does not read from Kafka; it tries again',
      );
      metrics.archiveFailures.inc({ reason: 'kafka' });
      void reader?.stop(stopWithin);
      void sleep(again, undefined, { signal: stopped.signal, ref: false }).then(begin, () => undefined);
    };
    reader = createKafkaReader(
      { ...kafka, group_id: archiveGroup(kafka.group_id), client_id: `${kafka.client_id}-archive` },
      { log, observer: observerOf(metrics), onFatal: failed, now, installation: deps.installation },
      (parts) => createArchiveBatches(parts, { bytes: archive.max_bytes, age: archive.max_age }, writer, log),
    );
    void reader.start();
  };
  begin();
  return {
    [Symbol.asyncDispose]: async () => {
      stopped.abort();
      if (reader && !(await reader.stop(stopWithin))) {
        log.warn({}, 'The archive did not stop in time; what was not written is read again');
      }
      await bucket[Symbol.asyncDispose]();
    },
  };
};

const writerInto = (bucket: ObjectStore, { metrics, log, now }: ArchiveDeps): ArchiveWriter => ({
  write: async (range, lines) => {
    const body = await packObject(range, lines);
    const outcome = await bucket.put(keyOf(range), body);
    metrics.archiveObjects.inc({ outcome });
    if (outcome === 'stored') metrics.archiveBytes.inc({}, body.length);
  },
  onFailed: ({ topic, partition, from }, error) => {
    metrics.archiveFailures.inc({ reason: error instanceof FarmhandError ? error.code : 'internal_error' });
    log.warn(
      { error, topic, partition, from },
      'An object of the archive could not be written; it is tried again',
    );
  },
  onWaiting: (since) =>
    metrics.archiveWaitingSeconds.set({}, since === undefined ? 0 : Math.max(0, now() - since) / 1_000),
});

const observerOf = (metrics: ArchiveDeps['metrics']): KafkaObserver => ({
  lag: (topic, partition, records) =>
    metrics.archiveLag.set({ topic, partition: String(partition) }, records),
  joined: () => metrics.archiveLag.reset(),
  connected: () => undefined,
  changed: () => undefined,
  held: () => undefined,
  shared: () => undefined,
  gap: ({ topic }) => metrics.archiveGaps.inc({ topic }),
});
