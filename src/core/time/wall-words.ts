const minute = 60_000;
const day = 24 * 60 * minute;
const days = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];

/** What a clock on a wall shows, in ms: since Monday 00:00 of any week, or of one date as if it were UTC. */
export interface WallTime {
  readonly every: 'week' | 'once';
  readonly at: number;
}

/** Reads `fri 18:00`, `2026-12-24 18:00` or `2026-12-24T18:00:30`; undefined when it is none of them. */
export const parseWallTime = (text: string): WallTime | undefined => {
  const read = /^(?:(\d{4})-(\d\d)-(\d\d)[T ]|([a-z]{3}) )(\d\d):(\d\d)(?::(\d\d))?$/i.exec(text.trim());
  if (!read) return undefined;
  const [, year, month, date, weekday, h, m, s = '0'] = read;
  const [hour, min, sec] = [Number(h), Number(m), Number(s)];
  if (hour > 23 || min > 59 || sec > 59) return undefined;
  const time = hour * 60 * minute + min * minute + sec * 1_000;
  if (weekday !== undefined) {
    const at = days.indexOf(weekday.toLowerCase());
    return at < 0 ? undefined : { every: 'week', at: at * day + time };
  }
  const midnight = Date.UTC(Number(year), Number(month) - 1, Number(date));
  // 31 February is no date, although a calendar would go on counting.
  if (new Date(midnight).toISOString().slice(0, 10) !== `${year}-${month}-${date}`) return undefined;
  return { every: 'once', at: midnight + time };
};
