import type { Redis } from 'ioredis';
import type { Config } from '../../config/schema/schema.ts';
import { FarmhandError, StoreUnavailable } from '../../core/errors.ts';
import { createIngest, type IngestDeps, type IntakeStore } from '../../intake/ingest.ts';
import { decodeMessage } from '../../intake/parse/decode.ts';
import { clusterRules } from '../../intake/parse/identity.ts';
import type { Decoded, IngestPort, RawMessage } from '../../intake/wire/raw.ts';
import { createRecordStore, type RecordStore } from '../../integrations/redis/record-store.ts';
import { createReader } from '../../integrations/redis/shared/reader.ts';
import { createRecoveryStore } from '../../integrations/redis/shared/recovery-store.ts';
import type { MarksFound } from '../../recovery/mark.ts';
import type { Recovery } from '../../recovery/recovery.ts';
import type { Fence } from '../../recovery/watch.ts';
import { createRouteTable } from '../../routes/table.ts';
import { connectOnce, forAPerson } from '../records/connect-once.ts';

/** Records that a command line may write to, beside a farmhand that runs or not. */
export interface Taking extends Disposable {
  readonly redis: Redis;
  readonly store: RecordStore;
  /** What the store said of itself when it was opened; only that one is written to. */
  readonly found: MarksFound & { readonly recovery?: Recovery };
  /** A write met another store than that: records are gone meanwhile. */
  lost(): boolean;
  /** What a message says, whichever way it came in. */
  decode(message: RawMessage): Decoded;
  /** Takes messages in as `serve` does; `over` says what is different. */
  ingest(over: Pick<IngestDeps, 'decode' | 'deadLetters' | 'onOutcome'>, store?: IntakeStore): IngestPort;
}

/** Who works on a store says so every 5 s. */
export const workedWithin = 15_000;

/**
 * Why nothing may be put on record there: farmhand tells a store that lost its records by a mark, and one that somebody
 * else filled first would look whole. Undefined: it may.
 */
export const untouchable = ({ mark, importing }: MarksFound): string | undefined => {
  if (importing) {
    return 'records are being imported into this Redis, or an import was broken off: let it end (farmhand import --replace), then say this again';
  }
  if (mark === undefined) {
    return 'no farmhand has worked on this Redis behind this redis.prefix, or all records are lost: start farmhand first. It finds out which, and goes on in the threads that are there; then say this again';
  }
  return undefined;
};

/** @throws FarmhandError when Redis does not answer; then nothing was changed. */
export const openTaking = async (config: Config, now: () => number): Promise<Taking> => {
  const redis = await connectOnce(config);
  let known: Fence | undefined;
  let lost = false;
  const store = createRecordStore({
    redis,
    prefix: config.redis.prefix,
    retention: { alert: config.alerts.retention, event: config.alerts.event_retention },
    commandTimeout: forAPerson(config.redis.command_timeout),
    waitReplicas: config.redis.wait_replicas,
    rates: () => ({ post: { perSecond: 1, burst: 1 }, update: { perSecond: 1, burst: 1 } }),
    now,
    watch: {
      // One that is another by now, or an older copy of itself, is left as it is.
      fence: () => {
        if (known !== undefined) return known;
        throw new StoreUnavailable(
          'It is not known whether the records in Redis are whole; nothing was changed.',
        );
      },
      wrote: (epoch, count) => {
        if (known?.epoch === epoch && count > known.count) known = { epoch, count };
      },
      suspect: () => {
        lost = true;
      },
      epoch: () => known?.epoch,
    },
    // A farmhand that runs finds it with its next look, within ten seconds.
    onMarked: () => {},
    onDue: () => {},
  });
  await store.measureSkew();
  const recovery = createRecoveryStore(
    redis,
    store.keys,
    createReader(() => {}),
  );
  const clusters = clusterRules(config);
  const maxBytes = Math.max(config.kafka?.max_message_bytes ?? 0, config.http.max_body_bytes);
  const found = await recovery.look();
  if (found.mark) known = { epoch: found.mark.epoch, count: found.mark.count };
  return {
    redis,
    store,
    found,
    lost: () => lost,
    decode: (message) => decodeMessage(message, { tiers: config.tiers, clusters, maxBytes, now: now() }),
    ingest: (over, into = store.alerts) => {
      const ingest = createIngest({
        ...over,
        store: into,
        routes: () => createRouteTable(config),
        policy: () => ({
          refireWindow: config.alerts.refire_window,
          staleGrace: config.alerts.stale_grace,
          clusterOf: clusters.clusterOf,
        }),
      });
      return {
        ingest: async (messages, signal) => {
          const why = untouchable(found);
          if (why !== undefined) throw new FarmhandError('store_untouchable', `Nothing was changed: ${why}.`);
          return ingest.ingest(messages, signal);
        },
      };
    },
    [Symbol.dispose]: () => redis.disconnect(),
  };
};
