import { momentAt, wallTime } from './zoned.ts';

/** Hours of every day in which people are left alone. */
export interface QuietHours {
  readonly name: string;
  /** Of the day, as clocks in `zone` show it; ms. `until` may be of the next day. */
  readonly from: number;
  readonly until: number;
  readonly zone: string;
  /** What is critical is held, too. */
  readonly critical?: true;
}

const day = 86_400_000;

/** When the quiet that holds at `at` ends; undefined: it is not quiet then. ms */
export const quietUntil = ({ from, until, zone }: QuietHours, at: number): number | undefined => {
  const wall = wallTime(at, zone);
  const midnight = Math.floor(wall / day) * day;
  const time = wall - midnight;
  const overnight = from >= until;
  const isQuiet = overnight ? time >= from || time < until : time >= from && time < until;
  if (!isQuiet) return undefined;
  const ends = midnight + until + (overnight && time >= from ? day : 0);
  // Where clocks show it twice, or skip it, nobody waits for longer.
  return Math.max(at, momentAt(ends, zone, 'first'));
};
