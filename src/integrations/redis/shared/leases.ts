import type { Redis, Result } from 'ioredis';
import type { Leases } from '../../../reconcile/lease.ts';
import { guardedClient } from './client.ts';
import type { Keys } from './keys.ts';

/**
 * A function for scripts. A lease is its owner, and a mark when somebody else asked. Answers 0 when it is (again) the
 * owner's, or how long it lasts; ms.
 */
export const takeLeaseScript = `
local function take_lease(key, owner, ms)
  local held = redis.call('GET', key)
  if not held then
    redis.call('SET', key, owner, 'PX', ms)
    return 0
  end
  if held == owner or held == owner .. '\\n' then
    redis.call('PEXPIRE', key, ms)
    return 0
  end
  if string.sub(held, -1) ~= '\\n' then redis.call('SET', key, held .. '\\n', 'KEEPTTL') end
  return math.max(1, redis.call('PTTL', key))
end
`;

/** KEYS: lease. ARGV: owner, ms. */
const takeScript = `${takeLeaseScript}
return take_lease(KEYS[1], ARGV[1], ARGV[2])
`;

/**
 * KEYS: lease, due. ARGV: owner, id, not before (ms, '' for whenever it is due). Answers 1 when somebody else asked
 * meanwhile.
 */
const letGoScript = `
local held = redis.call('GET', KEYS[1])
if held == ARGV[1] .. '\\n' then
  redis.call('DEL', KEYS[1])
  return 1
end
if held == ARGV[1] then
  redis.call('DEL', KEYS[1])
  if ARGV[3] ~= '' then redis.call('ZADD', KEYS[2], 'XX', 'GT', ARGV[3], ARGV[2]) end
end
return 0
`;

declare module 'ioredis' {
  interface RedisCommander<Context> {
    farmhandTakeLease(lease: string, owner: string, ms: number): Result<number, Context>;
    farmhandLetGo(
      lease: string,
      due: string,
      owner: string,
      id: string,
      notBefore: number | '',
    ): Result<number, Context>;
  }
}

export const createLeases = (redis: Redis, keys: Keys): Leases => {
  redis.defineCommand('farmhandTakeLease', { numberOfKeys: 1, lua: takeScript });
  redis.defineCommand('farmhandLetGo', { numberOfKeys: 2, lua: letGoScript });
  return {
    take: async (of, id, owner, ms) => {
      const forMs = await guardedClient('lease', () =>
        redis.farmhandTakeLease(keys.lease(of, id), owner, ms),
      );
      return forMs === 0 ? { ok: true } : { ok: false, forMs };
    },
    letGo: async (of, id, owner, notBefore) => {
      const [lease, due] = [keys.lease(of, id), keys.rebuildsDue(of)];
      return (
        (await guardedClient('lease', () =>
          redis.farmhandLetGo(lease, due, owner, id, notBefore === undefined ? '' : Math.ceil(notBefore)),
        )) === 1
      );
    },
  };
};
