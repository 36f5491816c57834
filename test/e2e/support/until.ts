import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Looks until `test` holds, and answers what was seen; throws with the last look when the time is up (ms). The default is
 * for what comes soon on a calm machine and late on a busy one: how fast it comes is measured elsewhere.
 */
export const until = async <T>(
  what: string,
  look: () => Promise<T>,
  test: (seen: T) => boolean,
  timeout = 45_000,
): Promise<T> => {
  const deadline = performance.now() + timeout;
  for (;;) {
    const seen = await look();
    if (test(seen)) return seen;
    if (performance.now() > deadline) {
      throw new Error(`Waited ${timeout} ms for ${what}. Last seen: ${JSON.stringify(seen, null, 1)}`);
    }
    await sleep(25);
  }
};
