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
    const off = distance(typed, candidate.toLowerCase());
    if (off < least) [best, least] = [candidate, off];
  }
  return best;
};

/** Edits from `a` to `b`, two swapped neighbours being one edit (optimal string alignment). */
const distance = (a: string, b: string): number => {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, j) => j)];
  const at = (i: number, j: number): number => rows[i]?.[j] ?? Number.POSITIVE_INFINITY;
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    rows.push(row);
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      row.push(
        Math.min(
          at(i - 1, j) + 1,
          (row[j - 1] ?? 0) + 1,
          at(i - 1, j - 1) + (same ? 0 : 1),
          swapped ? at(i - 2, j - 2) + 1 : Number.POSITIVE_INFINITY,
        ),
      );
    }
  }
  return at(a.length, b.length);
};
