const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
const steps = [
  minute,
  2 * minute,
  5 * minute,
  10 * minute,
  15 * minute,
  30 * minute,
  hour,
  2 * hour,
  3 * hour,
  6 * hour,
  12 * hour,
  day,
  2 * day,
  3 * day,
  5 * day,
  7 * day,
] as const;

/** Round moments between two, at most `most` of them; ms. */
export const timeTicks = (from: number, to: number, most: number): readonly number[] => {
  const step = steps.find((each) => (to - from) / each <= most) ?? Math.ceil((to - from) / most / day) * day;
  const first = Math.ceil(from / step) * step;
  return Array.from({ length: Math.max(0, Math.floor((to - first) / step) + 1) }, (_, i) => first + i * step);
};

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `03:00`, UTC. */
export const clock = (ms: number): string => new Date(ms).toISOString().slice(11, 16);
/** `20 Nov`, UTC. */
export const date = (ms: number): string => {
  const at = new Date(ms);
  return `${at.getUTCDate()} ${months[at.getUTCMonth()] ?? ''}`;
};
export const dateTime = (ms: number): string => `${date(ms)} ${clock(ms)}`;
export const isMidnight = (ms: number): boolean => ms % day === 0;

/** The next round number that is large enough for an axis with four parts, at least 4. */
export const niceMaximum = (value: number): number => {
  const parts = [1, 2, 3, 5, 6, 10, 15, 20, 25, 30, 50, 100, 250, 1000];
  return 4 * (parts.find((part) => part * 4 >= value) ?? (Number.isFinite(value) ? Math.ceil(value / 4) : 1));
};

/** From a span of values to a span of pixels; what lies outside is put on the edge. */
export const scale =
  (from: number, to: number, start: number, end: number) =>
  (value: number): number => {
    const share = to === from || !Number.isFinite(value) ? 0 : (value - from) / (to - from);
    return start + Math.min(1, Math.max(0, share)) * (end - start);
  };
