import type { Config } from '../../config/schema/schema.ts';
import type { EventReason } from '../../core/reasons.ts';
import { createDryStore } from '../../intake/replay/dry-store.ts';
import {
  type DeadLetter,
  type DeadLetterBox,
  type RepeatCounter,
  replayOf,
} from '../../intake/wire/dead-letter.ts';
import type { Decoded } from '../../intake/wire/raw.ts';
import { createClient } from '../../integrations/kafka/client/client.ts';
import { readDeadLetters } from '../../integrations/kafka/dead-letters/read-dead-letters.ts';
import {
  createRepeats,
  createReplayMarks,
  readRedisDeadLetters,
} from '../../integrations/redis/alerts/dead-letters.ts';
import { silentLog } from '../../observability/log.ts';
import { openTaking } from './taking.ts';

/** What became of a letter that was read again. */
export interface Replayed {
  /** Events by what they did; `duplicate_id` for those that were on record. */
  readonly outcomes: ReadonlyMap<EventReason, number>;
  /** What still cannot be read; empty when all could. */
  readonly rejected: readonly { readonly reason: string; readonly detail: string }[];
}

/** Dead letters for people at a command line, beside a farmhand that runs or not. */
export interface KeptDeadLetters extends DeadLetterBox {
  /** Reads the letter again and puts on record what can be read now. Twice is as good as once. `dry`: only says what it would do. */
  replay(letter: DeadLetter, how?: { readonly dry?: boolean }): Promise<Replayed>;
}

/** A letter of a Kafka topic is looked for among so many of each partition. */
const lookedAt = 100_000;

/** @throws FarmhandError when Redis does not answer; then nothing was changed. */
export const openDeadLetters = async (config: Config, now: () => number): Promise<KeptDeadLetters> => {
  const { kafka } = config;
  const taking = await openTaking(config, now);
  const { redis, store } = taking;
  const marks = createReplayMarks(redis, store.keys, { kept: config.dead_letters.remember_replays, now });
  const repeats = createRepeats(redis, store.keys);
  const inRedis = readRedisDeadLetters(redis, store.keys, marks);
  const inKafka = async (limit: number): Promise<readonly DeadLetter[]> => {
    if (kafka === undefined) return [];
    const client = await createClient(kafka, { log: silentLog });
    const letters = await readDeadLetters(client, kafka.dead_letter_topic, limit, config.installation.name);
    return Promise.all(letters.slice(0, limit).map(marks.on));
  };
  const topic = kafka?.dead_letter_topic;
  return {
    place: topic === undefined ? 'the list of dead letters in Redis' : `the topic ${topic}`,
    // What was kept before Kafka came is in the list still.
    list: async (limit) => {
      const all = [...(await inKafka(limit)), ...(await inRedis.list(limit))];
      return withTimes(all.sort((a, b) => b.at - a.at).slice(0, limit), repeats);
    },
    get: async (id) => {
      const letter = /^\d+-\d+$/.test(id)
        ? (await inKafka(lookedAt)).find((each) => each.id === id)
        : await inRedis.get(id);
      return letter && (await withTimes([letter], repeats))[0];
    },
    markReplayed: marks.mark,
    replay: async (letter, { dry = false } = {}) => {
      const outcomes = new Map<EventReason, number>();
      let rejected: Decoded['rejections'] = [];
      const ingest = taking.ingest(
        {
          decode: (message) => {
            const read = taking.decode(message);
            // It is kept already.
            rejected = read.rejections;
            return { ...read, rejections: [] };
          },
          deadLetters: { keep: async () => {} },
          onOutcome: ({ reason, count }) => outcomes.set(reason, (outcomes.get(reason) ?? 0) + count),
        },
        dry ? createDryStore(store.alerts) : store.alerts,
      );
      await ingest.ingest([replayOf(letter)]);
      if (rejected.length === 0 && !dry) await marks.mark(letter.id, now());
      return { outcomes, rejected };
    },
    [Symbol.asyncDispose]: async () => taking[Symbol.dispose](),
  };
};

/** Letters with how often their content came, where that is still known. */
const withTimes = async (
  letters: readonly DeadLetter[],
  repeats: RepeatCounter,
): Promise<readonly DeadLetter[]> => {
  const contents = letters.flatMap(({ content }) => content ?? []);
  const counts = contents.length === 0 ? [] : await repeats.counted(contents);
  const times = new Map(contents.map((content, at) => [content, counts[at] ?? 0]));
  return letters.map((letter) => {
    const known = letter.content === undefined ? 0 : (times.get(letter.content) ?? 0);
    return known > 0 ? { ...letter, times: known } : letter;
  });
};
