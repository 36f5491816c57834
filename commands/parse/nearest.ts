import { editDistance } from '../../src/core/edit-distance.ts';

/**
 * The word of `among` that `word` was perhaps meant to be: at most a third of it typed wrongly, or only the beginning
 * of one (three letters at least, and of no other).
 */
export const nearest = (word: string, among: readonly string[]): string | undefined => {
  const typed = word.toLowerCase().slice(0, 40);
  return onlyBeginning(typed, among) ?? leastEdited(typed, among);
};

const onlyBeginning = (typed: string, among: readonly string[]): string | undefined => {
  const longer =
    typed.length < 3 ? [] : among.filter((candidate) => candidate.toLowerCase().startsWith(typed));
  return longer.length === 1 ? longer[0] : undefined;
};

const leastEdited = (typed: string, among: readonly string[]): string | undefined => {
  let best: string | undefined;
  let least = Math.max(1, Math.floor(typed.length / 3)) + 1;
  for (const candidate of among) {
    const off = editDistance(typed, candidate.toLowerCase());
    if (off < least) [best, least] = [candidate, off];
  }
  return best;
};
