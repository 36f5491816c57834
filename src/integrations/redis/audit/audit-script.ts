/**
 * Appends records to the chain and takes their entries out of the inbox, if the head is still the one they follow on.
 * A record's number is its id in the stream, so Redis refuses a second one with that number.
 *
 * KEYS: chain, inbox, base, what pointers begin with. ARGV: number and hash of the head, ttl of a pointer (ms), how many
 * records, then number, hash, action and line of each, and then the ids of the entries. Answers 1, or 0 when the head is
 * another one; nothing is written then.
 */
export const appendScript = `
local call = redis.call
local last = call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)[1]
local seq, hash
if last then
  seq = string.match(last[1], '^%d+')
  for i = 1, #last[2], 2 do if last[2][i] == 'h' then hash = last[2][i + 1] end end
else
  local base = call('HMGET', KEYS[3], 'seq', 'hash')
  seq, hash = base[1] or '0', base[2] or string.rep('0', 64)
end
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
