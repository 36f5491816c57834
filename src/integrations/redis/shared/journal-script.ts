import { droppedWord } from '../../../core/journal.ts';

/**
 * For scripts that write journals: where one is a tenth longer than it may be, the oldest lines go, and the first line says
 * how many are gone and when the last of them went.
 *
 * `keep`: how many lines stay, that one included. `left`: newer than all that was there, and not even put there.
 */
export const cutJournalScript = `
local function cut_journal(key, length, keep, now, left)
  if left == 0 and length <= keep + math.floor(keep / 10) then return end
  local drop = math.max(0, length - keep + 1)
  local gone = drop + left
  local first = redis.call('LINDEX', key, 0) or ''
  local before = drop > 0 and string.match(first, '^%[%d+,0,"${droppedWord}","(%d+)"%]$')
  if before then gone = gone - 1 + tonumber(before) end
  redis.call('LTRIM', key, drop, -1)
  redis.call('LPUSH', key, string.format('[%.0f,0,"${droppedWord}","%.0f"]', now, gone))
end
`;
