import { isZone, momentAt, wallTime } from '../core/time/zoned.ts';
import { momentIn } from '../core/utc.ts';

/** From `from` until right before `to`; ms. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** What a report is about, and the time of the same length before it, which it is compared with. */
export interface Period extends Span {
  readonly before: Span;
  /** By whose clocks days begin; a name of the tz database. */
  readonly zone: string;
  /** Both are whole weeks or months, or what somebody asked for. */
  readonly of: 'week' | 'month' | 'time';
}

export interface PeriodAsked {
  readonly week?: boolean;
  readonly month?: boolean;
  readonly from?: string;
  readonly to?: string;
  readonly zone?: string;
}

const day = 86_400_000;

/** Which time is asked for, or everything that is wrong with what was asked; without anything, the last whole week. Pure. */
export const periodOf = (
  { week, month, from, to, zone: asked = 'UTC' }: PeriodAsked,
  now: number,
): { readonly period: Period } | { readonly problems: readonly string[] } => {
  const problems: string[] = [];
  const zone = isZone(asked) ? asked : 'UTC';
  if (zone !== asked)
    problems.push(`--zone ${asked}: write a name of the tz database, such as Europe/Berlin.`);
  const named = [week && '--week', month && '--month', (from ?? to) !== undefined && '--from and --to'];
  const several = named.filter((each) => typeof each === 'string');
  if (several.length > 1) problems.push(`${several.join(', ')}: each names a time; write one of them.`);
  const read = (flag: string, text: string | undefined): number | undefined => {
    const at = text === undefined ? undefined : momentOfText(text, zone);
    if (text !== undefined && at === undefined) {
      problems.push(`${flag} ${text}: write a day, 2026-11-20, or a moment, 2026-11-20T21:49Z.`);
    }
    return at;
  };
  const [first, last] = [read('--from', from), read('--to', to)];
  if (to !== undefined && from === undefined) problems.push('--to needs --from: write when it begins.');
  if (first !== undefined && first >= now)
    problems.push(`--from ${from} is yet to come: write a time in the past.`);
  if (first !== undefined && last !== undefined && last <= first)
    problems.push('--to has to be after --from.');
  if (problems.length > 0) return { problems };
  if (first !== undefined) {
    // What is to come is in no report.
    const end = Math.min(last ?? now, now);
    return { period: { from: first, to: end, before: before(first, end, zone), zone, of: 'time' } };
  }
  return { period: month ? lastMonth(now, zone) : lastWeek(now, zone) };
};

/** Monday to Monday, midnight by the clocks of `zone`: a week in which they change has 167 or 169 hours. */
const lastWeek = (now: number, zone: string): Period => {
  const midnight = Math.floor(wallTime(now, zone) / day) * day;
  // 1 January 1970 was a Thursday.
  const monday = midnight - ((midnight / day + 3) % 7) * day;
  return between([monday - 14 * day, monday - 7 * day, monday], zone, 'week');
};

const lastMonth = (now: number, zone: string): Period => {
  const today = new Date(wallTime(now, zone));
  const firstOf = (back: number): number => Date.UTC(today.getUTCFullYear(), today.getUTCMonth() - back, 1);
  return between([firstOf(2), firstOf(1), firstOf(0)], zone, 'month');
};

/** `walls`: what the clocks show when the time before begins, the period begins, and it ends. */
const between = (walls: readonly [number, number, number], zone: string, of: Period['of']): Period => {
  const [first, from, to] = walls.map((wall) => momentAt(wall, zone, 'first')) as [number, number, number];
  return { from, to, before: { from: first, to: from }, zone, of };
};

/** As long by the clocks: whole days before whole days, also over a change of clocks. */
const before = (from: number, to: number, zone: string): Span => {
  const rest = from % 1_000;
  const wall = (at: number): number => wallTime(at, zone);
  return { from: momentAt(wall(from) - (wall(to) - wall(from)), zone, 'first') + rest, to: from };
};

/** A day begins by the clocks of the zone; a moment without an offset is in UTC. */
const momentOfText = (text: string, zone: string): number | undefined => {
  const at = momentIn(text);
  return at === undefined || text.length > 10 ? at : momentAt(at, zone, 'first');
};
