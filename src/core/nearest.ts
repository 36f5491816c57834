/**
 * The word of `among` that `word` was perhaps meant to be: at most a third of it typed wrongly, or only the beginning
 * of one (three letters at least, and of no other). Case, and `-` for `_`, make no difference.
 */
export const nearest = (word: string, among: readonly string[]): string | undefined => {
  const typed = plain(word).slice(0, 40);
  return onlyBeginning(typed, among) ?? leastEdited(typed, among);
};

/** `; did you mean x?`, or nothing. */
export const didYouMean = (word: string, known: readonly string[]): string => {
  const guess = nearest(word, known);
  return guess === undefined ? '' : `; did you mean ${guess}?`;
};

const plain = (word: string): string => word.toLowerCase().replaceAll('-', '_');

const onlyBeginning = (typed: string, among: readonly string[]): string | undefined => {
  const longer = typed.length < 3 ? [] : among.filter((candidate) => plain(candidate).startsWith(typed));
  return longer.length === 1 ? longer[0] : undefined;
};

const leastEdited = (typed: string, among: readonly string[]): string | undefined => {
  let best: string | undefined;
  let least = Math.max(1, Math.floor(typed.length / 3)) + 1;
  for (const candidate of among) {
    const off = editDistance(typed, plain(candidate));
    if (off < least) [best, least] = [candidate, off];
  }
  return best;
};

/** Edits from `a` to `b`: insertions, deletions, replacements, and swaps of two neighbours (optimal string alignment). */
const editDistance = (a: string, b: string): number => {
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const swapped =
        i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
          ? (before[j - 2] ?? 0) + 1
          : Number.POSITIVE_INFINITY;
      next.push(Math.min(replaced, swapped, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    before = row;
    row = next;
  }
  return row[b.length] ?? 0;
};
