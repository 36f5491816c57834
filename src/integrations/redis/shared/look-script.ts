import { takeLeaseScript } from './leases.ts';
import { takePaceScript } from './pacer.ts';

/**
 * A function for scripts: one look at a lane, with all that a pass needs to begin. Each of it alone would be a round trip
 * to Redis.
 *
 * KEYS: lane, its threads, marks, lease, bucket of its posts. ARGV: now (ms), posts, updates, channel, what keys of live
 * records begin with, posts that may go (at most), interval (ms), burst, owner of the lease or nothing, ms of the lease.
 *
 * With an owner the lease is taken first, and nothing else is done where it is somebody else's: answers how long it lasts.
 * Then the mark is taken off, before anything is looked at. What was parked comes back to where it stood: a post to its
 * turn, anything else to the head of the updates. Also moves the lane's clock on, so that late-comers start level.
 * Answers the heads, what else there is to know, their records as far as they are live, and what the pace granted.
 */
export const lookFunction = `${takeLeaseScript}${takePaceScript}
local function look(KEYS, ARGV)
local lane, now = KEYS[1], ARGV[1]
if ARGV[9] ~= '' then
  local taken = take_lease(KEYS[4], ARGV[9], ARGV[10])
  if taken ~= 0 then return taken end
  redis.call('SREM', KEYS[3], ARGV[4])
end
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
local p = redis.call('ZRANGE', lane .. ':p', 0, ARGV[2] - 1, 'WITHSCORES')
if p[2] then
  local class = math.floor(tonumber(p[2]) / 1e13)
  redis.call('HSET', lane .. ':vt', class, tonumber(p[2]) - class * 1e13)
end
local ids, keys = {}, {}
for _, heads in ipairs({u, p}) do
  for i = 1, #heads, 2 do
    ids[#ids + 1] = heads[i]
    keys[#keys + 1] = ARGV[5] .. string.sub(heads[i], 1, 16)
  end
end
local records = #keys > 0 and redis.call('MGET', unpack(keys)) or {}
local wake = redis.call('ZRANGE', lane .. ':w', 0, 0, 'WITHSCORES')
local groups = redis.call('ZRANGE', lane .. ':g', 0, 0, 'WITHSCORES')
local digest = redis.call('EXISTS', lane .. ':digest')
-- The message of a digest goes before those of single alerts.
local asked = digest == 1 and 0 or math.min(tonumber(ARGV[6]), #p / 2)
local pace, bucket = {0, 0}, ''
if asked > 0 then
  pace = take_pace(KEYS[5], tonumber(now), tonumber(ARGV[7]), tonumber(ARGV[8]), asked)
  if pace[1] > 0 then bucket = redis.call('GET', KEYS[5]) end
end
return {
  u, p, redis.call('ZCARD', lane .. ':p'), wake[2] or false, digest,
  redis.call('HLEN', KEYS[2]), ids, records, asked, pace[1], pace[2], bucket, groups[2] or false
}
end
`;

export const lookScript = `${lookFunction}
return look(KEYS, ARGV)
`;

/** What the script answers: how long somebody else's lease lasts, ms, or what it saw. */
export type LookAnswer =
  | number
  | readonly [
      updates: readonly string[],
      posts: readonly string[],
      waiting: number,
      wakeAt: string | null,
      digest: number,
      threads: number,
      ids: readonly string[],
      records: readonly (string | null)[],
      asked: number,
      granted: number,
      waitMs: number,
      bucket: string,
      groupsAt: string | null,
    ];

/**
 * Calls that were granted and are not made: the next ones need not wait for them. KEYS: bucket. ARGV: what it was after
 * the grant, interval, how many. Does nothing when somebody has taken or held it since.
 */
export const giveBackScript = `
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], tonumber(ARGV[1]) - tonumber(ARGV[2]) * tonumber(ARGV[3]), 'KEEPTTL')
return 1
`;
