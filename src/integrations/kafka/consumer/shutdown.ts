import { setTimeout as sleep } from 'node:timers/promises';

/**
 * True when `closing` ended, or nothing is left that could be finished, before `deadline` milliseconds were over.
 */
export const finishedInTime = async (options: {
  readonly closing: Promise<unknown>;
  readonly nothingLeft: () => boolean;
  readonly deadline: number;
}): Promise<boolean> => {
  const end = performance.now() + options.deadline;
  let closed = false;
  const closing = options.closing.then(() => {
    closed = true;
  });
  while (!closed && !options.nothingLeft()) {
    const left = end - performance.now();
    if (left <= 0) return false;
    await Promise.race([closing, sleep(Math.min(left, 100))]);
  }
  return true;
};
