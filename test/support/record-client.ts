import { once } from 'node:events';
import type { RecordStore } from '../../src/integrations/redis/record-store.ts';
import { connectRedis } from '../../src/integrations/redis/shared/client.ts';
import { recordStore } from './redis/store.ts';

export interface RecordClient extends RecordStore, AsyncDisposable {
  /** Resolves once the connection is up, now or again. */
  ready(): Promise<void>;
}

export interface RecordClientOptions {
  readonly url: string;
  readonly prefix?: string;
  readonly waitReplicas?: number;
  readonly commandTimeout?: number;
}

/** The record store as the app opens it: the connection that fails fast, real time, the real deadline. */
export const openRecordClient = async (options: RecordClientOptions): Promise<RecordClient> => {
  const commandTimeout = options.commandTimeout ?? 1_500;
  const redis = connectRedis({ to: options.url, commandTimeout });
  const writes = connectRedis({ to: options.url, commandTimeout });
  const ready = async (): Promise<void> => {
    for (const each of [redis, writes]) if (each.status !== 'ready') await once(each, 'ready');
  };
  await ready();
  const store = recordStore({
    redis,
    writes,
    prefix: options.prefix ?? 'test',
    commandTimeout,
    waitReplicas: options.waitReplicas ?? 0,
    rates: () => ({ post: { perSecond: 100, burst: 100 }, update: { perSecond: 100, burst: 100 } }),
  });
  await store.measureSkew();
  return {
    ...store,
    ready,
    [Symbol.asyncDispose]: async () => {
      redis.disconnect();
      writes.disconnect();
    },
  };
};
