import { once } from 'node:events';
import type { Redis } from 'ioredis';
import type { Config } from '../../config/schema/schema.ts';
import { FarmhandError, messageOf } from '../../core/errors.ts';
import { tellTrouble } from '../../integrations/redis/primary/redis-state.ts';
import { createPrimaryRoute } from '../../integrations/redis/primary/route.ts';
import { connectRedis } from '../../integrations/redis/shared/client.ts';
import { redisAddress } from './redis-address.ts';

const connectWithin = 5_000;

/** For one answer at a command line, beside a farmhand that runs or not. @throws FarmhandError when Redis does not answer */
export const connectOnce = async ({ redis: config }: Config): Promise<Redis> => {
  let lastError = '';
  const redis = connectRedis({
    to: createPrimaryRoute(redisAddress(config), `{${config.prefix}}`),
    commandTimeout: forAPerson(config.command_timeout),
    onTrouble: (trouble, cause) => {
      lastError = tellTrouble(trouble, cause);
    },
  });
  try {
    if (redis.status !== 'ready') await once(redis, 'ready', { signal: AbortSignal.timeout(connectWithin) });
    return redis;
  } catch (error) {
    redis.disconnect();
    throw new FarmhandError(
      'store_unavailable',
      `Redis does not answer (${lastError || messageOf(error)}); nothing was changed. Check the section redis of the config.`,
      { retryable: true, cause: error },
    );
  }
};

/** A farmhand that works says so every 5 s: by this much later none does; ms. */
export const aliveWithin = 15_000;

/** A person waits longer than a worker would; ms. */
export const forAPerson = (commandTimeout: number): number => Math.max(10_000, commandTimeout);
