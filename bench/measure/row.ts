import { median } from './stats.ts';

/** One figure of the table. */
export interface Row {
  readonly case: string;
  readonly what: string;
  readonly value: number;
  readonly unit: string;
  /** What the project wants; the row is marked when it is missed. */
  readonly aim?: { readonly atLeast: number } | { readonly atMost: number };
  /** Lowest and highest of the rounds, where there were several; the value is their median. */
  readonly range?: readonly [low: number, high: number];
  /** The same of the build before. */
  readonly before?: number;
}

export const meets = ({ value, aim }: Row): boolean | undefined => {
  if (aim === undefined) return undefined;
  return 'atLeast' in aim ? value >= aim.atLeast : value <= aim.atMost;
};

/** One row of the same figure in several rounds. */
export const medianRows = (rounds: readonly (readonly Row[])[]): readonly Row[] => {
  const [first = []] = rounds;
  if (rounds.length < 2) return first;
  return first.map((row) => {
    const values = rounds.flatMap((rows) => valuesOf(rows, row));
    return { ...row, value: median(values), range: [Math.min(...values), Math.max(...values)] };
  });
};

/** Each row beside that of the build before, where that has it. */
export const besideRows = (now: readonly Row[], before: readonly Row[]): readonly Row[] =>
  now.map((row) => {
    const [value] = valuesOf(before, row);
    return value === undefined ? row : { ...row, before: value };
  });

const valuesOf = (rows: readonly Row[], row: Row): readonly number[] =>
  rows.filter((other) => other.case === row.case && other.what === row.what).map(({ value }) => value);
