/** How long something took, of all times it was measured. ms */
export interface Times {
  readonly count: number;
  /** Half, and nine in ten, took no longer. */
  readonly p50?: number;
  readonly p90?: number;
  readonly worst?: number;
}

/** By nearest rank: always a time that was taken, also where there is one alone. Pure. */
export const spreadOf = (all: readonly number[]): Times => {
  if (all.length === 0) return { count: 0 };
  const sorted = all.toSorted((a, b) => a - b);
  const rank = (share: number): number => sorted[Math.ceil(share * sorted.length) - 1] ?? 0;
  return { count: all.length, p50: rank(0.5), p90: rank(0.9), worst: rank(1) };
};

/** How often each, the most frequent first. */
export type Rows = readonly (readonly [name: string, count: number])[];

/** Names that are told apart; where there are more, the later ones are counted together: whoever sends new names takes no memory. */
export const namesAtMost = 10_000;
export const otherNames = '(others)';

export interface Tally {
  add(name: string): void;
  rows(): Rows;
}

export const createTally = (): Tally => {
  const counts = new Map<string, number>();
  return {
    add: (name) => {
      const key = counts.has(name) || counts.size < namesAtMost ? name : otherNames;
      counts.set(key, (counts.get(key) ?? 0) + 1);
    },
    rows: () => [...counts].toSorted(([a, n], [b, m]) => m - n || (a < b ? -1 : 1)),
  };
};

/** The first `most`, and the others as one. */
export const topOf = (rows: Rows, most: number): Rows => {
  const shown = rows.filter(([name]) => name !== otherNames).slice(0, most);
  const sum = (some: Rows): number => some.reduce((all, [, count]) => all + count, 0);
  const rest = sum(rows) - sum(shown);
  return rest === 0 ? shown : [...shown, [otherNames, rest]];
};
