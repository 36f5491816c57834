import type { AppContext } from './context.ts';

/** Runs one job of a queue, counted and timed. */
export const timed = async <T>({ metrics }: AppContext, queue: string, run: () => Promise<T>): Promise<T> => {
  const started = performance.now();
  let outcome = 'failed';
  try {
    const result = await run();
    outcome = 'ok';
    return result;
  } finally {
    metrics.metrics.jobs.inc({ queue, outcome });
    metrics.metrics.jobSeconds.observe({ queue }, (performance.now() - started) / 1000);
  }
};
