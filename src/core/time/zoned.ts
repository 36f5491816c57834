/** What the clocks on the wall of a time zone show, by the tz database that Node brings along (ICU). */

const second = 1_000;
const hour = 3_600_000;

const clocks = new Map<string, Intl.DateTimeFormat>();

const clockOf = (zone: string): Intl.DateTimeFormat => {
  const known = clocks.get(zone);
  if (known) return known;
  const made = new Intl.DateTimeFormat('en-u-ca-gregory-nu-latn', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  clocks.set(zone, made);
  return made;
};

/** A name of the tz database, such as `America/New_York`; not an offset, which knows no change of clocks. */
export const isZone = (zone: string): boolean => {
  if (!/^(UTC|[A-Za-z_]+\/[A-Za-z0-9_+/-]+)$/.test(zone)) return false;
  try {
    clockOf(zone);
    return true;
  } catch {
    return false;
  }
};

/**
 * What the clocks in `zone` show at the moment `at`, written down as if it were UTC: ms, whole seconds. Two moments can
 * have the same wall time, and a wall time can have no moment.
 */
export const wallTime = (at: number, zone: string): number => {
  const read: Partial<Record<Intl.DateTimeFormatPartTypes, number>> = {};
  for (const { type, value } of clockOf(zone).formatToParts(at)) read[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour: h = 0, minute = 0, second: s = 0 } = read;
  return Date.UTC(year, month - 1, day, h, minute, s);
};

/**
 * The moment at which the clocks in `zone` show `wall`. Where they show it twice, `which` of the two; where they skip it,
 * the moment of the jump.
 */
export const momentAt = (wall: number, zone: string, which: 'first' | 'last'): number => {
  const offset = (at: number): number => wallTime(at, zone) - Math.floor(at / second) * second;
  // No change of clocks is farther away than a day's difference of any two zones.
  const tries = [offset(wall - 26 * hour), offset(wall + 26 * hour)].map((ms) => wall - ms);
  const [low, high] = [Math.min(...tries), Math.max(...tries)];
  const real = tries.filter((at) => wallTime(at, zone) === wall);
  if (real.length > 0) return which === 'first' ? Math.min(...real) : Math.max(...real);
  // Skipped: the first moment after which they show something later.
  let [before, after] = [low, high];
  while (after - before > second) {
    const middle = before + Math.floor((after - before) / 2 / second) * second;
    if (wallTime(middle, zone) > wall) after = middle;
    else before = middle;
  }
  return after;
};
