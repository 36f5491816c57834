import type { AlertStore } from '../../alerts/ports/store.ts';
import type { Metrics } from '../../observability/metrics.ts';

/** The same store, with the time of every operation. */
export const measuredStore = (
  store: AlertStore,
  metrics: Pick<Metrics, 'redisCommandSeconds'>,
): AlertStore => {
  const timed = async <T>(operation: string, run: () => Promise<T>): Promise<T> => {
    const started = performance.now();
    try {
      return await run();
    } finally {
      metrics.redisCommandSeconds.observe({ operation }, (performance.now() - started) / 1000);
    }
  };
  return {
    series: (fingerprints) => timed('series', () => store.series(fingerprints)),
    known: (ids, nonces) => timed('known', () => store.known(ids, nonces)),
    alertsOf: (ids) => timed('alerts_of', () => store.alertsOf(ids)),
    takeIn: (writes, loose) => timed('take_in', () => store.takeIn(writes, loose)),
    getMany: (ids) => timed('get_many', () => store.getMany(ids)),
    update: (id, change) => timed('update', () => store.update(id, change)),
  };
};
