import { setTimeout as sleep } from 'node:timers/promises';
import type { Config } from '../../config/schema/schema.ts';
import { FarmhandError, messageOf } from '../../core/errors.ts';
import type { EventReason } from '../../core/reasons.ts';
import { utc } from '../../core/utc.ts';
import { rejectedRecord } from '../../intake/plan-batch.ts';
import { createDryStore, sparing } from '../../intake/replay/dry-store.ts';
import { doneWith, goOnAt, streamName } from '../../intake/replay/progress.ts';
import {
  knownTopics,
  type OffsetRange,
  planSpan,
  type SpanPlan,
  type WantedSpan,
} from '../../intake/replay/span.ts';
import { keepOnce } from '../../intake/wire/dead-letter.ts';
import type { DeadLetterPort } from '../../intake/wire/raw.ts';
import { createClient } from '../../integrations/kafka/client/client.ts';
import { blame } from '../../integrations/kafka/client/failures.ts';
import { createPoisonBisection } from '../../integrations/kafka/consumer/hand-over.ts';
import { createKafkaDeadLetters } from '../../integrations/kafka/dead-letters/dead-letters.ts';
import { readRanges } from '../../integrations/kafka/replay/read-ranges.ts';
import { spanFacts } from '../../integrations/kafka/replay/span-facts.ts';
import { createRedisDeadLetters, createRepeats } from '../../integrations/redis/alerts/dead-letters.ts';
import { createReplayProgress } from '../../integrations/redis/replay/replay-progress.ts';
import { silentLog } from '../../observability/log.ts';
import { retried } from '../shared/retried.ts';
import { archiveSource } from './archive-source.ts';
import type { ReplaySource } from './replay-source.ts';
import { openTaking, type Taking, untouchable, workedWithin } from './taking.ts';

/** What became of what was read again. */
export interface ReplayCounts {
  readonly messages: number;
  /** Events by what they did; `duplicate_id` and `duplicate_nonce` for those that were on record. */
  readonly outcomes: ReadonlyMap<EventReason, number>;
  /** Of what cannot be read: how many were known to be so, and how many are in the dead letters now. */
  readonly rejected: { readonly known: number; readonly kept: number };
  /** Messages from before what the store remembers: whether they were taken in cannot be known, and they were left. */
  readonly forgotten: { readonly count: number; readonly last?: string };
  /** Offsets in the middle that no message came from, and those of them that were removed while they were read. */
  readonly empty: number;
  readonly removed: readonly OffsetRange[];
}

export interface ReplayStanding extends ReplayCounts {
  /** Of each range, where the next message to take is. */
  readonly at: readonly (OffsetRange & { readonly next: string })[];
}

export interface ReplayRun {
  /** Nothing is written; it is said what would be. */
  readonly dry: boolean;
  /** Messages a second. */
  readonly rate: number;
  /** Also what an earlier replay has been through. */
  readonly again: boolean;
  readonly signal: AbortSignal;
  readonly onStanding: (standing: ReplayStanding) => void;
}

/** Events of a time that are read again, for people at a command line. */
export interface Replay extends AsyncDisposable {
  /** Why it must not be done now, or undefined. */
  readonly refused: string | undefined;
  /** What came before this may be on record without being known any more; ms, and why. */
  readonly remembers: { readonly since: number; readonly why: string };
  plan(wanted: WantedSpan): Promise<SpanPlan>;
  run(ranges: readonly OffsetRange[], how: ReplayRun): Promise<ReplayCounts>;
}

/** So often a store that does not answer is asked again. */
const tries = 8;

/** @throws FarmhandError when Redis does not answer; then nothing was changed. */
export const openReplay = async (
  config: Config,
  now: () => number,
  from: 'kafka' | 'archive' = 'kafka',
): Promise<Replay> => {
  await using opening = new AsyncDisposableStack();
  const source = opening.use(await (from === 'archive' ? archiveSource : kafkaSource)(config, now));
  const taking = opening.use(await openTaking(config, now));
  const letters = opening.adopt(deadLettersOf(config, taking, now), (each) => each[Symbol.asyncDispose]());
  const all = opening.move();
  return {
    refused: refusal(taking, now()),
    remembers: remembersOf(config, taking, now()),
    plan: source.plan,
    run: (ranges, how) => runReplay({ config, taking, source, letters, now }, ranges, how),
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
};

const refusal = ({ found }: Taking, now: number): string | undefined => {
  const why = untouchable(found);
  if (why !== undefined) return why;
  if (now - (found.mark?.at ?? 0) > workedWithin) {
    return 'no farmhand works on this Redis: start it first. It sees whether records are missing, and finds the threads that are there in Slack, so that nothing is posted twice; then say this again';
  }
  if (found.recovery?.sure && found.recovery.phase === 'reading') {
    return 'records were lost, and farmhand reads the channels for the threads that are there: wait until it is through (farmhand_recovery_mode 0), then say this again';
  }
  return undefined;
};

const remembersOf = (config: Config, { found }: Taking, now: number): Replay['remembers'] => {
  const { recovery } = found;
  return recovery?.sure
    ? {
        since: recovery.from,
        why: `records were lost, and threads were looked for back to ${utc(recovery.from)} (alerts.recovery.look_back)`,
      }
    : {
        since: now - config.alerts.event_retention,
        why: `events are known since ${utc(now - config.alerts.event_retention)} only (alerts.event_retention)`,
      };
};

interface ReplayParts {
  readonly config: Config;
  readonly taking: Taking;
  readonly source: ReplaySource;
  readonly letters: DeadLetterPort;
  readonly now: () => number;
}

const runReplay = async (
  { config, taking, source, letters, now }: ReplayParts,
  ranges: readonly OffsetRange[],
  { dry, rate, again, signal, onStanding }: ReplayRun,
): Promise<ReplayCounts> => {
  const { store, redis } = taking;
  const { since } = remembersOf(config, taking, now());
  const saved = createReplayProgress(redis, store.keys);
  const before = dry || again ? new Map() : await saved.read();
  const nextOf = new Map(ranges.map((range) => [range, goOnAt(range, before.get(streamName(range)))]));
  const doneOf = new Map(ranges.map((range) => [range, before.get(streamName(range))]));
  const outcomes = new Map<EventReason, number>();
  const rejected = { known: 0, kept: 0 };
  const forgotten: { count: number; last?: string } = { count: 0 };
  let messages = 0;
  const keep: DeadLetterPort['keep'] = async (all) => {
    rejected.kept += all.length;
    if (!dry) await letters.keep(all);
  };
  const { ingest } = taking.ingest(
    {
      decode: async (message) => {
        const read = taking.decode(message);
        if (read.rejections.length === 0) return read;
        const ids = read.rejections.map((each) => rejectedRecord(each).id);
        const { known } = await store.alerts.look({ fingerprints: [], eventIds: ids, nonces: [] });
        const fresh = read.rejections.filter((_, i) => !known.has(ids[i] ?? ''));
        rejected.known += read.rejections.length - fresh.length;
        return { ...read, rejections: fresh };
      },
      deadLetters: { keep },
      onOutcome: ({ reason, count }) => outcomes.set(reason, (outcomes.get(reason) ?? 0) + count),
    },
    dry ? createDryStore(store.alerts) : sparing(store.alerts),
  );
  const take = createPoisonBisection({
    ingest: (each) => ingest(each, signal),
    isFault: (error) => !dry && blame(error) === 'message' && !(error instanceof FarmhandError),
    quarantine: (message, error) =>
      keep([{ reason: 'internal_error', detail: `farmhand failed on it: ${messageOf(error)}`, message }]),
  });
  const counts = (): Omit<ReplayCounts, 'empty' | 'removed'> => ({ messages, outcomes, rejected, forgotten });
  const pace = createPace(rate);

  const { empty, removed } = await source.read(
    ranges.flatMap((range) => {
      const from = nextOf.get(range) ?? range.from;
      return BigInt(from) < BigInt(range.to) ? [{ ...range, from }] : [];
    }),
    async (part, read, next) => {
      const old = read.filter((each) => (each.brokerTime ?? each.receivedAt) < since);
      const young = old.length === 0 ? read : read.filter((each) => !old.includes(each));
      if (young.length > 0) await untilTaken(() => take(young), { taking, signal });
      messages += read.length;
      forgotten.count += old.length;
      const last = old.at(-1)?.position;
      if (last?.via === 'kafka') forgotten.last = `${last.topic}/${last.partition}@${last.offset}`;
      const range = ranges.find((each) => streamName(each) === streamName(part) && each.to === part.to);
      if (range !== undefined) {
        nextOf.set(range, next);
        const done = doneWith(doneOf.get(range), part.from, next);
        doneOf.set(range, done);
        if (!dry) await untilTaken(() => saved.save(range, done), { taking, signal });
      }
      const at = ranges.map((each) => ({ ...each, next: nextOf.get(each) ?? each.from }));
      onStanding({ ...counts(), empty: 0, removed: [], at });
      await pace(read.length, signal);
    },
    signal,
  );
  return { ...counts(), empty, removed };
};

/** Again where the store did not answer, for about a minute; the caller is told after that. */
const untilTaken = async (
  what: () => Promise<void>,
  { taking, signal }: { readonly taking: Taking; readonly signal: AbortSignal },
): Promise<void> => {
  const sure = async (): Promise<void> => {
    try {
      await what();
    } catch (error) {
      if (!taking.lost()) throw error;
      throw new FarmhandError(
        'store_lost',
        'Redis lost records while they were read again, and what was taken in may be among them. Once farmhand has recovered (farmhand_recovery_mode 0), say the same again.',
        { cause: error },
      );
    }
  };
  await retried(sure, { tries, wait: { first: 500, most: 15_000 }, signal });
};

/** Waits so that no more than `rate` a second go through, over the whole of a run. */
const createPace = (rate: number) => {
  const began = performance.now();
  let through = 0;
  return async (count: number, signal: AbortSignal): Promise<void> => {
    through += count;
    const due = began + (through / rate) * 1_000;
    const wait = due - performance.now();
    if (wait > 0) await sleep(wait, undefined, { signal });
  };
};

/** What still cannot be read goes where `serve` puts it. */
const deadLettersOf = (
  config: Config,
  { redis, store }: Taking,
  now: () => number,
): DeadLetterPort & AsyncDisposable => {
  const { kafka } = config;
  const topic = kafka && createKafkaDeadLetters(kafka, { log: silentLog });
  const list = createRedisDeadLetters(redis, store.keys, {
    limits: () => config.dead_letters,
    now,
    onDropped: () => {},
  });
  const port = keepOnce(topic ?? list, createRepeats(redis, store.keys), () => {});
  return {
    keep: port.keep,
    [Symbol.asyncDispose]: async () => {
      await topic?.[Symbol.asyncDispose]();
    },
  };
};

const kafkaSource = async (config: Config, now: () => number): Promise<ReplaySource> => {
  const { kafka } = config;
  if (kafka === undefined) {
    throw new FarmhandError(
      'no_kafka',
      'The config has no section kafka, so there is nothing to read again there. Events over HTTP are sent again by their senders; what could not be read is in the dead letters (--dead-letters).',
    );
  }
  const client = await createClient(kafka, { log: silentLog });
  return {
    plan: async (wanted) => {
      const topics = knownTopics(wanted, kafka);
      return planSpan(wanted, await spanFacts(client, wanted, topics, now()));
    },
    read: async (ranges, take, signal) => {
      const jumps = await readRanges(client, ranges, { settings: kafka, take, signal, now });
      if (jumps.length === 0) return { empty: 0, removed: [] };
      const wanted = { by: 'offsets', ranges } as const;
      const facts = await spanFacts(client, wanted, [...new Set(ranges.map(({ topic }) => topic))], now());
      const lowOf = new Map(facts.map((each) => [streamName(each), BigInt(each.low)]));
      const removed = jumps.flatMap(({ range, from, to }) => {
        const low = lowOf.get(streamName(range)) ?? 0n;
        return BigInt(from) < low ? [{ ...range, from, to: low < BigInt(to) ? String(low) : to }] : [];
      });
      const empty = jumps.reduce((sum, { from, to }) => sum + Number(BigInt(to) - BigInt(from)), 0);
      return { empty, removed };
    },
    [Symbol.asyncDispose]: async () => {},
  };
};
