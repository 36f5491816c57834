import { createRecordStore, type RecordStore } from '../../src/integrations/redis/record-store.ts';
import type { Rig } from '../rig.ts';

type Options = Parameters<typeof createRecordStore>[0];

/** The records in the Redis of the benchmark, written by this process instead of farmhand; `more` is the case's own. */
export const benchStore = (
  rig: Rig,
  prefix: string,
  more: Pick<Options, 'onRebuildDue' | 'stamp'> = {},
): RecordStore =>
  createRecordStore({
    redis: rig.client,
    prefix,
    retention: { alert: 86_400_000, event: 86_400_000 },
    commandTimeout: 5_000,
    waitReplicas: 0,
    rates: () => ({ post: { perSecond: 1, burst: 1 }, update: { perSecond: 1, burst: 1 } }),
    now: Date.now,
    onMarked: () => {},
    onDue: () => {},
    ...more,
  });
