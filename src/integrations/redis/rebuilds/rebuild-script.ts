import { cutJournalScript } from '../shared/journal-script.ts';
import { takeLeaseScript } from '../shared/leases.ts';

/**
 * `flying(environment)`: ids of what is in flight, of one environment or ('') of all. Where an older process wrote the
 * place its record says the environment; what nobody can read counts everywhere. `flying_of(tier)`: ids of those whose
 * instance is that tier's: the longest of all patterns that match it says so. Wants `call`, `p` and `flight`.
 */
const flyingLua = `
local function flying(environment)
  local ids = {}
  for _, place in ipairs(call('HVALS', flight)) do
    local id, of = string.match(place, '^([^|]*)|[^|]*|[^|]*|(.*)$')
    if not id then
      id, of = string.match(place, '^[^|]*'), environment
      local text = environment ~= '' and call('GET', p .. 'r:' .. id)
      local read, record = pcall(cjson.decode, text and string.match(text, '^%d+|(.*)$') or '')
      if read then of = record.plan.instance.environment or 'commercial' end
    end
    if environment == '' or of == environment then ids[#ids + 1] = id end
  end
  table.sort(ids)
  return ids
end
local function is_of(instance, tier)
  local longest, is = -1, tier.rest
  for i, patterns in ipairs({tier.own, tier.others}) do
    for _, pattern in ipairs(patterns) do
      local start = string.match(pattern, '^(.*)%*$')
      local length = -1
      if pattern == instance then length = 1e9
      elseif start and string.sub(instance, 1, #start) == start then length = #start end
      if length > longest then longest, is = length, i == 1 end
    end
  end
  return is
end
local function flying_of(tier)
  local ids, places = {}, call('HGETALL', flight)
  for i = 1, #places, 2 do
    if is_of(places[i], tier) then ids[#ids + 1] = string.match(places[i + 1], '^[^|]*') end
  end
  table.sort(ids)
  return ids
end
`;

/**
 * The one script that writes rebuilds: all of a write, or nothing of it.
 *
 * ARGV: prefix, deadline (ms of Redis' clock, 0 for none), now (ms), plan (JSON, see rebuild-plan.ts), record.
 * Answers one of LATE, LOST (not the store that the caller knows), OK with the counter of the mark, whether a lease was given
 * back (0, 1, or 2 where somebody else had asked for it), and the journal's key where that holds another type, CONFLICT with the present record, ALREADY with the record that the draft became, BUSY with
 * the id of the rebuild in flight, LIMIT with the ids of those that are, FULL with those in the same
 * environment, TIER with those of the same tier, FROZE where people have frozen or thawed something since it was decided.
 */
export const writeRebuildScript = `${cutJournalScript}
local call = redis.call
local wrong
local p, deadline, now = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
if deadline > 0 then
  local t = call('TIME')
  if tonumber(t[1]) * 1000 + tonumber(t[2]) / 1000 > deadline then return {'LATE'} end
end
local plan = cjson.decode(ARGV[4])
if plan.fence then
  local mark = call('HMGET', p .. 'mark', 'epoch', 'count')
  if mark[1] ~= plan.fence.epoch or tonumber(mark[2] or 0) < plan.fence.count then return {'LOST'} end
end
local id, flight = plan.id, p .. 'rflight'
local key, journal = p .. 'r:' .. id, p .. 'rj:' .. id
local mine = id .. '|'
local holder = call('HGET', flight, plan.instance)
${flyingLua}
local create = plan.create
if create then
  local started = create.draft and call('GET', p .. 'rs:' .. create.draft)
  if started then return {'ALREADY', call('GET', p .. 'r:' .. started)} end
  if holder and not (create.adopts and string.sub(holder, 1, #mine) == mine) then
    return {'BUSY', string.match(holder, '^[^|]*')}
  end
  if not create.adopts and call('HLEN', flight) >= create.limit then return {'LIMIT', flying('')} end
  if create.within then
    local same = flying(create.within.environment)
    if #same >= create.within.limit then return {'FULL', same} end
  end
  if create.tier then
    local same = flying_of(create.tier)
    if #same >= create.tier.limit then return {'TIER', same} end
  end
end
-- The same version may be another write, of before a failover: what was not just read has to be the very same one.
local head = call('GETRANGE', key, 0, 79)
if (string.match(head, '^(%d+)|') or '0') ~= plan.expect
  or (plan.stamp and string.match(head, '^%d+|{"stamp":"([^"]*)"') ~= plan.stamp) then
  return {'CONFLICT', call('GET', key)}
end

-- What was decided under other freezes than hold now is decided again.
if plan.freezes and (string.match(call('GETRANGE', p .. 'freezes', 0, 19), '^(%d+)|') or '0') ~= plan.freezes then
  return {'FROZE'}
end

-- First: where the audit takes nothing, nothing is written.
for _, text in ipairs(plan.audit or {}) do call('XADD', p .. 'audit:in', '*', 'e', text) end
if plan.ttl then call('SET', key, ARGV[5], 'PX', plan.ttl) else call('SET', key, ARGV[5]) end
local length = 0
for _, line in ipairs(plan.journal) do
  -- An error here would leave the rest undone: Redis takes nothing back.
  length = redis.pcall('RPUSH', journal, line)
  if type(length) == 'table' then wrong = journal; length = 0 end
end
cut_journal(journal, length, plan.lines, now, 0)
for part, at in pairs(plan.due) do
  local due = p .. 'rdue:' .. part
  if not at then call('ZREM', due, id)
  -- Due already: since when stays known, so that the most overdue come first.
  elseif at <= now then call('ZADD', due, 'LT', now, id)
  else call('ZADD', due, at, id) end
end
if create then
  if create.draft then call('SET', p .. 'rs:' .. create.draft, id, 'PX', create.ttl) end
  if create.adopts then call('HDEL', p .. 'lost:rebuilds', id) call('HDEL', p .. 'lost:memories', id) end
  call('ZREMRANGEBYSCORE', p .. 'ri:' .. plan.instance, '-inf', create.forget)
  call('ZADD', p .. 'ri:' .. plan.instance, create.at, id)
end
for _, former in ipairs(plan.formerThreads) do call('PEXPIRE', p .. 'rt:' .. former, plan.formerTtl) end
if plan.thread then
  if plan.ttl then call('SET', p .. 'rt:' .. plan.thread, id, 'PX', plan.ttl)
  else call('SET', p .. 'rt:' .. plan.thread, id) end
end
if plan.ended then
  if holder and string.sub(holder, 1, #mine) == mine then call('HDEL', flight, plan.instance) end
  call('ZADD', p .. 'rended', plan.ended.at, id)
  if plan.ended.failed then call('ZADD', p .. 'rfailed', plan.ended.at, id) end
  call('PEXPIRE', journal, plan.ttl)
elseif create or (holder and string.sub(holder, 1, #mine) == mine) then
  if holder ~= plan.place then call('HSET', flight, plan.instance, plan.place) end
end
local gave = 0
if plan.letGo then
  local lease = p .. 'rl:' .. plan.letGo.part .. ':' .. id
  local held = call('GET', lease)
  if held == plan.letGo.owner or held == plan.letGo.owner .. '\\n' then
    call('DEL', lease)
    gave = held == plan.letGo.owner and 1 or 2
  end
end
return {'OK', plan.fence and call('HINCRBY', p .. 'mark', 'count', 1) or 0, gave, wrong}
`;

/**
 * Looks whether a rebuild could be created, and takes its number. A number that is not used then is a harmless gap.
 * KEYS: flight, started draft, counter. ARGV: prefix, instance, limit, ttl of the counter (ms), least number, environment
 * ('' where nothing limits it), limit in it, what its tier may have (JSON, '' where nothing limits it).
 */
export const reserveScript = `
local call, p, flight = redis.call, ARGV[1], KEYS[1]
${flyingLua}
local started = call('GET', KEYS[2])
if started then return {'ALREADY', call('GET', p .. 'r:' .. started)} end
local holder = call('HGET', flight, ARGV[2])
if holder then return {'BUSY', string.match(holder, '^[^|]*')} end
if call('HLEN', flight) >= tonumber(ARGV[3]) then return {'LIMIT', flying('')} end
if ARGV[6] ~= '' then
  local same = flying(ARGV[6])
  if #same >= tonumber(ARGV[7]) then return {'FULL', same} end
end
if ARGV[8] ~= '' then
  local tier = cjson.decode(ARGV[8])
  local same = flying_of(tier)
  if #same >= tier.limit then return {'TIER', same} end
end
local number = redis.call('INCR', KEYS[3])
if number < tonumber(ARGV[5]) then
  number = tonumber(ARGV[5])
  redis.call('SET', KEYS[3], number)
end
redis.call('PEXPIRE', KEYS[3], ARGV[4])
return {'NUMBER', number}
`;

/** Numbers that were given, as somebody else still knows. KEYS: counter. ARGV: number, ttl (ms). */
export const takenScript = `
if tonumber(redis.call('GET', KEYS[1]) or 0) < tonumber(ARGV[1]) then redis.call('SET', KEYS[1], ARGV[1]) end
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return 1
`;

/**
 * KEYS: lease, record. ARGV: owner, ms. Answers how long the lease is somebody else's (0: it is the owner's now), and then
 * the record; '' where it is gone, or no text.
 */
export const takeOneScript = `${takeLeaseScript}
local taken = take_lease(KEYS[1], ARGV[1], ARGV[2])
if taken ~= 0 then return {taken} end
local record = redis.pcall('GET', KEYS[2])
return {0, type(record) == 'string' and record or ''}
`;

/**
 * KEYS: due. ARGV: until, count, what the keys of leases begin with, the same of records, owner, ms. Takes the leases of
 * what is due and free; answers when the next one is due ('' for none), then id and record by turns. Without a record
 * nothing is due; one that is no text is somebody's to repair, and is answered as ''.
 */
export const takeScript = `
local call = redis.call
local answer = {''}
for _, id in ipairs(call('ZRANGEBYSCORE', KEYS[1], '-inf', ARGV[1], 'LIMIT', 0, 1000)) do
  if #answer > 2 * tonumber(ARGV[2]) then break end
  local lease = ARGV[3] .. id
  if call('SET', lease, ARGV[5], 'PX', ARGV[6], 'NX') then
    local record = redis.pcall('GET', ARGV[4] .. id)
    if record == false then
      call('DEL', lease)
      call('ZREM', KEYS[1], id)
    else
      answer[#answer + 1] = id
      answer[#answer + 1] = type(record) == 'string' and record or ''
    end
  end
end
local next = call('ZRANGEBYSCORE', KEYS[1], '(' .. ARGV[1], '+inf', 'WITHSCORES', 'LIMIT', 0, 1)
answer[1] = next[2] or ''
return answer
`;

/** KEYS: due. ARGV: until, count, what the keys of leases begin with. Answers ids that are due and that nobody is at. */
export const dueScript = `
local free = {}
for _, id in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', ARGV[1], 'LIMIT', 0, ARGV[2])) do
  if redis.call('EXISTS', ARGV[3] .. id) == 0 then free[#free + 1] = id end
end
return free
`;
