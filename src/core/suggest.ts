import { editDistance } from './edit-distance.ts';

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
