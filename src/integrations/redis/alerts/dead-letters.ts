import type { Redis, Result } from 'ioredis';
import type { DeadLetter, DeadLetterLimits, RepeatCounter } from '../../../intake/wire/dead-letter.ts';
import type { DeadLetterPort } from '../../../intake/wire/raw.ts';
import { guardedClient } from '../shared/client.ts';
import type { Keys } from '../shared/keys.ts';
import { decodeLetter, encodeLetter } from './dead-letter-format.ts';

/**
 * Puts lines on the list and drops the oldest until it is within its bounds; the newest always stays.
 * KEYS: list, its size in bytes. ARGV: oldest time to keep (ms), bytes, count, lines. Answers how many were dropped.
 */
const keepScript = `
local list, size = KEYS[1], KEYS[2]
local oldest, bytes, count = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local held = tonumber(redis.call('GET', size))
if not held then
  held = 0
  local length = redis.call('LLEN', list)
  for from = 0, length - 1, 100 do
    for _, line in ipairs(redis.call('LRANGE', list, from, from + 99)) do held = held + #line end
  end
end
for i = 4, #ARGV do
  redis.call('LPUSH', list, ARGV[i])
  held = held + #ARGV[i]
end
local length, dropped = redis.call('LLEN', list), 0
while length > 1 do
  local last = redis.call('LINDEX', list, -1)
  local at = tonumber(string.match(last, '"at":(%d+)')) or 0
  if length <= count and held <= bytes and at >= oldest then break end
  redis.call('RPOP', list)
  held = held - #last
  length = length - 1
  dropped = dropped + 1
end
redis.call('SET', size, held)
return dropped
`;

declare module 'ioredis' {
  interface RedisCommander<Context> {
    farmhandDeadLetters(list: string, size: string, ...args: string[]): Result<number, Context>;
  }
}

export interface RedisDeadLettersOptions {
  readonly limits: () => DeadLetterLimits;
  readonly now: () => number;
  /** Told how many were dropped because the list is full, or because they are too old. */
  readonly onDropped?: (count: number) => void;
}

/** Keeps what could not be read in a list, newest first, for those without Kafka; bounded by age, bytes and count. */
export const createRedisDeadLetters = (
  redis: Redis,
  keys: Keys,
  { limits, now, onDropped }: RedisDeadLettersOptions,
): DeadLetterPort => {
  redis.defineCommand('farmhandDeadLetters', { numberOfKeys: 2, lua: keepScript });
  return {
    keep: async (rejections) => {
      const { max_age, max_bytes, max_count } = limits();
      // One body never takes more than a quarter, base64 and all.
      const lines = rejections.map((rejection) => encodeLetter(rejection, Math.floor(max_bytes / 6)));
      const dropped = await guardedClient('dead letters', () =>
        redis.farmhandDeadLetters(
          keys.deadLetters,
          keys.deadLettersSize,
          String(now() - max_age),
          String(max_bytes),
          String(max_count),
          ...lines,
        ),
      );
      if (dropped > 0) onDropped?.(dropped);
    },
  };
};

/** Lines read at once: each may have a body of megabytes. */
const step = 20;

/** The same list, for people. */
export const readRedisDeadLetters = (redis: Redis, keys: Keys, replayed: ReplayMarks) => {
  async function* all(): AsyncGenerator<DeadLetter> {
    for (let from = 0; ; from += step) {
      const lines = await guardedClient('dead letters', () =>
        redis.lrange(keys.deadLetters, from, from + step - 1),
      );
      for (const line of lines) {
        const letter = decodeLetter(line);
        if (letter) yield replayed.on(letter);
      }
      if (lines.length < step) return;
    }
  }
  return {
    list: async (limit: number): Promise<readonly DeadLetter[]> => {
      const found: DeadLetter[] = [];
      for await (const letter of all()) {
        if (found.push(letter) >= limit) break;
      }
      return Promise.all(found);
    },
    get: async (id: string): Promise<DeadLetter | undefined> => {
      for await (const letter of all()) if (letter.id === id) return letter;
      return undefined;
    },
    markReplayed: replayed.mark,
  };
};

export interface ReplayMarks {
  on(letter: DeadLetter): Promise<DeadLetter>;
  mark(id: string, at: number): Promise<void>;
}

/** When letters were replayed. `kept`: how long that is known, ms; of a letter that is older nobody can tell. */
export const createReplayMarks = (
  redis: Redis,
  keys: Keys,
  { kept, now }: { readonly kept: number; readonly now: () => number },
): ReplayMarks => ({
  on: async (letter) => {
    const at = await guardedClient('dead letters', () => redis.zscore(keys.deadLettersReplayed, letter.id));
    if (at !== null) return { ...letter, replayedAt: Number(at) };
    return letter.at < now() - kept ? { ...letter, replaysForgotten: true } : letter;
  },
  mark: async (id, at) => {
    await guardedClient('dead letters', () => redis.zadd(keys.deadLettersReplayed, at, id));
    await guardedClient('dead letters', () =>
      redis.zremrangebyscore(keys.deadLettersReplayed, '-inf', at - kept),
    );
  },
});

/** A dead letter of the same content again after this, so that a fault that lasts is not forgotten; seconds. */
const remembered = 86_400;

/** Counts what could not be read, by its content, for a day from its first time. */
export const createRepeats = (redis: Redis, keys: Keys): RepeatCounter => ({
  counted: (contents) =>
    guardedClient('dead letters', async () => {
      const counts = await redis.mget(contents.map(keys.deadRepeat));
      return counts.map((count) => Number(count ?? 0));
    }),
  count: (contents) =>
    guardedClient('dead letters', async () => {
      const transaction = redis.multi();
      for (const key of contents.map(keys.deadRepeat)) {
        transaction.set(key, 0, 'EX', remembered, 'NX');
        transaction.incr(key);
      }
      await transaction.exec();
    }),
});
