import {
  createRecordStore,
  type RecordStore,
  type RecordStoreOptions,
} from '../../../src/integrations/redis/record-store.ts';

const day = 86_400_000;

/** A record store as farmhand opens it, on the clock of the machine, that nobody listens to: a test says what matters to it. */
export const recordStore = (
  over: Pick<RecordStoreOptions, 'redis' | 'prefix'> & Partial<RecordStoreOptions>,
): RecordStore =>
  createRecordStore({
    retention: { alert: 30 * day, event: 7 * day },
    commandTimeout: 4_000,
    waitReplicas: 0,
    rates: () => ({ post: { perSecond: 2, burst: 3 }, update: { perSecond: 1, burst: 1 } }),
    now: Date.now,
    onMarked: () => {},
    onDue: () => {},
    ...over,
  });
