/** `2026-11-20 21:49 UTC`, or with seconds: what does not depend on where it is read. */
export const utc = (ms: number, to: 'minutes' | 'seconds' = 'minutes'): string =>
  `${new Date(ms)
    .toISOString()
    .slice(0, to === 'minutes' ? 16 : 19)
    .replace('T', ' ')} UTC`;
