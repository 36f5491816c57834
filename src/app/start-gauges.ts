import { tierOfInstance } from '../access/tiers.ts';
import { queueNames } from '../jobs/nudges.ts';
import { setLaneMetrics } from '../observability/lane-metrics.ts';
import { holdingAt } from '../rebuild/model/rules/freezes.ts';
import { works } from '../reconcile/work.ts';
import type { Records } from './records/open-records.ts';
import type { AppContext } from './shared/context.ts';

const every = 5_000;
/** Reads every rebuild in flight; ms. */
const statesEvery = 60_000;
const bookClasses = ['received', 'threaded', 'merged', 'suppressed', 'rejected', 'pending'] as const;

/** Gauges that follow what is stored rather than what this process does. */
export const startGauges = ({ metrics, stack, log, now, config }: AppContext, records: Records): void => {
  const look = async (): Promise<void> => {
    setLaneMetrics(metrics.metrics, await records.queries.lanes());
    const books = await records.queries.books();
    for (const name of bookClasses) metrics.metrics.books.set({ class: name }, books[name]);
    const frozen = holdingAt((await records.freezes.fresh()).now, now());
    const all = frozen.filter(({ instance }) => instance === undefined).length;
    metrics.metrics.frozen.set({ place: 'all' }, all);
    metrics.metrics.frozen.set({ place: 'instance' }, frozen.length - all);
    const { tiers } = config();
    const flying = tiers.list.length > 0 ? [...(await records.rebuildQueries.inFlight()).keys()] : [];
    for (const { name } of tiers.list) {
      const own = flying.filter((instance) => tierOfInstance(tiers, instance) === name);
      metrics.metrics.tierRebuilds.set({ tier: name }, own.length);
    }
    const depth = await records.nudges.depth();
    for (const work of works) metrics.metrics.jobsWaiting.set({ queue: queueNames[work] }, depth[work]);
  };
  const lookAtStates = async (): Promise<void> => {
    const states = await records.rebuildStates();
    metrics.metrics.rebuilds.reset();
    for (const [state, count] of states) metrics.metrics.rebuilds.set({ state }, count);
  };
  const statesTimer = setInterval(() => {
    lookAtStates().catch((error: unknown) => log.debug({ error }, 'Rebuilds were not counted'));
  }, statesEvery);
  stack.defer(() => clearInterval(statesTimer));
  const timer = setInterval(() => {
    look().catch((error: unknown) => log.debug({ error }, 'Gauges were not brought up to date'));
  }, every);
  stack.defer(() => clearInterval(timer));
};
