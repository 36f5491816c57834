import type { Alert } from '../../alerts/model/alert.ts';
import { placeOfEvent } from '../../alerts/model/event-place.ts';
import { FarmhandError } from '../../core/errors.ts';
import type { IntakeStore } from '../ingest.ts';

/** What a dry run remembers of alerts; more would not fit into the memory of a small pod. */
const mostSeriesDry = 100_000;

/**
 * The store as it would be: what is written is seen by later looks, and is not written. It reads what is really there, so
 * what others write meanwhile counts.
 */
export const createDryStore = (
  store: Pick<IntakeStore, 'look' | 'alertsOf'>,
  most: number = mostSeriesDry,
): IntakeStore => {
  const series = new Map<string, Alert>();
  /** Of senders, which may come twice; what is named by its place comes once. */
  const ids = new Set<string>();
  const remember = (id: string): void => {
    if (placeOfEvent(id) === undefined) ids.add(id);
  };
  return {
    look: async (asked) => {
      const { live, unreadable, known } = await store.look(asked);
      const dry = asked.fingerprints.flatMap((each) => {
        const alert = series.get(each);
        return alert ? [[each, alert] as const] : [];
      });
      const too = [...asked.eventIds, ...asked.nonces].filter((each) => ids.has(each));
      return { unreadable, live: new Map([...live, ...dry]), known: new Set([...known, ...too]) };
    },
    alertsOf: store.alertsOf,
    takeIn: async (writes, loose) => {
      for (const { after, events, nonces } of writes) {
        series.set(after.fingerprint, after);
        for (const { id } of events) remember(id);
        for (const { key } of nonces) ids.add(key);
      }
      for (const { record } of loose) remember(record.id);
      if (series.size > most) {
        throw new FarmhandError(
          'span_too_long',
          `This span changes more than ${most.toLocaleString('en')} alerts, which a dry run cannot hold: take a shorter one. Nothing was changed.`,
        );
      }
      return [];
    },
    // It is looked at first.
    takeInUnknown: async () => false,
  };
};

/** The store without a word of what is on record already: it was counted when it came. */
export const sparing = (store: IntakeStore): IntakeStore => ({
  ...store,
  takeIn: (writes, loose) => {
    const news = loose.filter(({ keep }) => keep);
    return writes.length === 0 && news.length === 0 ? Promise.resolve([]) : store.takeIn(writes, news);
  },
});
