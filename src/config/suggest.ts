/** The word of `known` that `word` was probably meant to be; undefined when none is near. */
export const suggest = (word: string, known: readonly string[]): string | undefined => {
  const asked = plain(word);
  const allowed = asked.length <= 4 ? 1 : asked.length <= 7 ? 2 : 3;
  let best: string | undefined;
  let bestDistance = allowed + 1;
  for (const candidate of known) {
    const distance = editDistance(asked, plain(candidate));
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance];
  }
  return best ?? known.find((candidate) => asked.length >= 3 && plain(candidate).startsWith(asked));
};

/** `; did you mean x?`, or nothing. */
export const didYouMean = (word: string, known: readonly string[]): string => {
  const guess = suggest(word, known);
  return guess === undefined ? '' : `; did you mean ${guess}?`;
};

const plain = (word: string): string => word.toLowerCase().replaceAll('-', '_');

/** Insertions, deletions, replacements, and swaps of two neighbours (optimal string alignment). */
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
