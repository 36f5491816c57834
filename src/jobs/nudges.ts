import { type Job, type JobsOptions, Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import { type Nudges, type Work, works } from '../reconcile/work.ts';

/** What a job carries: only where to look. It may be lost or doubled without harm. */
export interface Nudge {
  readonly kind: Work;
  readonly id: string;
}

export const queueNames = {
  lane: 'lanes',
  alert: 'actions',
  drive: 'rebuilds',
  card: 'cards',
  ticket: 'tickets',
  approvers: 'approvers',
} as const satisfies Record<Work, string>;

export interface JobQueues extends Nudges {
  /** Jobs waiting and delayed, for metrics. */
  depth(): Promise<Readonly<Record<Work, number>>>;
  close(): Promise<void>;
}

/** Nothing of a finished job is worth keeping: the records say what happened. */
const jobOptions = { removeOnComplete: true, removeOnFail: 100 } as const;

export const createJobQueues = (
  connection: Redis,
  prefix: string,
  onError: (error: Error) => void,
): JobQueues => {
  const open = (work: Work) => {
    const queue = new Queue<Nudge>(queueNames[work], {
      connection,
      prefix: `{${prefix}}`,
      defaultJobOptions: jobOptions,
    });
    queue.on('error', onError);
    return queue;
  };
  const queues = byWork(open);

  const add = async (
    kind: Work,
    ids: readonly string[],
    opts: (id: string) => JobsOptions = () => ({}),
  ): Promise<void> => {
    if (ids.length === 0) return;
    const jobs = ids.map((id) => ({ name: kind, data: { kind, id }, opts: opts(id) }));
    const [only] = jobs;
    // A single one needs no transaction around it.
    if (only && jobs.length === 1) await queues[kind].add(only.name, only.data, only.opts);
    else await queues[kind].addBulk(jobs);
  };

  return {
    nudge: (work, ids, delayMs = 0) => add(work, ids, delayMs > 0 ? delayed(delayMs, 'later') : undefined),
    // Every second what is overdue is found again. With a job for each finding, a queue that is behind would get longer
    // by all that waits in it, every second.
    found: (work, ids) => add(work, ids, (id) => ({ deduplication: { id: `${id}${foundWhy}` } })),
    afterLease: (work, id, delayMs) => add(work, [id], delayed(Math.max(1, delayMs), 'taken')),
    depth: async () => {
      const counts = await Promise.all(works.map((work) => queues[work].count()));
      return byWork((work) => counts[works.indexOf(work)] ?? 0);
    },
    close: async () => {
      await Promise.all(works.map((work) => queues[work].close()));
    },
  };
};

/**
 * A later wake-up of the same thing is replaced: there is one at most, however often it is put off. One that is added
 * while it runs waits for its end; with a time to live instead it could be lost, or they could pile up.
 */
const delayed =
  (ms: number, why: string) =>
  (id: string): JobsOptions => ({
    delay: Math.ceil(ms),
    deduplication: { id: `${id}.${why}`, replace: true, keepLastIfActive: true },
  });

const foundWhy = '.found';

/**
 * What was found due waits no longer once its job begins: should the worker die with it, it can be found again as soon
 * as its lease is over, and need not wait until BullMQ misses the worker.
 */
export const jobBegins = async (job: Job<Nudge>): Promise<void> => {
  if (job.deduplicationId?.endsWith(foundWhy) === true) await job.removeDeduplicationKey();
};

const byWork = <T>(of: (work: Work) => T): Record<Work, T> => ({
  lane: of('lane'),
  alert: of('alert'),
  drive: of('drive'),
  card: of('card'),
  ticket: of('ticket'),
  approvers: of('approvers'),
});
