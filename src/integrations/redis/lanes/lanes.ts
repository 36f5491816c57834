import type { Redis, Result } from 'ioredis';
import type { ChannelQueues } from '../../../alerts/channel/channel-queue.ts';
import { foldableClass } from '../../../alerts/channel/queue-position.ts';
import { seriesFingerprint } from '../../../alerts/model/open.ts';
import type { LookRequest, Looks } from '../alerts/looks.ts';
import { guardedClient } from '../shared/client.ts';
import type { Keys } from '../shared/keys.ts';
import { giveBackScript, type LookAnswer, lookScript } from '../shared/look-script.ts';
import { intervalOf, type Rate } from '../shared/pacer.ts';

/** KEYS: lane, series key, archive key. ARGV: id, version or empty (there is no record) or * (any), until or empty. */
const leaveScript = `
local lane, id = KEYS[1], ARGV[1]
local function start(key, last)
  if redis.call('TYPE', key).ok ~= 'string' then return '' end
  return redis.call('GETRANGE', key, 0, last)
end
local function version(key) return string.match(start(key, 15), '^(%d+)|') end
if ARGV[2] == '' then
  -- Nobody could read it. The series may hold a later alert, which is not this one; what else is there is its record.
  if redis.call('EXISTS', KEYS[3]) == 1 then return 0 end
  if redis.call('EXISTS', KEYS[2]) == 1 then
    local other = string.match(start(KEYS[2], 200), '^%d+|%d+|%w+|%w+|%["([^"]+)"')
    local same = other and string.match(other, '^[^-]*') == string.match(id, '^[^-]*')
    if not same or other == id then return 0 end
  end
elseif ARGV[2] ~= '*' then
  -- The series may hold a later alert, with versions of its own: the archive tells first.
  if (version(KEYS[3]) or version(KEYS[2])) ~= ARGV[2] then return 0 end
end
local turn = redis.call('ZSCORE', lane .. ':p', id)
redis.call('ZREM', lane .. ':u', id)
redis.call('ZREM', lane .. ':p', id)
redis.call('ZREM', lane .. ':w', id)
redis.call('HDEL', lane .. ':turns', id)
if ARGV[3] ~= '' then
  redis.call('ZADD', lane .. ':w', ARGV[3], id)
  if turn then redis.call('HSET', lane .. ':turns', id, turn) end
end
return 1
`;

/** KEYS: the set of lanes. ARGV: what their keys begin with, now. Answers the channels with something ripe and no lease. */
const orphansScript = `
local found = {}
for _, channel in ipairs(redis.call('SMEMBERS', KEYS[1])) do
  local lane = ARGV[1] .. channel
  if redis.call('EXISTS', lane .. ':lease') == 0 then
    local ripe = redis.call('EXISTS', lane .. ':p', lane .. ':u') > 0
    for _, queue in ipairs({':w', ':g'}) do
      local wake = redis.call('ZRANGE', lane .. queue, 0, 0, 'WITHSCORES')
      ripe = ripe or (wake[2] and tonumber(wake[2]) <= tonumber(ARGV[2]))
    end
    if ripe then found[#found + 1] = channel end
  end
end
return found
`;

declare module 'ioredis' {
  interface RedisCommander<Context> {
    farmhandLook(...keysAndArgs: (string | number)[]): Result<LookAnswer, Context>;
    farmhandGiveBack(bucket: string, was: string, interval: number, count: number): Result<number, Context>;
    farmhandLeave(
      lane: string,
      series: string,
      archive: string,
      id: string,
      version: string,
      until: string,
    ): Result<number, Context>;
    farmhandOrphans(lanes: string, prefix: string, now: number): Result<string[], Context>;
  }
}

export interface LanesDeps {
  readonly redis: Redis;
  readonly keys: Keys;
  /** The pace of posts. */
  readonly rate: () => Rate;
  readonly looks: Looks;
  readonly now: () => number;
}

/** The lanes of all channels, in Redis. */
export const createLanes = ({ redis, keys, rate, looks, now }: LanesDeps): ChannelQueues => {
  redis.defineCommand('farmhandLook', { numberOfKeys: 5, lua: lookScript });
  redis.defineCommand('farmhandGiveBack', { numberOfKeys: 1, lua: giveBackScript });
  redis.defineCommand('farmhandLeave', { numberOfKeys: 3, lua: leaveScript });
  redis.defineCommand('farmhandOrphans', { numberOfKeys: 1, lua: orphansScript });

  const leave = async (channel: string, id: string, version: string, until: string): Promise<boolean> => {
    const series = keys.full(keys.series(seriesFingerprint(id)));
    const archive = keys.full(keys.archive(id));
    const left = await guardedClient('lane', () =>
      redis.farmhandLeave(keys.lane(channel), series, archive, id, version, until),
    );
    return left === 1;
  };

  const look = (request: LookRequest): Promise<LookAnswer> => {
    const { keys: named, args } = looks.ask(request);
    return guardedClient('lane', () => redis.farmhandLook(...named, ...args));
  };

  return {
    peek: async (channel, at, wants) => {
      const answer = await look({ channel, now: at, wants });
      if (typeof answer === 'number') throw new Error('a look without a lease was refused');
      return looks.viewOf(answer);
    },
    open: async (channel, at, wants, lease) => looks.openedOf(await look({ channel, now: at, wants, lease })),
    giveBack: async (channel, { bucket }, count) => {
      await guardedClient('pace', () =>
        redis.farmhandGiveBack(keys.pace(channel), bucket, intervalOf(rate()), count),
      );
    },
    park: async (channel, id, version, until) => {
      await leave(channel, id, String(version), String(until));
    },
    settle: (channel, id, version) => leave(channel, id, String(version ?? ''), ''),
    putAside: async (channel, id, until) => {
      await leave(channel, id, '*', String(until));
    },
    foldable: (channel, count) =>
      guardedClient('lane', () =>
        redis.zrangebyscore(`${keys.lane(channel)}:p`, foldableClass * 1e13, '+inf', 'LIMIT', 0, count),
      ),
    waiting: (channel, count) =>
      guardedClient('lane', () => redis.zrange(`${keys.lane(channel)}:p`, 0, String(count - 1))),
    orphans: () => guardedClient('lanes', () => redis.farmhandOrphans(keys.lanes, keys.lane(''), now())),
    mark: async (channel) => (await guardedClient('mark', () => redis.sadd(keys.marks, channel))) === 1,
    marked: async (channel) =>
      (await guardedClient('mark', () => redis.sismember(keys.marks, channel))) === 1,
    busy: async () => {
      const channels = await guardedClient('lanes', () => redis.smembers(keys.lanes));
      const counts = await Promise.all(
        channels.map((channel) => {
          const lane = keys.lane(channel);
          return guardedClient('lanes', () =>
            redis.exists(`${lane}:p`, `${lane}:u`, `${lane}:w`, `${lane}:g`, `${lane}:digest`),
          );
        }),
      );
      return channels.filter((_, i) => (counts[i] ?? 0) > 0);
    },
  };
};
