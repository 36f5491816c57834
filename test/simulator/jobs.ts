import type { Chaos } from './alerts/chaos.ts';
import type { Scheduler } from './scheduler.ts';

export type JobKind = 'lane' | 'alert';

/** The queues: nudges that may be lost, and of which a later one replaces the one before. */
export interface Jobs {
  add(kind: JobKind, ids: readonly string[], delayMs: number): void;
}

export interface Worker {
  readonly process: { readonly alive: boolean };
  work(kind: JobKind, id: string): Promise<number | undefined>;
}

/** A job whose worker is not heard of for this long is given to another, while the first may still be at it; ms. */
const stalledAfter = 30_000;
const retryMs = 2_000;

export const createJobs = (
  scheduler: Scheduler,
  chaos: Chaos,
  /** A worker that takes a job now, if there is one. */
  taker: () => Worker | undefined,
): Jobs => {
  const later = new Map<string, object>();
  const waiting = new Set<string>();
  const run = (kind: JobKind, id: string): void => {
    const name = `${kind} ${id}`;
    const worker = taker();
    if (!worker) {
      if (!waiting.has(name))
        scheduler.at(scheduler.now() + 1_000, () => waiting.delete(name) && run(kind, id));
      waiting.add(name);
      return;
    }
    let done = false;
    scheduler.at(scheduler.now() + stalledAfter, () => {
      if (!done) run(kind, id);
    });
    const end = (again: number | undefined): void => {
      done = true;
      if (again !== undefined) jobs.add(kind, [id], again);
    };
    void worker.work(kind, id).then(end, () => end(retryMs));
  };
  const jobs: Jobs = {
    add: (kind, ids, delayMs) => {
      for (const id of ids) {
        if (chaos.chance(0.1)) continue;
        const name = `${kind} ${id}`;
        const token = {};
        if (delayMs > 0) later.set(name, token);
        scheduler.at(scheduler.now() + delayMs + 1, () => {
          if (delayMs > 0 && later.get(name) !== token) return;
          if (delayMs > 0) later.delete(name);
          run(kind, id);
        });
      }
    },
  };
  return jobs;
};
