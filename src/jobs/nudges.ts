import { Queue } from 'bullmq';
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

  const add = async (kind: Work, ids: readonly string[], delayMs: number, why: string): Promise<void> => {
    if (ids.length === 0) return;
    // A later wake-up of the same thing is replaced: there is one at most, however often it is put off. One that is
    // added while it runs waits for its end; with a time to live instead it could be lost, or they could pile up.
    const opts = (id: string) =>
      delayMs > 0
        ? {
            delay: Math.ceil(delayMs),
            deduplication: { id: `${id}.${why}`, replace: true, keepLastIfActive: true },
          }
        : {};
    const jobs = ids.map((id) => ({ name: kind, data: { kind, id }, opts: opts(id) }));
    const [only] = jobs;
    // A single one needs no transaction around it.
    if (only && jobs.length === 1) await queues[kind].add(only.name, only.data, only.opts);
    else await queues[kind].addBulk(jobs);
  };

  return {
    nudge: (work, ids, delayMs = 0) => add(work, ids, delayMs, 'later'),
    afterLease: (work, id, delayMs) => add(work, [id], Math.max(1, delayMs), 'taken'),
    depth: async () => {
      const counts = await Promise.all(works.map((work) => queues[work].count()));
      return byWork((work) => counts[works.indexOf(work)] ?? 0);
    },
    close: async () => {
      await Promise.all(works.map((work) => queues[work].close()));
    },
  };
};

const byWork = <T>(of: (work: Work) => T): Record<Work, T> => ({
  lane: of('lane'),
  alert: of('alert'),
  drive: of('drive'),
  card: of('card'),
  ticket: of('ticket'),
  approvers: of('approvers'),
});
