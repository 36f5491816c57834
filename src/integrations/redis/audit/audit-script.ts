/**
 * Number and hash of the head. Where the last record was taken out of the stream, its number is still known to Redis:
 * the next one gets the one after it, so that the gap shows for ever.
 */
const headOf = `
local function head_of(chain, base)
  local seq, hash = '0', string.rep('0', 64)
  local known = redis.call('HMGET', base, 'seq', 'hash')
  if known[1] then seq, hash = known[1], known[2] end
  if redis.call('EXISTS', chain) == 0 then return seq, hash end
  local info = redis.call('XINFO', 'STREAM', chain)
  for i = 1, #info, 2 do
    if info[i] == 'last-generated-id' then seq = string.match(info[i + 1], '^%d+') end
  end
  local last = redis.call('XREVRANGE', chain, '+', '-', 'COUNT', 1)[1]
  if last then
    for i = 1, #last[2], 2 do if last[2][i] == 'h' then hash = last[2][i + 1] end end
  end
  return seq, hash
end
`;

/** KEYS: chain, base. Answers number and hash. */
export const headScript = `${headOf}
return {head_of(KEYS[1], KEYS[2])}
`;

/**
 * Appends records to the chain and takes their entries out of the inbox, if the head is still the one they follow on.
 * A record's number is its id in the stream, so Redis refuses a second one with that number.
 *
 * KEYS: chain, inbox, base, what pointers begin with. ARGV: number and hash of the head, ttl of a pointer (ms), how many
 * records, then number, hash, action and line of each, and then the ids of the entries. Answers 1, or 0 when the head is
 * another one; nothing is written then.
 */
export const appendScript = `${headOf}
local call = redis.call
local seq, hash = head_of(KEYS[1], KEYS[3])
if seq ~= ARGV[1] or hash ~= ARGV[2] then return 0 end
local at = 4
for _ = 1, tonumber(ARGV[4]) do
  local number, sum, action, line = ARGV[at + 1], ARGV[at + 2], ARGV[at + 3], ARGV[at + 4]
  at = at + 4
  call('XADD', KEYS[1], number .. '-0', 'h', sum, 'r', line)
  if action ~= '' then call('SET', KEYS[4] .. action, number, 'PX', ARGV[3]) end
end
if at < #ARGV then call('XDEL', KEYS[2], unpack(ARGV, at + 1)) end
return 1
`;
