/**
 * The one script that writes records. For each block: compare the version, then write the record, its journal, its
 * events, the books and its place in the lane, or nothing of it.
 *
 * ARGV: prefix, deadline (ms of Redis' clock, 0 for none), now (ms), event ttl (ms), number of blocks, blocks, loose.
 * A block: the length of the rest, then
 *   key, expected version, value, alert id, ttl (0: none),
 *   n archived (id, value, ttl),
 *   status set (open, closed or empty), its score,
 *   channel, former channel, queue (p u - or empty: as it is), class, tier, wake (ms or empty),
 *   due (ms, - or empty), thread ts, settled event, its reason,
 *   n journal (alert id, entry), n events (id, value), n nonces (key, ttl), n counts (field, delta)
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
for block = 1, blocks do
  local stop = tonumber(nxt())
  stop = stop + i
  local key, expect = p .. nxt(), nxt()
  local version = string.match(call('GETRANGE', key, 0, 15), '^(%d+)|') or '0'
  if version ~= expect then
    conflicts[#conflicts + 1] = block
    i = stop
  else
    local value, id, ttl = nxt(), nxt(), nxt()
    if ttl == '0' then call('SET', key, value) else call('SET', key, value, 'PX', ttl) end
    for _ = 1, tonumber(nxt()) do
      local a, v = nxt(), nxt()
      call('SET', p .. 'a:' .. a, v, 'PX', nxt())
    end
    local set, score = nxt(), nxt()
    if set ~= '' then
      call('ZADD', p .. set, score, id)
      call('ZREM', p .. (set == 'open' and 'closed' or 'open'), id)
    end
    local channel, former, queue, class, tier, wake = nxt(), nxt(), nxt(), nxt(), nxt(), nxt()
    if former ~= '' then
      for _, q in ipairs({':p', ':u', ':w'}) do call('ZREM', p .. 'l:' .. former .. q, id) end
    end
    if queue ~= '' then
      local lane = p .. 'l:' .. channel
      if expect ~= '0' then
        call('ZREM', lane .. ':w', id)
        if queue ~= 'u' then call('ZREM', lane .. ':u', id) end
        if queue ~= 'p' then call('ZREM', lane .. ':p', id) end
      end
      if queue == 'u' then
        call('ZADD', lane .. ':u', tonumber(class) * 1e13 + now, id)
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
    local due, ts, settled, reason = nxt(), nxt(), nxt(), nxt()
    if due == '-' then call('ZREM', p .. 'due', id)
    elseif due ~= '' then call('ZADD', p .. 'due', due, id) end
    if ts ~= '' then call('HSET', p .. 't:' .. channel, ts, id) end
    if settled ~= '' then
      local record = call('GET', p .. 'e:' .. settled)
      if record then
        local bar = string.find(record, '|', 1, true)
        call('SET', p .. 'e:' .. settled, reason .. string.sub(record, bar), 'KEEPTTL')
      end
    end
    for _ = 1, tonumber(nxt()) do
      local j = p .. 'j:' .. nxt()
      if call('RPUSH', j, nxt()) > 250 then call('LTRIM', j, -200, -1) end
    end
    if ttl ~= '0' then call('PEXPIRE', p .. 'j:' .. id, ttl) end
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
