/** Minutes; no window is longer than a month in practice, and a look back costs a step a minute. */
const longest = 31 * 24 * 60;

/** Whether a window that opens by a cron schedule is open at `now`; undefined where that cannot be told. */
export const isActive = (
  schedule: string,
  duration: string,
  timeZone: string,
  now: number,
): boolean | undefined => {
  const minutes = minutesIn(duration);
  const fields = fieldsOf(schedule);
  if (minutes === undefined || minutes > longest || !fields) return undefined;
  let clock: (at: number) => readonly number[];
  try {
    clock = clockIn(timeZone === '' ? 'UTC' : timeZone);
  } catch {
    return undefined;
  }
  const start = Math.floor(now / 60_000);
  for (let back = 0; back < minutes; back++) {
    if (opens(fields, clock((start - back) * 60_000))) return true;
  }
  return false;
};

const units: Readonly<Record<string, number>> = { h: 60, m: 1, s: 1 / 60 };

/** Go's way of writing durations: `1h`, `1h30m`. */
const minutesIn = (duration: string): number | undefined => {
  if (!/^(\d+(\.\d+)?[hms])+$/.test(duration)) return undefined;
  return [...duration.matchAll(/(\d+(?:\.\d+)?)([hms])/g)].reduce(
    (sum, [, amount, unit]) => sum + Number(amount) * (units[unit ?? ''] ?? 0),
    0,
  );
};

interface Fields {
  /** Minute, hour, day of the month, month, day of the week. */
  readonly allowed: readonly ReadonlySet<number>[];
  readonly anyDay: boolean;
}

const descriptors: Readonly<Record<string, string>> = {
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
  '@monthly': '0 0 1 * *',
  '@weekly': '0 0 * * 0',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@hourly': '0 * * * *',
};
const bounds = [
  [0, 59],
  [0, 23],
  [1, 31],
  [1, 12],
  [0, 6],
] as const;
const words = [
  [],
  [],
  [],
  ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'],
  ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'],
] as const;

const fieldsOf = (schedule: string): Fields | undefined => {
  const parts = (descriptors[schedule.trim()] ?? schedule).trim().split(/\s+/);
  if (parts.length !== 5) return undefined;
  const allowed = parts.map((each, index) => setOf(each.toLowerCase(), index));
  if (allowed.some((each) => each === undefined)) return undefined;
  const star = (index: number): boolean => /^[*?]/.test(parts[index] ?? '');
  return { allowed: allowed.flatMap((each) => each ?? []), anyDay: star(2) || star(4) };
};

const setOf = (field: string, index: number): ReadonlySet<number> | undefined => {
  const [low, high] = bounds[index] ?? [0, 0];
  const names: readonly string[] = words[index] ?? [];
  const numberOf = (word: string): number =>
    names.includes(word) ? names.indexOf(word) + low : /^\d+$/.test(word) ? Number(word) : Number.NaN;
  const found = new Set<number>();
  for (const piece of field.split(',')) {
    const [range = '', step = '1'] = piece.split('/');
    const [from = '', to] = range.split('-');
    const first = /^[*?]$/.test(range) ? low : numberOf(from);
    const last = /^[*?]$/.test(range)
      ? high
      : to !== undefined
        ? numberOf(to)
        : piece.includes('/')
          ? high
          : first;
    const by = Number(step);
    if (![first, last, by].every(Number.isInteger) || by < 1 || first < low || last > high) return undefined;
    for (let n = first; n <= last; n += by) found.add(n);
  }
  return found;
};

const opens = ({ allowed, anyDay }: Fields, at: readonly number[]): boolean => {
  const hits = allowed.map((each, index) => each.has(at[index] ?? -1));
  const [minute, hour, day, month, weekday] = hits;
  // Two days that are both given are either, as cron has always had it.
  const onDay = anyDay ? day === true && weekday === true : day === true || weekday === true;
  return minute === true && hour === true && month === true && onDay;
};

const clockIn = (timeZone: string): ((at: number) => readonly number[]) => {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    minute: 'numeric',
    hour: 'numeric',
    day: 'numeric',
    month: 'numeric',
    weekday: 'short',
  });
  const weekdays: readonly string[] = words[4];
  return (at) => {
    const parts = new Map(format.formatToParts(at).map(({ type, value }) => [type, value]));
    const numeric = (type: Intl.DateTimeFormatPartTypes): number => Number(parts.get(type) ?? Number.NaN);
    const weekday = weekdays.indexOf((parts.get('weekday') ?? '').toLowerCase());
    return [numeric('minute'), numeric('hour'), numeric('day'), numeric('month'), weekday];
  };
};
