/** One figure of the table. */
export interface Row {
  readonly case: string;
  readonly what: string;
  readonly value: number;
  readonly unit: string;
  /** What the project wants; the row is marked when it is missed. */
  readonly aim?: { readonly atLeast: number } | { readonly atMost: number };
}

export const meets = ({ value, aim }: Row): boolean | undefined => {
  if (aim === undefined) return undefined;
  return 'atLeast' in aim ? value >= aim.atLeast : value <= aim.atMost;
};
