import { Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import type { Lanes } from '../alerts/lanes.ts';
import { type Nudge, type Nudges, queueNames } from './nudges.ts';
import { passUnderLease } from './under-lease.ts';

export interface WorkerDeps {
  /** A connection of its own for each worker: it blocks. */
  readonly connect: () => Redis;
  readonly prefix: string;
  readonly lanes: Lanes;
  readonly nudges: Nudges;
  /** Makes Slack match the records of a channel; answers when to come again, ms from now. */
  readonly passLane: (channel: string) => Promise<number | undefined>;
  /** Runs the due actions of an alert; answers when to come again, ms from now. */
  readonly runActions: (alertId: string) => Promise<number | undefined>;
  readonly owner: string;
  readonly concurrency: { readonly lanes: number; readonly actions: number };
  readonly onError: (error: Error, nudge?: Nudge) => void;
  /** Called whenever a loop shows that it is alive. */
  readonly onBeat: (loop: 'lanes' | 'actions') => void;
}

export interface Workers {
  /** Lets the running jobs finish, for at most `ms`. */
  stop(ms: number): Promise<void>;
}

/** After an error nobody expected: soon, but not at once. */
const retryMs = 2_000;

export const startWorkers = (deps: WorkerDeps): Workers => {
  const connections: Redis[] = [];
  let stopped = false;
  const start = (
    kind: Nudge['kind'],
    concurrency: number,
    work: (id: string) => Promise<number | undefined>,
  ) => {
    const connection = deps.connect();
    connections.push(connection);
    const worker = new Worker<Nudge>(
      queueNames[kind],
      async (job) => {
        deps.onBeat(queueNames[kind]);
        const again = await work(job.data.id).catch((error: unknown) => {
          deps.onError(error instanceof Error ? error : new Error(String(error)), job.data);
          return retryMs;
        });
        if (again !== undefined)
          await deps.nudges[kind === 'lane' ? 'lanes' : 'alerts']([job.data.id], again);
      },
      {
        connection,
        prefix: `{${deps.prefix}}`,
        concurrency,
        // A job is only a nudge: however often its worker died, it may run again.
        maxStalledCount: 1_000_000,
      },
    );
    worker.on('error', (error) => {
      if (!stopped) deps.onError(error);
    });
    return worker;
  };

  const newOwner = (): string => `${deps.owner}.${Math.random().toString(36).slice(2)}`;
  const workers = [
    start('lane', deps.concurrency.lanes, (channel) => passUnderLease(deps, channel, newOwner())),
    start('alert', deps.concurrency.actions, deps.runActions),
  ];

  return {
    stop: async (ms) => {
      const closed = Promise.all(workers.map((worker) => worker.close()));
      const late = new Promise<'late'>((resolve) => {
        setTimeout(() => resolve('late'), ms).unref();
      });
      // Late jobs are left behind: `close(true)` would wait for them as well (bullmq 6.7, a close under way is returned).
      // Their locks run out, and whatever they were at is on record as claimed.
      await Promise.race([closed, late]);
      stopped = true;
      for (const connection of connections) connection.disconnect();
    },
  };
};
