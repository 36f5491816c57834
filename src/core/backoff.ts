/** How long a wait begins, and how long it gets at most; ms. */
export interface Backoff {
  readonly first: number;
  readonly most: number;
}

/** Chance as data: a wait is between `from` and `to` times its length, at `random` (0 to 1) of the way. */
export interface Jitter {
  readonly from: number;
  readonly to: number;
  readonly random: number;
}

/** Milliseconds to wait after `failures` failures in a row (1: the first): doubled with each one. */
export const backoff = (failures: number, { first, most }: Backoff, jitter?: Jitter): number => {
  const wait = Math.min(most, first * 2 ** Math.min(Math.max(0, failures - 1), 30));
  if (jitter === undefined) return wait;
  const { from, to, random } = jitter;
  return Math.round(wait * (from + (to - from) * random));
};
