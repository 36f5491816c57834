import { momentAt, wallTime } from './zoned.ts';

/** When a handover is posted, and where. */
export interface HandoverSchedule {
  readonly name: string;
  /** Of the day, as clocks in `zone` show it; ms. */
  readonly at: number;
  /** 0 is Monday. */
  readonly days: readonly number[];
  readonly zone: string;
  readonly channel: string;
  /** So long after its time it is still posted; ms. */
  readonly late: number;
  /** Rebuilds in flight are told as well. */
  readonly rebuilds: boolean;
}

const day = 86_400_000;
/** 1 January 1970 was a Thursday. */
const weekdayOf = (midnight: number): number => (midnight / day + 3) % 7;

/**
 * The newest moment by `now` at which it was to be posted. Once a day: where the clocks show its time twice, at the first; where
 * they skip it, when they jump. ms
 */
export const lastDue = (
  { at, days, zone }: Pick<HandoverSchedule, 'at' | 'days' | 'zone'>,
  now: number,
): number | undefined => {
  const today = Math.floor(wallTime(now, zone) / day) * day;
  for (let back = 0; back <= 8; back++) {
    const midnight = today - back * day;
    if (!days.includes(weekdayOf(midnight))) continue;
    const moment = momentAt(midnight + at, zone, 'first');
    if (moment <= now) return moment;
  }
  return undefined;
};
