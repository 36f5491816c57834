import type { Redis } from 'ioredis';
import { keysBehind } from '../shared/scan.ts';

/** Evidence and what could not be read outlive every reign: neither is found again anywhere else. */
const stays = /^(audit|dead)(:|$)/;

/** Removes what a region knew of alerts and rebuilds; the mark last, so that a broken-off removal is begun again. */
export const forgetRecords = async (redis: Redis, prefix: string): Promise<void> => {
  for await (const keys of keysBehind(redis, prefix, 1_000)) {
    const gone = keys.filter((key) => {
      const name = key.slice(prefix.length);
      return name !== 'mark' && !stays.test(name);
    });
    if (gone.length > 0) await redis.unlink(...gone);
  }
  await redis.unlink(`${prefix}mark`);
};

/** The records count as those of the reign that was declared there. */
export const keepRecords = async (redis: Redis, prefix: string, ts: string): Promise<void> => {
  await redis.hset(`${prefix}mark`, 'region', ts);
};
