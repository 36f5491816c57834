import { t0 } from '../../builders/event.ts';
import { createMemoryRecords } from '../../simulator/alerts/records.ts';
import { createRecordsState, keyOfEvent } from '../../simulator/alerts/records-state.ts';
import { type RecordsSubject, recordsConformance } from './records.ts';

// The simulator's store: what holds for it must hold for Redis, see records.int.test.ts.
recordsConformance(async () => {
  const clock = { now: t0 };
  const now = () => clock.now;
  const state = createRecordsState(now);
  const marked: string[] = [];
  const due: string[] = [];
  const opening: RecordsSubject['opening'] = {};
  const records = createMemoryRecords(state, {
    io: async (_, effect) => effect(),
    now,
    rates: () => ({ post: { perSecond: 2, burst: 3 }, update: { perSecond: 1, burst: 1 } }),
    onMarked: (channels) => marked.push(...channels),
    openingOf: (channel) => opening.of?.(channel),
    onDue: (alerts) => due.push(...alerts.map(({ id }) => id)),
    writer: 'test',
    batchSize: 64,
  });
  return {
    ...records,
    clock,
    marked,
    due,
    opening,
    event: async (id) => state.events.get(keyOfEvent(id)),
    journal: async (id) => state.journals.get(id) ?? [],
    [Symbol.asyncDispose]: async () => {},
  };
});
