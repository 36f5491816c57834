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

/** Who shares the pace of updates, which Slack sets for the whole workspace. */
export interface UpdateShares {
  /** Each that has a part of its own. */
  readonly names: readonly string[];
  /** Which of them a channel is of. */
  of(channel: string): string;
}

/** Half of the pace in equal parts, which nobody else can use up, and half for whoever comes first. */
const partsOf = ({ perSecond, burst }: Rate, count: number): { readonly own: Rate; readonly all: Rate } => ({
  own: { perSecond: perSecond / 2 / count, burst: Math.max(1, Math.floor(burst / 2 / count)) },
  all: { perSecond: perSecond / 2, burst: Math.max(1, Math.floor(burst / 2)) },
});

/**
 * Pacing shared by all replicas. Posts are paced a channel, updates over the whole workspace, as Slack does. `shares`: whose
 * storm must not take all updates; undefined: nobody is told apart.
 */
export const createPacer = (
  redis: Redis,
  keys: Keys,
  rates: () => Readonly<Record<PaceKind, Rate>>,
  now: () => number,
  shares: () => UpdateShares | undefined = () => undefined,
): Pacer => {
  redis.defineCommand('farmhandPace', { numberOfKeys: 1, lua: paceScript });
  redis.defineCommand('farmhandHold', { numberOfKeys: 1, lua: holdScript });
  const bucket = (kind: PaceKind, channel: string) =>
    kind === 'post' ? keys.pace(channel) : keys.pace(kind);
  const partOf = (name: string) => keys.pace(`update ${name}`);
  const takeFrom = async (key: string, rate: Rate, count: number) => {
    const [granted, waitMs] = await guardedClient('pace', () =>
      redis.farmhandPace(key, now(), intervalOf(rate), rate.burst, count),
    );
    return { granted, waitMs };
  };
  const hold = (key: string, rate: Rate, ms: number) =>
    guardedClient('pace', () => redis.farmhandHold(key, now(), ms, intervalOf(rate), rate.burst));
  const sharing = (kind: PaceKind) => (kind === 'update' ? shares() : undefined);
  return {
    take: async (kind, channel, count) => {
      const rate = rates()[kind];
      const shared = sharing(kind);
      if (!shared) return takeFrom(bucket(kind, channel), rate, count);
      const { own, all } = partsOf(rate, shared.names.length);
      const first = await takeFrom(partOf(shared.of(channel)), own, count);
      if (first.granted === count) return first;
      const more = await takeFrom(bucket(kind, channel), all, count - first.granted);
      return { granted: first.granted + more.granted, waitMs: Math.min(first.waitMs, more.waitMs) };
    },
    hold: async (kind, channel, ms) => {
      const rate = rates()[kind];
      const shared = sharing(kind);
      if (!shared) {
        await hold(bucket(kind, channel), rate, ms);
        return;
      }
      // Slack said it to all.
      const { own, all } = partsOf(rate, shared.names.length);
      await Promise.all([
        hold(bucket(kind, channel), all, ms),
        ...shared.names.map((name) => hold(partOf(name), own, ms)),
      ]);
    },
  };
};
