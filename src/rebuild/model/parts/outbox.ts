/** What waits to be told in Slack or Jira. */
interface Waiting {
  readonly n: number;
  readonly at: number;
  /** It stands for so many that are not told. */
  readonly left?: number;
}

/**
 * At most `most` of them: a thread or a ticket that cannot be reached does not grow its record without end. The oldest give
 * way to one, made of `inTheirPlace`, that counts them (`left`); the journal has each of them.
 */
export const atMost = <T extends Waiting>(
  waiting: readonly T[],
  most: number,
  inTheirPlace: Omit<T, 'n' | 'at' | 'left'>,
): readonly T[] => {
  const tooMany = waiting.slice(0, Math.max(0, waiting.length - most + 1));
  const last = tooMany.at(-1);
  if (waiting.length <= most || last === undefined) return waiting;
  const left = tooMany.reduce((sum, each) => sum + (each.left ?? 1), 0);
  const { n, at } = last;
  return [{ ...inTheirPlace, n, at, left } as T, ...waiting.slice(tooMany.length)];
};
