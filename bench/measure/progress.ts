import { setTimeout as sleep } from 'node:timers/promises';

export interface Pace {
  readonly perSecond: number;
  /** How much was done between the two looks that count, which were then (`performance.now()`). */
  readonly done: number;
  readonly from: number;
  readonly to: number;
}

const limitMs = 120_000;

/** Watches a counter until it has reached `total`; what it had at the first look over `warmUp` is not counted. */
export const watchCounter = async (
  count: () => Promise<number>,
  { warmUp, total }: { readonly warmUp: number; readonly total: number },
  onFirst: () => Promise<void>,
): Promise<Pace> => {
  const giveUp = performance.now() + limitMs;
  let first: { at: number; done: number } | undefined;
  for (;;) {
    const done = await count();
    const at = performance.now();
    if (done > warmUp && !first) {
      first = { at, done };
      await onFirst();
    }
    if (first && done >= total) {
      const counted = total - first.done;
      return { done: counted, from: first.at, to: at, perSecond: (counted * 1000) / (at - first.at) };
    }
    if (at > giveUp) throw new Error(`${done} of ${total} were done after ${limitMs / 1000} s`);
    await sleep(5);
  }
};

/** Looks every 20 ms until it is so. */
export const waitUntil = async (what: string, is: () => Promise<boolean>, ms = 60_000): Promise<void> => {
  const giveUp = performance.now() + ms;
  while (!(await is())) {
    if (performance.now() > giveUp) throw new Error(`${what}: not within ${ms / 1000} s`);
    await sleep(20);
  }
};
