/** Milliseconds to wait before attempt `attempt + 1`: doubles from 250 ms to 5 s, spread by `random` in [0, 1). */
export const backoff = (attempt: number, random: number): number =>
  Math.round(Math.min(250 * 2 ** attempt, 5000) * (0.75 + random / 2));
