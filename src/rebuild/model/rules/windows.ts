/** When nothing may be begun: freeze windows, by the clocks of their own time zone. */
import { momentAt, wallTime } from '../../../core/time/zoned.ts';

/** Wall times as ms, as if they were UTC. From the very second of `from` until right before that of `to`. */
export type FreezeWindow = {
  readonly name: string;
  /** Of the tz database. */
  readonly zone: string;
} & (
  | { readonly every: 'week'; readonly from: number; readonly to: number }
  | { readonly every: 'once'; readonly from: number; readonly to: number }
);

/** It is frozen now. */
export interface Frozen {
  /** Names of the windows that hold now. */
  readonly names: readonly string[];
  /** When it ends, windows that follow without a gap included; undefined: it has no end. ms */
  readonly until?: number;
  /** Of the window that holds longest: how its people tell the time. */
  readonly zone: string;
}

const day = 24 * 3_600_000;
const week = 7 * day;
/** More windows than this, each beginning where the last one ends, are a freeze without an end. */
const chainedAtMost = 16;

/** Midnight of a Monday, from which days of the week are counted. */
const someMonday = Date.UTC(2024, 0, 1);

interface Span {
  readonly from: number;
  readonly to: number;
}

/** The times that a window holds around `at`, as moments. What clocks show twice counts both times: the stricter reading. */
const spansOf = (window: FreezeWindow, at: number): readonly Span[] => {
  const { zone, from, to } = window;
  const span = (start: number, end: number): Span => ({
    from: momentAt(start, zone, 'first'),
    to: momentAt(end, zone, 'last'),
  });
  if (window.every === 'once') return [span(from, to)];
  const wall = wallTime(at, zone);
  const monday = wall - ((((wall - someMonday) % week) + week) % week);
  const lasts = (((to - from) % week) + week) % week;
  return [-week, 0, week].map((away) => span(monday + away + from, monday + away + from + lasts));
};

const holding = (windows: readonly FreezeWindow[], at: number) =>
  windows.flatMap((window) => {
    const held = spansOf(window, at).filter((span) => span.from <= at && at < span.to);
    return held.length === 0 ? [] : [{ window, to: Math.max(...held.map(({ to }) => to)) }];
  });

/** What freezes at `now`; undefined while nothing does. Windows that overlap or follow each other are one. Pure. */
export const frozenAt = (windows: readonly FreezeWindow[], now: number): Frozen | undefined => {
  const first = holding(windows, now);
  if (first.length === 0) return undefined;
  const names = [...new Set(first.map(({ window }) => window.name))];
  let longest = first.reduce((a, b) => (b.to > a.to ? b : a));
  for (let chained = 0; chained < chainedAtMost; chained++) {
    const next = holding(windows, longest.to);
    if (next.length === 0) return { names, until: longest.to, zone: longest.window.zone };
    longest = next.reduce((a, b) => (b.to > a.to ? b : a));
  }
  return { names, zone: longest.window.zone };
};
