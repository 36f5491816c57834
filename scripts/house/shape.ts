import { posix } from 'node:path';

/** Files that stand beside sub-folders in one folder; more than this and a reader scrolls. */
export const filesAtMost = 15;

/** Folders with more than `filesAtMost` files of their own, with their number. */
export const crowded = (paths: Iterable<string>): readonly (readonly [folder: string, files: number])[] => {
  const counts = new Map<string, number>();
  for (const path of paths) {
    const folder = posix.dirname(path);
    counts.set(folder, (counts.get(folder) ?? 0) + 1);
  }
  return [...counts].filter(([, files]) => files > filesAtMost);
};

/** Names that more than one file exports, with the files. */
export const exportedTwice = (
  exports: ReadonlyMap<string, readonly string[]>,
): readonly (readonly [name: string, files: readonly string[]])[] => {
  const homes = new Map<string, Set<string>>();
  for (const [path, names] of exports) {
    for (const name of names) homes.set(name, (homes.get(name) ?? new Set()).add(path));
  }
  return [...homes].filter(([, files]) => files.size > 1).map(([name, files]) => [name, [...files]]);
};
