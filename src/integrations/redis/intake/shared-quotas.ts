import type { Redis, Result } from 'ioredis';
import type { IntakeQuota } from '../../../intake/quota.ts';
import { guardedClient } from '../shared/client.ts';
import type { Keys } from '../shared/keys.ts';

/**
 * One number a tier, by Redis' clock, so that those of the processes do not matter: the time at which all that was taken in
 * is paid for. KEYS: of each tier. ARGV: what each costs now, ms. Answers for each how long that is from now, ms.
 */
const chargeScript = `
local t = redis.call('TIME')
local now = tonumber(t[1]) * 1000 + math.floor(tonumber(t[2]) / 1000)
local debts = {}
for i, key in ipairs(KEYS) do
  local cost = tonumber(ARGV[i])
  local paid = math.max(tonumber(redis.call('GET', key) or 0), now) + cost
  if cost > 0 then redis.call('SET', key, string.format('%.3f', paid), 'PX', math.ceil(paid - now) + 1000) end
  debts[i] = math.ceil(paid - now)
end
return debts
`;

declare module 'ioredis' {
  interface RedisCommander<Context> {
    farmhandCharge(count: number, ...keysAndCosts: (string | number)[]): Result<number[], Context>;
  }
}

/** Tells the other processes what this one took in of each tier, and hears what all of them have: one call for all tiers. */
export const createSharedQuotas = (
  redis: Redis,
  keys: Pick<Keys, 'quota'>,
): { share(quota: Pick<IntakeQuota, 'untold' | 'told' | 'unheard'>): Promise<void> } => {
  redis.defineCommand('farmhandCharge', { lua: chargeScript });
  return {
    share: async (quota) => {
      const taken = quota.untold();
      if (taken.length === 0) return;
      try {
        const named = taken.map(({ tier }) => keys.quota(tier));
        const costs = taken.map(({ ms }) => ms);
        const debts = await guardedClient('quota', () =>
          redis.farmhandCharge(named.length, ...named, ...costs),
        );
        for (const [i, { tier }] of taken.entries()) quota.told(tier, debts[i] ?? 0);
      } catch (error) {
        quota.unheard();
        throw error;
      }
    },
  };
};
