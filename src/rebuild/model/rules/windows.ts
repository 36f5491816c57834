/** When nothing may be begun: freeze windows, by the clocks of their own time zone. */
import { momentAt, wallTime } from '../../../core/time/zoned.ts';
import { type Freeze, holdingAt } from './freezes.ts';

/** Wall times as ms, as if they were UTC. From the very second of `from` until right before that of `to`. */
export type FreezeWindow = {
  readonly name: string;
  /** Of the tz database. */
  readonly zone: string;
} & (
  | { readonly every: 'week'; readonly from: number; readonly to: number }
  | { readonly every: 'once'; readonly from: number; readonly to: number }
);

/** It is frozen now, by windows, people, or both. */
export interface Frozen {
  /** Names of the windows that hold now. */
  readonly names: readonly string[];
  /** When it ends, windows that follow without a gap included; undefined: it has no end. ms */
  readonly until?: number;
  /** Of what holds longest: how its people tell the time. */
  readonly zone: string;
  /** What people have frozen. Absent: nothing. */
  readonly freezes?: readonly Freeze[];
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

interface Holding {
  /** Absent: people froze it. */
  readonly name?: string;
  readonly zone: string;
  readonly to: number;
}

const holding = (
  windows: readonly FreezeWindow[],
  freezes: readonly Freeze[],
  at: number,
): readonly Holding[] => [
  ...windows.flatMap((window) => {
    const held = spansOf(window, at).filter((span) => span.from <= at && at < span.to);
    return held.length === 0
      ? []
      : [{ name: window.name, zone: window.zone, to: Math.max(...held.map(({ to }) => to)) }];
  }),
  ...holdingAt(freezes, at).map(({ until = Number.POSITIVE_INFINITY, zone = 'UTC' }) => ({
    zone,
    to: until,
  })),
];

const longestOf = (all: readonly [Holding, ...Holding[]]): Holding =>
  all.reduce((a, b) => (b.to > a.to ? b : a));

const isSome = <T>(list: readonly T[]): list is readonly [T, ...T[]] => list.length > 0;

/**
 * What freezes at `now`: windows, and what people have frozen; undefined while nothing does. What overlaps or follows
 * without a gap is one. Pure.
 */
export const frozenAt = (
  windows: readonly FreezeWindow[],
  now: number,
  freezes: readonly Freeze[] = [],
): Frozen | undefined => {
  const first = holding(windows, freezes, now);
  if (!isSome(first)) return undefined;
  const names = [...new Set(first.flatMap(({ name }) => name ?? []))];
  const people = holdingAt(freezes, now);
  const found = { names, ...(people.length > 0 && { freezes: people }) };
  let longest = longestOf(first);
  for (let chained = 0; chained < chainedAtMost && Number.isFinite(longest.to); chained++) {
    const next = holding(windows, freezes, longest.to);
    if (!isSome(next)) return { ...found, until: longest.to, zone: longest.zone };
    longest = longestOf(next);
  }
  return { ...found, zone: longest.zone };
};

/** The same, of what policy and people say of an instance. */
export const frozenNow = (
  controls:
    | { readonly freeze: readonly FreezeWindow[]; readonly freezes?: { readonly now: readonly Freeze[] } }
    | undefined,
  now: number,
): Frozen | undefined => controls && frozenAt(controls.freeze, now, controls.freezes?.now);
