import type { Redis } from 'ioredis';
import { hasEnded } from '../../../rebuild/model/record.ts';
import { type RebuildStatus, statusOfRebuild } from '../../../rebuild/model/status.ts';
import { guardedClient } from '../shared/client.ts';
import type { Keys } from '../shared/keys.ts';
import type { Reader } from '../shared/reader.ts';
import { decodeRebuild } from './rebuild-write-plan.ts';

/** Records read at once: a thousand are some 25 MB. */
const readStep = 50;

/** How many rebuilds in flight are in each state. Reads every record: for now and then. */
export const countRebuildStates = async (
  redis: Redis,
  keys: Keys,
  reader: Reader,
): Promise<ReadonlyMap<RebuildStatus, number>> => {
  const places = await guardedClient('list', () => redis.hvals(keys.rebuildsInFlight));
  const counts = new Map<RebuildStatus, number>();
  for (let from = 0; from < places.length; from += readStep) {
    const ids = places.slice(from, from + readStep).map((place) => place.split('|')[0] ?? '');
    const values = await guardedClient('read', () => redis.mget(...ids.map(keys.rebuild)));
    for (const [i, value] of values.entries()) {
      const key = keys.rebuild(ids[i] ?? '');
      const rebuild = value === null ? undefined : reader.read('rebuild', key, value, decodeRebuild);
      if (!rebuild || hasEnded(rebuild)) continue;
      const state = statusOfRebuild(rebuild);
      counts.set(state, (counts.get(state) ?? 0) + 1);
    }
  }
  return counts;
};
