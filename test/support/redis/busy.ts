import type { Redis } from 'ioredis';
import { expect } from 'vitest';
import type { RedisAddress } from '../../../src/integrations/redis/primary/address.ts';
import { createJobQueues } from '../../../src/jobs/nudges.ts';
import { startResync } from '../../../src/reconcile/resync.ts';
import { anAlert } from '../../builders/alert.ts';
import { realTimers, startWork } from '../jobs.ts';
import { watchLink } from './link.ts';
import { recordStore } from './store.ts';

export const busyChannel = 'C0ALERTS';

/** The records and jobs of one process, which takes in an alert and passes over its lane again and again. */
export const openBusy = (to: RedisAddress | string) => {
  const stack = new DisposableStack();
  const { link, told, becomes } = stack.use(watchLink(to));
  const errors: string[] = [];
  const connections: Redis[] = [];
  const forJobs = () => {
    const connection = link.connectForJobs();
    connections.push(connection);
    return connection;
  };
  stack.defer(() => {
    for (const connection of connections) connection.disconnect();
  });
  const nudges = createJobQueues(forJobs(), 'test', (error) => errors.push(error.message));
  const store = recordStore({
    redis: link.redis,
    writes: link.writes,
    prefix: 'test',
    commandTimeout: 1_500,
    rates: () => ({ post: { perSecond: 100, burst: 100 }, update: { perSecond: 100, burst: 100 } }),
  });
  let passes = 0;
  const passed: number[] = [];
  const onError = (error: unknown) => void errors.push((error as Error).message);
  const { lanes, leases } = store;
  const workers = startWork({
    ...{ connect: forJobs, prefix: 'test', leases, nudges, owner: 'busy', onError },
    passes: {
      lane: async () => {
        passes += 1;
        passed.push(performance.now());
        return 100;
      },
    },
  });
  // What a failover loses of jobs and leases is found again, as the app does.
  const resync = { after: realTimers, nudges, onError: () => {} };
  stack.defer(startResync({ ...resync, every: 1_000, find: { lane: () => lanes.orphans() } }));
  stack.defer(
    startResync({
      ...{ ...resync, every: 60_000, first: 0, wake: link.onBack },
      find: { lane: () => lanes.busy() },
    }),
  );
  let made = 0;
  /** Takes one more alert in; false while Redis takes none. */
  const takeIn = async (): Promise<boolean> => {
    const id = `${(made + 1).toString(16).padStart(16, '0')}-1`;
    const after = anAlert({ id, channel: busyChannel, fingerprint: id.slice(0, 16) });
    try {
      const write = { before: undefined, after, archived: [], journal: [], events: [], nonces: [] };
      expect(await store.alerts.takeIn([write], [])).toEqual([]);
      made += 1;
      return true;
    } catch {
      return false;
    }
  };
  return {
    told,
    becomes,
    errors,
    nudges,
    takeIn,
    made: () => made,
    passes: () => passes,
    /** The longest time without a pass, ms. */
    gap: () => Math.max(...passed.slice(1).map((at, i) => at - (passed[i] ?? at))),
    onRecord: async () => (await store.queries.list({ limit: 200 })).alerts.map(({ id }) => id).toSorted(),
    stop: async () => {
      await workers.stop(5_000);
      stack.dispose();
    },
  };
};
