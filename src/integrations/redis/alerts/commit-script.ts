import { cutJournalScript } from '../shared/journal-script.ts';
import { lookFunction } from '../shared/look-script.ts';

/**
 * The one script that writes records. For each block: compare the version, then write the record, its journal, its
 * events, the books and its place in the lane, or nothing of it. What goes into one sorted set is gathered and written
 * with one command: commands, not bytes, are what takes Redis' time.
 *
 * ARGV: prefix, deadline (ms of Redis' clock, 0 for none), now (ms), event ttl (ms), plan (JSON, see commit-plan.ts),
 * and then the plan's values, in its order.
 * Answers {'LATE'} when the deadline has passed, {'LOST'} when this is not the store that the caller knows, and {'KNOWN'} when
 * any of what must be unknown is not (nothing is written), else {'OK', conflicts, channels to nudge, counter, keys, opened,
 * claimed}: the channels that were not marked, and those where a person waits; the counter of the mark; keys that hold
 * another type than they should, to which nothing was written: an error in the middle would leave the rest half done, as
 * Redis takes nothing back; channels that were to be opened in place of a nudge, each with what was seen of it
 * (look-script.ts); and 1 where the alert was claimed then.
 */
export const commitScript = `${cutJournalScript}${lookFunction}
local call = redis.call
local wrong = {}
local function try(command, key, ...)
  local answer = redis.pcall(command, key, ...)
  if type(answer) ~= 'table' or not answer.err then return answer end
  if string.sub(answer.err, 1, 9) ~= 'WRONGTYPE' then error(answer.err) end
  wrong[#wrong + 1] = key
  return nil
end
local p, deadline, now, eventTtl = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), ARGV[4]
if deadline > 0 then
  local t = call('TIME')
  if tonumber(t[1]) * 1000 + tonumber(t[2]) / 1000 > deadline then return {'LATE'} end
end
local plan = cjson.decode(ARGV[5])
local function before(offset, other) return #offset < #other or (#offset == #other and offset < other) end
local counter, mark = 0, nil
if plan.fence then
  mark = call('HMGET', p .. 'mark', 'epoch', 'count', 'places')
  if mark[1] ~= plan.fence.epoch or tonumber(mark[2] or 0) < plan.fence.count then return {'LOST'} end
end
if plan.unless then
  if call('EXISTS', unpack(plan.unless.keys)) > 0 then return {'KNOWN'} end
  for _, start in ipairs(plan.unless.places) do
    local seen = try('GET', p .. 'o:' .. start[1])
    if seen == nil or (seen and before(start[2], seen)) then return {'KNOWN'} end
  end
end
if mark then
  counter = call('HINCRBY', p .. 'mark', 'count', 1)
  -- From here on events by place have no key of their own; those of before are asked for until they are gone.
  if not mark[3] then call('HSET', p .. 'mark', 'places', now) end
end
-- Before anything else: whatever of this call is written, seen is past it.
for _, mark in ipairs(plan.seen) do
  local key, reach = p .. 'o:' .. mark[1], mark[2]
  local seen = try('GET', key)
  if seen == false or (seen and before(seen, reach)) then
    call('SET', key, reach, 'PX', eventTtl)
  elseif seen then
    call('PEXPIRE', key, eventTtl)
  end
end
local at = 5
local function value() at = at + 1; return ARGV[at] end

local changed, hurried = {}, {}
local adds, lowers, removes, hashes, unhashes, sums, touched, clocks = {}, {}, {}, {}, {}, {}, {}, {}
local function gather(lists, key, a, b)
  local list = lists[key]
  if not list then list = {}; lists[key] = list end
  list[#list + 1] = a
  if b then list[#list + 1] = b end
end
local function write(command, lists, option)
  for key, list in pairs(lists) do
    for from = 1, #list, 1000 do
      local to = math.min(from + 999, #list)
      if option then try(command, key, option, unpack(list, from, to)) else try(command, key, unpack(list, from, to)) end
    end
  end
end
local function count(counts, times)
  for field, delta in pairs(counts) do sums[field] = (sums[field] or 0) + delta * times end
end

local lying = {}
for i, hash in ipairs(plan.hashes) do lying[i] = p .. 'eb:' .. hash end
local function by_place(placed, take)
  for i = 1, #placed, 2 do take(lying[placed[i]], placed[i + 1], value()) end
end

-- Fair by tier within a class: each tier's items follow each other on the tier's own clock.
local function turnOf(lane, class, tier)
  local clock = clocks[lane]
  if not clock then clock = {}; clocks[lane] = clock end
  local mine = class .. ':' .. tier
  if not clock[mine] then
    local last = try('HMGET', lane .. ':vt', mine, class) or {}
    clock[mine] = math.max(tonumber(last[1] or 0), tonumber(last[2] or 0))
  end
  clock[mine] = clock[mine] + 1
  return clock[mine]
end

local other = {open = 'closed', closed = 'open', gopen = 'gclosed', gclosed = 'gopen'}
local function put(place)
  local id, known, set, queue = place.id, place.known, place.set, place.queue
  if set then
    gather(adds, p .. set, place.score, id)
    if known then gather(removes, p .. other[set], id) end
    -- A firing alert keeps its journal, even if it had been over before.
    if known and (set == 'open' or set == 'gopen') then call('PERSIST', p .. 'j:' .. id) end
  end
  if place.group then
    local group = place.group[1]
    changed[group] = true
    if place.group[2] then gather(hashes, p .. 'gm:' .. group, id, place.group[2]) end
  end
  if place.former then
    local from = p .. 'l:' .. place.former
    for _, q in ipairs({':p', ':u', ':w'}) do gather(removes, from .. q, id) end
    gather(unhashes, from .. ':turns', id)
  end
  if queue then
    local lane = p .. 'l:' .. place.channel
    if known then
      gather(removes, lane .. ':w', id)
      gather(unhashes, lane .. ':turns', id)
      if queue ~= 'u' then gather(removes, lane .. ':u', id) end
      if queue ~= 'p' then gather(removes, lane .. ':p', id) end
    end
    if queue == 'u' then
      -- Never further back than it stands: who keeps changing would never have its turn.
      gather(lowers, lane .. ':u', place.class * 1e13 + now, id)
    elseif queue == 'p' then
      gather(adds, lane .. ':p', place.class * 1e13 + turnOf(lane, place.class, place.tier), id)
    end
    if place.wake then gather(adds, lane .. ':w', place.wake, id) end
    if queue ~= '-' or place.wake then touched[place.channel] = true end
  end
  if place.due == 0 then gather(removes, p .. 'due', id)
  elseif place.due then gather(adds, p .. 'due', place.due, id) end
end

local function set(key, text, ttl, option)
  if ttl and option then return call('SET', key, text, 'PX', ttl, option) end
  if ttl then return call('SET', key, text, 'PX', ttl) end
  if option then return call('SET', key, text, option) end
  return call('SET', key, text)
end

-- True when the version was the expected one: the record is written then, or its head alone.
local function replace(key, block, text)
  if block.expect == '0' then return set(key, text, block.ttl, 'NX') end
  if string.match(try('GETRANGE', key, 0, 15) or '', '^(%d+)|') ~= block.expect then return false end
  if block.place then return set(key, text, block.ttl) end
  return call('SETRANGE', key, 0, text)
end

local conflicts, tallied, urgent = {}, {}, {}
for i, block in ipairs(plan.blocks) do
  local place, archived, events, placed = block.place, block.archived or {}, block.events or {}, block.placed or {}
  if not replace(p .. block.key, block, value()) then
    conflicts[#conflicts + 1] = i
    at = at + #archived + #events + #placed / 2
  else
    for _, text in ipairs(block.audit or {}) do try('XADD', p .. 'audit:in', '*', 'e', text) end
    if place then put(place) end
    if block.urgent then
      urgent[place.channel] = true
      if place.group then hurried[place.group[1]] = true end
    end
    if block.ts then gather(hashes, p .. 't:' .. place.channel, block.ts, place.id) end
    if block.settles then
      local id, reason, hash, field = unpack(block.settles)
      local function settled(record)
        local bar = string.find(record, '|', 1, true)
        return reason .. string.sub(record, bar)
      end
      local record = hash and try('HGET', p .. 'eb:' .. hash, field)
      if record then
        call('HSET', p .. 'eb:' .. hash, field, settled(record))
      else
        local key = p .. 'e:' .. id
        record = try('GET', key)
        if record then call('SET', key, settled(record), 'KEEPTTL') end
      end
    end
    for _, old in ipairs(archived) do
      put(old.place)
      call('SET', p .. 'a:' .. old.place.id, value(), 'PX', old.ttl)
    end
    if block.first then try('LPUSH', p .. 'j:' .. block.first[1], unpack(block.first[2])) end
    for _, lines in ipairs(block.journal or {}) do
      local j = p .. 'j:' .. lines[1]
      local length = try('RPUSH', j, unpack(lines[2]))
      if length then cut_journal(j, length, plan.lines, now, lines[3]) end
    end
    if block.ttl then call('PEXPIRE', p .. 'j:' .. place.id, block.ttl) end
    for _, old in ipairs(archived) do call('PEXPIRE', p .. 'j:' .. old.place.id, old.ttl) end
    for _, event in ipairs(events) do call('SET', p .. 'e:' .. event, value(), 'PX', eventTtl) end
    by_place(placed, function(key, field, text) gather(hashes, key, field, text) end)
    for _, nonce in ipairs(block.nonces or {}) do call('SET', p .. 'n:' .. nonce[1], '1', 'PX', nonce[2]) end
    if block.tally then tallied[block.tally] = (tallied[block.tally] or 0) + 1 end
  end
end
for _, event in ipairs(plan.loose.events or {}) do call('SET', p .. 'e:' .. event, value(), 'PX', eventTtl, 'NX') end
by_place(plan.loose.placed or {}, function(key, field, text) try('HSETNX', key, field, text) end)
count(plan.counts, 1)
for tally, times in pairs(tallied) do count(plan.tallies[tally], times) end

for lane, clock in pairs(clocks) do
  for mine, turn in pairs(clock) do gather(hashes, lane .. ':vt', mine, turn) end
end
write('ZREM', removes)
write('HDEL', unhashes)
write('ZADD', adds)
write('ZADD', lowers, 'LT')
write('HSET', hashes)
-- As long as the newest of it.
for _, key in ipairs(lying) do call('PEXPIRE', key, eventTtl) end
-- A group is gathered after its rows are there, and not sooner again than was said, unless a person waits for it.
for group in pairs(changed) do
  local planned, rows = plan.groups[group], p .. 'gm:' .. group
  if planned.key then try('HSET', rows, 'k', planned.key) end
  try('HINCRBY', rows, '#', 1)
  local at = hurried[group] and 0 or math.max(now, tonumber(try('HGET', rows, '@') or 0) or 0)
  try('ZADD', p .. 'l:' .. planned.channel .. ':g', 'LT', at, group)
  touched[planned.channel] = true
  if hurried[group] then urgent[planned.channel] = true end
end
for field, delta in pairs(sums) do try('HINCRBY', p .. 'books', field, delta) end
local channels, fresh, marking, opened, claimed = {}, {}, {}, {}, 0
local function claim(seen)
  for i = 1, seen[10] do
    if seen[2][2 * i - 1] == plan.claim.id then
      call('SET', p .. plan.claim.key, ARGV[#ARGV])
      claimed = 1
    end
  end
end
for channel in pairs(touched) do channels[#channels + 1] = channel end
if #channels > 0 then
  call('SADD', p .. 'lanes', unpack(channels))
  for i, is in ipairs(call('SMISMEMBER', p .. 'marks', unpack(channels))) do
    local channel = channels[i]
    if is == 0 or urgent[channel] then
      local ask = plan.open and plan.open[channel]
      local ok, seen
      -- All is written by now: a look that fails is made by whoever is nudged.
      if ask then ok, seen = pcall(look, ask[1], ask[2]) end
      if ok then
        opened[#opened + 1] = channel
        opened[#opened + 1] = seen
        if plan.claim and plan.claim.channel == channel and type(seen) == 'table' then claim(seen) end
      else
        fresh[#fresh + 1] = channel
      end
      -- A number: somebody else has the lease, and will see the mark.
      if not ok or type(seen) == 'number' then marking[#marking + 1] = channel end
    end
  end
  if #marking > 0 then call('SADD', p .. 'marks', unpack(marking)) end
end
return {'OK', conflicts, fresh, counter, wrong, opened, claimed}
`;
