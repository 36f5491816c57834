import type { Redis } from 'ioredis';
import type { JobQueues } from '../../src/jobs/nudges.ts';
import { startWorkers, type Workers } from '../../src/jobs/workers.ts';
import type { RebuildStore } from '../../src/rebuild/ports/store.ts';
import type { DueRounds } from '../../src/reconcile/due-rounds.ts';
import { type Leases, leaseMs } from '../../src/reconcile/lease.ts';
import { createLocalDedup, type LocalDedup } from '../../src/reconcile/local-dedup.ts';
import { createRun } from '../../src/reconcile/run.ts';
import type { After, Pass, Work } from '../../src/reconcile/work.ts';

export interface WorkOptions {
  readonly connect: () => Redis;
  readonly prefix: string;
  readonly leases: Leases;
  readonly nudges: JobQueues;
  readonly running?: LocalDedup;
  /** Absent: only nudges are worked off. */
  readonly due?: {
    readonly rounds: DueRounds<Awaited<ReturnType<RebuildStore['take']>>['taken'][number]>;
    readonly take: RebuildStore['take'];
  };
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
  const { passes, concurrency = 4, running = createLocalDedup(), due } = options;
  const places = Object.fromEntries(Object.keys(passes).map((work) => [work, concurrency]));
  const run = createRun({
    ...{ ...options, running, now: Date.now, after: realTimers },
    ...(due && { onTimed: due.rounds.due }),
  });
  const end = due?.rounds.open({
    take: (count) => due.take('drive', Date.now(), count, { owner: options.owner, ms: leaseMs }),
    run: ({ id }) => run('drive', id, async () => passes.drive?.(id)),
    places: concurrency,
    onError: options.onError,
  });
  const workers = startWorkers({ ...options, concurrency: places, run });
  return {
    stop: async (ms) => {
      await Promise.all([workers.stop(ms), end?.(ms)]);
    },
  };
};
