/**
 * The one script that writes records. For each block: compare the version, then write the record, its journal, its
 * events, the books and its place in the lane, or nothing of it.
 *
 * ARGV: prefix, deadline (ms of Redis' clock, 0 for none), now (ms), event ttl (ms), number of blocks, blocks, loose.
 * A block: the length of the rest, then
 *   key, expected version, value, ttl (0: none), place, thread ts, settled event, its reason,
 *   n archived (value, ttl, place), n journal (alert id, entry), n events (id, value), n nonces (key, ttl), n counts (field, delta)
 * A place: alert id,
 *   status set (open, closed or empty), its score,
 *   channel, former channel, queue (p u - or empty: as it is), class, tier, wake (ms or empty),
 *   due (ms, - or empty)
 * Loose: n (event id, value or empty), n counts (field, delta)
 * Answers {'LATE'} when the deadline has passed (nothing is written), else {'OK', conflicts, channels newly marked}.
 */
export const commitScript = `
local p = ARGV[1]
local now = tonumber(ARGV[3])
local eventTtl = ARGV[4]
local deadline = tonumber(ARGV[2])
if deadline > 0 then
  local t = redis.call('TIME')
  if tonumber(t[1]) * 1000 + tonumber(t[2]) / 1000 > deadline then return {'LATE'} end
end
local call = redis.call
local i = 5
local function nxt() i = i + 1; return ARGV[i - 1] end
local blocks = tonumber(nxt())
local conflicts, marked, sums, touched = {}, {}, {}, {}
local function counts()
  for _ = 1, tonumber(nxt()) do
    local f = nxt()
    sums[f] = (sums[f] or 0) + tonumber(nxt())
  end
end
local function place(known)
  local id, set, score = nxt(), nxt(), nxt()
  if set ~= '' then
    call('ZADD', p .. set, score, id)
    if known then call('ZREM', p .. (set == 'open' and 'closed' or 'open'), id) end
    -- A firing alert keeps its journal, even if it had been over before.
    if known and set == 'open' then call('PERSIST', p .. 'j:' .. id) end
  end
  local channel, former, queue, class, tier, wake = nxt(), nxt(), nxt(), nxt(), nxt(), nxt()
  if former ~= '' then
    local from = p .. 'l:' .. former
    for _, q in ipairs({':p', ':u', ':w'}) do call('ZREM', from .. q, id) end
    call('HDEL', from .. ':turns', id)
  end
  if queue ~= '' then
    local lane = p .. 'l:' .. channel
    if known then
      if call('ZREM', lane .. ':w', id) == 1 then call('HDEL', lane .. ':turns', id) end
      if queue ~= 'u' then call('ZREM', lane .. ':u', id) end
      if queue ~= 'p' then call('ZREM', lane .. ':p', id) end
    end
    if queue == 'u' then
      -- Never further back than it stands: who keeps changing would never have its turn.
      call('ZADD', lane .. ':u', 'LT', tonumber(class) * 1e13 + now, id)
    elseif queue == 'p' then
      -- Fair by tier within a class: each tier's items follow each other on the tier's own clock.
      local vt = lane .. ':vt'
      local last = call('HMGET', vt, class .. ':' .. tier, class)
      local turn = math.max(tonumber(last[1] or 0), tonumber(last[2] or 0)) + 1
      call('HSET', vt, class .. ':' .. tier, turn)
      call('ZADD', lane .. ':p', tonumber(class) * 1e13 + turn, id)
    end
    if wake ~= '' then call('ZADD', lane .. ':w', wake, id) end
    if queue ~= '-' or wake ~= '' then touched[channel] = true end
  end
  local due = nxt()
  if due == '-' then call('ZREM', p .. 'due', id)
  elseif due ~= '' then call('ZADD', p .. 'due', due, id) end
  return id, channel
end
for block = 1, blocks do
  local stop = tonumber(nxt())
  stop = stop + i
  local key, expect = p .. nxt(), nxt()
  local version = string.match(call('GETRANGE', key, 0, 15), '^(%d+)|') or '0'
  if version ~= expect then
    conflicts[#conflicts + 1] = block
    i = stop
  else
    local value, ttl = nxt(), nxt()
    if ttl == '0' then call('SET', key, value) else call('SET', key, value, 'PX', ttl) end
    local id, channel = place(expect ~= '0')
    local ts, settled, reason = nxt(), nxt(), nxt()
    if ts ~= '' then call('HSET', p .. 't:' .. channel, ts, id) end
    if settled ~= '' then
      local record = call('GET', p .. 'e:' .. settled)
      if record then
        local bar = string.find(record, '|', 1, true)
        call('SET', p .. 'e:' .. settled, reason .. string.sub(record, bar), 'KEEPTTL')
      end
    end
    local ending = {}
    if ttl ~= '0' then ending[1] = {id, ttl} end
    for _ = 1, tonumber(nxt()) do
      local old, keep = nxt(), nxt()
      local was = place(true)
      call('SET', p .. 'a:' .. was, old, 'PX', keep)
      ending[#ending + 1] = {was, keep}
    end
    for _ = 1, tonumber(nxt()) do
      local j = p .. 'j:' .. nxt()
      if call('RPUSH', j, nxt()) > 250 then call('LTRIM', j, -200, -1) end
    end
    for _, ended in ipairs(ending) do call('PEXPIRE', p .. 'j:' .. ended[1], ended[2]) end
    for _ = 1, tonumber(nxt()) do
      local e = nxt()
      call('SET', p .. 'e:' .. e, nxt(), 'PX', eventTtl)
    end
    for _ = 1, tonumber(nxt()) do
      local n = nxt()
      call('SET', p .. 'n:' .. n, '1', 'PX', nxt())
    end
    counts()
  end
end
for _ = 1, tonumber(nxt()) do
  local e, value = nxt(), nxt()
  if value ~= '' then call('SET', p .. 'e:' .. e, value, 'PX', eventTtl, 'NX') end
end
counts()
for field, delta in pairs(sums) do call('HINCRBY', p .. 'books', field, delta) end
for channel in pairs(touched) do
  call('SADD', p .. 'lanes', channel)
  if call('SADD', p .. 'marks', channel) == 1 then marked[#marked + 1] = channel end
end
return {'OK', conflicts, marked}
`;
