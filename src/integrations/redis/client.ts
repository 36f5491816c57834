import { Redis } from 'ioredis';
import { StoreUnavailable } from '../../errors.ts';

export interface RedisOptions {
  readonly url: string;
  /** A command that takes longer counts as failed; ms. */
  readonly commandTimeout: number;
  readonly onState: (state: 'up' | 'down', error?: string) => void;
}

/**
 * The connection for records. It fails fast: no queue while Redis is away, no silent resending. A write that the
 * caller gave up on is refused by its own deadline (see commit-script.ts), so "nothing was changed" stays true.
 */
export const connectRedis = (options: RedisOptions): Redis => {
  const redis = new Redis(options.url, {
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
    commandTimeout: options.commandTimeout,
    connectTimeout: 5_000,
    retryStrategy: (times) => Math.min(50 * 2 ** Math.min(times, 6), 2_000),
  });
  redis.on('ready', () => options.onState('up'));
  redis.on('error', (error: Error) => options.onState('down', error.message));
  redis.on('close', () => options.onState('down'));
  return redis;
};

/** The connection for BullMQ: it waits for Redis instead of failing, as its blocking commands must. */
export const connectForJobs = (url: string, onError: (error: Error) => void): Redis => {
  const redis = new Redis(url, { maxRetriesPerRequest: null, enableReadyCheck: true });
  redis.on('error', onError);
  return redis;
};

/** Runs a command; anything that goes wrong on the way to Redis becomes StoreUnavailable. */
export const guarded = async <T>(what: string, run: () => Promise<T>): Promise<T> => {
  try {
    return await run();
  } catch (error) {
    if (error instanceof StoreUnavailable) throw error;
    if (isScriptBug(error)) throw error;
    throw new StoreUnavailable(`Redis did not answer (${what}); nothing was changed.`, error);
  }
};

/** An error that Redis itself answered about our own call is a defect, except where it speaks of its own state. */
const isScriptBug = (error: unknown): boolean =>
  error instanceof Error &&
  error.name === 'ReplyError' &&
  !/^(OOM|MISCONF|LOADING|READONLY|MASTERDOWN|NOREPLICAS|CLUSTERDOWN|TRYAGAIN|BUSY|NOAUTH|WRONGPASS)/.test(
    error.message,
  );
