import type { Redis, Result } from 'ioredis';
import type { PaceKind, Pacer } from '../../../delivery/pacer.ts';
import { guardedClient } from './client.ts';
import type { Keys } from './keys.ts';

/**
 * A function for scripts. Generic cell rate: one number a bucket, the time at which it would be empty again, so replicas
 * share one pace. Takes now (ms), interval (ms a call), burst, wanted; answers granted and the wait for the next, ms.
 */
export const takePaceScript = `
local function take_pace(bucket, now, interval, burst, wanted)
  local tat = math.max(tonumber(redis.call('GET', bucket) or 0), now)
  local granted = 0
  while granted < wanted and tat - now <= interval * (burst - 1) do
    tat = tat + interval
    granted = granted + 1
  end
  if granted > 0 then redis.call('SET', bucket, tat, 'PX', math.ceil(tat - now) + 1000) end
  return {granted, math.max(0, math.ceil(tat - interval * (burst - 1) - now))}
end
`;

/** KEYS: bucket. ARGV: now, interval, burst, wanted. */
const paceScript = `${takePaceScript}
return take_pace(KEYS[1], tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4]))
`;

/** KEYS: bucket. ARGV: now, ms, interval, burst. The bucket is empty until then, and never fuller than it was. */
const holdScript = `
local tat = tonumber(redis.call('GET', KEYS[1]) or 0)
local held = ARGV[1] + ARGV[2] + ARGV[3] * (ARGV[4] - 1)
if held > tat then redis.call('SET', KEYS[1], held, 'PX', math.ceil(held - ARGV[1]) + 1000) end
return 1
`;

declare module 'ioredis' {
  interface RedisCommander<Context> {
    farmhandPace(
      bucket: string,
      now: number,
      interval: number,
      burst: number,
      wanted: number,
    ): Result<[number, number], Context>;
    farmhandHold(
      bucket: string,
      now: number,
      ms: number,
      interval: number,
      burst: number,
    ): Result<number, Context>;
  }
}

export interface Rate {
  readonly perSecond: number;
  readonly burst: number;
}

/** ms from one call to the next */
export const intervalOf = ({ perSecond }: Rate): number => 1000 / perSecond;

/** Pacing shared by all replicas. Posts are paced a channel, updates over the whole workspace, as Slack does. */
export const createPacer = (
  redis: Redis,
  keys: Keys,
  rates: () => Readonly<Record<PaceKind, Rate>>,
  now: () => number,
): Pacer => {
  redis.defineCommand('farmhandPace', { numberOfKeys: 1, lua: paceScript });
  redis.defineCommand('farmhandHold', { numberOfKeys: 1, lua: holdScript });
  const bucket = (kind: PaceKind, channel: string) =>
    kind === 'post' ? keys.pace(channel) : keys.pace(kind);
  return {
    take: async (kind, channel, count) => {
      const rate = rates()[kind];
      const [granted, waitMs] = await guardedClient('pace', () =>
        redis.farmhandPace(bucket(kind, channel), now(), intervalOf(rate), rate.burst, count),
      );
      return { granted, waitMs };
    },
    hold: async (kind, channel, ms) => {
      const rate = rates()[kind];
      await guardedClient('pace', () =>
        redis.farmhandHold(bucket(kind, channel), now(), ms, intervalOf(rate), rate.burst),
      );
    },
  };
};
