import { type Job, Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import { type Work, works } from '../reconcile/work.ts';
import { jobBegins, type Nudge, queueNames } from './nudges.ts';

export interface WorkerDeps {
  /** A connection of its own for each worker: it blocks. */
  readonly connect: () => Redis;
  readonly prefix: string;
  /** How many of each at once. Absent: this process does not work on those. */
  readonly concurrency: Readonly<Partial<Record<Work, number>>>;
  /** Does not throw for what other systems do. */
  readonly run: (work: Work, id: string) => Promise<void>;
  readonly onError: (error: Error) => void;
}

export interface Workers {
  /** Lets the running jobs finish, for at most `ms`. */
  stop(ms: number): Promise<void>;
}

/**
 * How long the jobs of a process that died stay with it: until their lock is over, and two looks more. BullMQ's own
 * half minute each is for jobs that must not run twice; a nudge may. ms
 */
const lockMs = 10_000;
const stalledEvery = 5_000;

export const startWorkers = (deps: WorkerDeps): Workers => {
  const connections: Redis[] = [];
  let stopped = false;
  const start = (work: Work, concurrency: number) => {
    const connection = deps.connect();
    connections.push(connection);
    const process = async (job: Job<Nudge>): Promise<void> => {
      await jobBegins(job);
      await deps.run(work, job.data.id);
    };
    const worker = new Worker<Nudge>(queueNames[work], process, {
      connection,
      prefix: `{${deps.prefix}}`,
      concurrency,
      // A job is only a nudge: however often its worker died, it may run again.
      maxStalledCount: 1_000_000,
      lockDuration: lockMs,
      stalledInterval: stalledEvery,
      // After a lost connection; 15 s by default.
      runRetryDelay: 500,
    });
    worker.on('error', (error) => {
      if (!stopped) deps.onError(error);
    });
    return worker;
  };
  const workers = works.flatMap((work) => {
    const concurrency = deps.concurrency[work];
    return concurrency === undefined ? [] : [start(work, concurrency)];
  });

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
