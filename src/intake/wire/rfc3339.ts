const shape = /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)$/;

/** RFC 3339 with `Z` or an offset, to any precision. */
export const isTime = (text: string): boolean => msOf(text) !== undefined;

/** ms since the epoch; undefined for what is no RFC 3339 time. */
export const msOf = (text: string): number | undefined => quickMs(text) ?? slowMs(text);

const slowMs = (text: string): number | undefined => {
  const ms = shape.test(text) ? Date.parse(text.toUpperCase()) : Number.NaN;
  return Number.isNaN(ms) || !isDay(text) ? undefined : ms;
};

/** `Date.parse` makes the 2nd of March of a 30th of February. */
const isDay = (text: string): boolean => {
  const day = new Date(text.slice(0, 10));
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text.slice(0, 10));
};

const daysIn = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const;

/**
 * `2026-11-20T14:13:42Z`, with or without a fraction, as nearly everybody writes it. Digits are read where they have to
 * stand. undefined: another spelling, an early year, or no time at all.
 */
export const quickMs = (text: string): number | undefined => {
  const { length } = text;
  if (length < 20 || text.charCodeAt(length - 1) !== 0x5a) return undefined;
  if (text.charCodeAt(4) !== 0x2d || text.charCodeAt(7) !== 0x2d || text.charCodeAt(10) !== 0x54)
    return undefined;
  if (text.charCodeAt(13) !== 0x3a || text.charCodeAt(16) !== 0x3a) return undefined;
  const year = two(text, 0) * 100 + two(text, 2);
  const [month, day, hour, minute, second] = [
    two(text, 5),
    two(text, 8),
    two(text, 11),
    two(text, 14),
    two(text, 17),
  ];
  // Whatever is no digit makes one of them NaN, and each of these false.
  if (!(year >= 1000 && month >= 1 && month <= 12 && day >= 1 && hour <= 23 && minute <= 59 && second <= 59))
    return undefined;
  const leap = month === 2 && year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  if (day > (daysIn[month - 1] ?? 0) + (leap ? 1 : 0)) return undefined;
  const fraction = length === 20 ? 0 : millisecond(text);
  return Number.isNaN(fraction) ? undefined : Date.UTC(year, month - 1, day, hour, minute, second, fraction);
};

/** Of a fraction that begins behind the seconds and ends before the last letter; further digits are cut off. */
const millisecond = (text: string): number => {
  if (text.charCodeAt(19) !== 0x2e || text.length < 22) return Number.NaN;
  let value = 0;
  for (let at = 20; at < text.length - 1; at++) {
    const read = digit(text, at);
    if (Number.isNaN(read)) return read;
    if (at < 23) value = value * 10 + read;
  }
  const digits = Math.min(3, text.length - 21);
  return digits === 3 ? value : digits === 2 ? value * 10 : value * 100;
};

const two = (text: string, at: number): number => digit(text, at) * 10 + digit(text, at + 1);

const digit = (text: string, at: number): number => {
  const code = text.charCodeAt(at) - 0x30;
  return code >= 0 && code <= 9 ? code : Number.NaN;
};
