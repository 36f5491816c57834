import { t0 } from '../builders/event.ts';
import { createMemoryRecords, type MemoryRecords } from '../simulator/alerts/records.ts';
import { createRecordsState, type RecordsState } from '../simulator/alerts/records-state.ts';

export interface MemoryStore extends MemoryRecords {
  readonly state: RecordsState;
  /** The test moves it; ms. */
  readonly clock: { now: number };
  readonly due: { readonly id: string; readonly at: number }[];
}

/** The simulator's record store, which answers at once. */
export const createMemoryStore = (): MemoryStore => {
  const clock = { now: t0 };
  const state = createRecordsState(() => clock.now);
  const due: { id: string; at: number }[] = [];
  const records = createMemoryRecords(state, {
    io: async (_, effect) => effect(),
    now: () => clock.now,
    rates: () => ({ post: { perSecond: 1, burst: 1 }, update: { perSecond: 1, burst: 1 } }),
    onMarked: () => {},
    onDue: (more) => due.push(...more),
    writer: 'test',
    batchSize: 64,
  });
  return { ...records, state, clock, due };
};
