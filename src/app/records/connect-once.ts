import { once } from 'node:events';
import type { Redis } from 'ioredis';
import type { Config } from '../../config/schema/schema.ts';
import { Secret } from '../../config/schema/secret.ts';
import { FarmhandError, messageOf } from '../../core/errors.ts';
import { connectRedis } from '../../integrations/redis/shared/client.ts';
import { tellTrouble } from '../../integrations/redis/shared/redis-state.ts';

const connectWithin = 5_000;

/** For one answer at a command line, beside a farmhand that runs or not. @throws FarmhandError when Redis does not answer */
export const connectOnce = async ({ redis: config }: Config): Promise<Redis> => {
  let lastError = '';
  const redis = connectRedis({
    url: config.url instanceof Secret ? config.url.reveal() : config.url,
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
      `Redis does not answer (${lastError || messageOf(error)}); nothing was changed. Check redis.url.`,
      { retryable: true, cause: error },
    );
  }
};

/** A person waits longer than a worker would; ms. */
export const forAPerson = (commandTimeout: number): number => Math.max(10_000, commandTimeout);
