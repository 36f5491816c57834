import type { Redis } from 'ioredis';
import type { JobQueues } from '../../src/jobs/nudges.ts';
import { startWorkers, type Workers } from '../../src/jobs/workers.ts';
import type { Leases } from '../../src/reconcile/lease.ts';
import { createLocalDedup, type LocalDedup } from '../../src/reconcile/local-dedup.ts';
import { createRun } from '../../src/reconcile/run.ts';
import type { After, Pass, Work } from '../../src/reconcile/work.ts';

export interface WorkOptions {
  readonly connect: () => Redis;
  readonly prefix: string;
  readonly leases: Leases;
  readonly nudges: JobQueues;
  readonly running?: LocalDedup;
  readonly owner: string;
  readonly passes: Readonly<Partial<Record<Work, Pass>>>;
  readonly concurrency?: number;
  readonly onError: (error: unknown) => void;
}

/** The timers of this process. */
export const realTimers: After = (ms, run) => {
  const timer = setTimeout(run, ms);
  return () => clearTimeout(timer);
};

/** The workers of one process, which run these passes as the app does. */
export const startWork = (options: WorkOptions): Workers => {
  const { passes, concurrency = 4, running = createLocalDedup() } = options;
  const places = Object.fromEntries(Object.keys(passes).map((work) => [work, concurrency]));
  return startWorkers({
    ...options,
    concurrency: places,
    run: createRun({ ...options, running, now: Date.now, after: realTimers }),
  });
};
