/** The word of `known` that `word` was probably meant to be; undefined when none is near. */
export const suggest = (word: string, known: readonly string[]): string | undefined => {
  const asked = word.toLowerCase();
  const allowed = asked.length <= 3 ? 1 : asked.length <= 7 ? 2 : 3;
  let best: string | undefined;
  let bestDistance = allowed + 1;
  for (const candidate of known) {
    const distance = editDistance(asked.replaceAll('-', '_'), candidate.toLowerCase().replaceAll('-', '_'));
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance];
  }
  return best;
};

/** `; did you mean x?`, or nothing. */
export const didYouMean = (word: string, known: readonly string[]): string => {
  const guess = suggest(word, known);
  return guess === undefined ? '' : `; did you mean ${guess}?`;
};

const editDistance = (a: string, b: string): number => {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const swap = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(swap, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
};
