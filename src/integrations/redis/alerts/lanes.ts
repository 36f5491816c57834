import type { Redis, Result } from 'ioredis';
import type { ChannelQueue, ChannelQueues } from '../../../alerts/channel/channel-queue.ts';
import { foldableClass } from '../../../alerts/channel/queue-position.ts';
import { seriesFingerprint } from '../../../alerts/model/open.ts';
import { guardedClient } from '../shared/client.ts';
import type { Keys } from '../shared/keys.ts';

/**
 * KEYS: lane, its threads. ARGV: now, posts, updates. What was parked comes back to where it stood: a post to its turn,
 * anything else to the head of the updates. Also moves the lane's clock on, so that late-comers start level.
 */
const peekScript = `
local lane, now = KEYS[1], ARGV[1]
local ripe = redis.call('ZRANGEBYSCORE', lane .. ':w', '-inf', now, 'LIMIT', 0, 500)
for _, id in ipairs(ripe) do
  redis.call('ZREM', lane .. ':w', id)
  local turn = redis.call('HGET', lane .. ':turns', id)
  if turn then
    redis.call('HDEL', lane .. ':turns', id)
    redis.call('ZADD', lane .. ':p', turn, id)
  else
    redis.call('ZADD', lane .. ':u', 'NX', 1e13, id)
  end
end
local u = redis.call('ZRANGE', lane .. ':u', 0, ARGV[3] - 1, 'WITHSCORES')
local p = redis.call('ZRANGE', lane .. ':p', 0, ARGV[2] - 1)
local head = redis.call('ZRANGE', lane .. ':p', 0, 0, 'WITHSCORES')
if head[2] then
  local class = math.floor(tonumber(head[2]) / 1e13)
  redis.call('HSET', lane .. ':vt', class, tonumber(head[2]) - class * 1e13)
end
local wake = redis.call('ZRANGE', lane .. ':w', 0, 0, 'WITHSCORES')
local digest = redis.call('EXISTS', lane .. ':digest')
return {u, p, redis.call('ZCARD', lane .. ':p'), wake[2] or false, digest, redis.call('HLEN', KEYS[2])}
`;

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
    if not ripe then
      local wake = redis.call('ZRANGE', lane .. ':w', 0, 0, 'WITHSCORES')
      ripe = wake[2] and tonumber(wake[2]) <= tonumber(ARGV[2])
    end
    if ripe then found[#found + 1] = channel end
  end
end
return found
`;

declare module 'ioredis' {
  interface RedisCommander<Context> {
    farmhandPeek(
      lane: string,
      threads: string,
      now: number,
      posts: number,
      updates: number,
    ): Result<[string[], string[], number, string | null, number, number], Context>;
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

/** The lanes of all channels, in Redis. */
export const createLanes = (redis: Redis, keys: Keys, now: () => number): ChannelQueues => {
  redis.defineCommand('farmhandPeek', { numberOfKeys: 2, lua: peekScript });
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

  return {
    peek: async (channel, now, counts): Promise<ChannelQueue> => {
      const answer = await guardedClient('lane', () =>
        redis.farmhandPeek(keys.lane(channel), keys.threads(channel), now, counts.posts, counts.updates),
      );
      const [scored, posts, waiting, wake, digest, threads] = answer;
      const updates = scored.filter((_, i) => i % 2 === 0);
      const urgent = new Set(updates.filter((_, i) => Number(scored[2 * i + 1]) < 1e13));
      const view = { updates, urgent, posts, waiting, threads, hasDigest: digest === 1 };
      return wake === null ? view : { ...view, wakeAt: Number(wake) };
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
    unmark: async (channel) => {
      await guardedClient('mark', () => redis.srem(keys.marks, channel));
    },
    marked: async (channel) =>
      (await guardedClient('mark', () => redis.sismember(keys.marks, channel))) === 1,
    busy: async () => {
      const channels = await guardedClient('lanes', () => redis.smembers(keys.lanes));
      const counts = await Promise.all(
        channels.map((channel) => {
          const lane = keys.lane(channel);
          return guardedClient('lanes', () =>
            redis.exists(`${lane}:p`, `${lane}:u`, `${lane}:w`, `${lane}:digest`),
          );
        }),
      );
      return channels.filter((_, i) => (counts[i] ?? 0) > 0);
    },
  };
};
