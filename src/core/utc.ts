/** `2026-11-20 21:49 UTC`, or with seconds: what does not depend on where it is read. */
export const utc = (ms: number, to: 'minutes' | 'seconds' = 'minutes'): string =>
  `${new Date(ms)
    .toISOString()
    .slice(0, to === 'minutes' ? 16 : 19)
    .replace('T', ' ')} UTC`;

/** A day or a moment (RFC 3339), in UTC where nothing else is said; ms. Undefined where it is neither. */
export const momentIn = (text: string): number | undefined => {
  if (!/^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})?)?$/.test(text)) return undefined;
  const local = /T.*\d$/.test(text) && !/[+-]\d{2}:\d{2}$/.test(text);
  const at = Date.parse(local ? `${text}Z` : text);
  return Number.isNaN(at) || !isDay(text.slice(0, 10)) ? undefined : at;
};

/** 30 February is no day, although `Date.parse` goes on counting. */
const isDay = (text: string): boolean => new Date(text).toISOString().startsWith(text);
