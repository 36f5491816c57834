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

/** A room: `src/alerts`, `src/integrations/slack`, `views`. */
export const roomOf = (path: string): string => {
  const parts = path.split('/');
  if (parts[0] !== 'src') return parts[0] ?? '';
  return parts.slice(0, parts[1] === 'integrations' ? 3 : 2).join('/');
};

/** Groups of rooms that import each other, directly or by way of others; types count. */
export const roomCycles = (
  imports: ReadonlyMap<string, ReadonlySet<string>>,
): readonly (readonly string[])[] => {
  const next = new Map<string, Set<string>>();
  for (const [path, targets] of imports) {
    const room = roomOf(path);
    const others = next.get(room) ?? new Set<string>();
    for (const target of targets) if (roomOf(target) !== room) others.add(roomOf(target));
    next.set(room, others);
  }
  const reach = (from: string): ReadonlySet<string> => {
    const seen = new Set<string>();
    const visit = (room: string): void => {
      for (const other of next.get(room) ?? []) {
        if (seen.has(other)) continue;
        seen.add(other);
        visit(other);
      }
    };
    visit(from);
    return seen;
  };
  const reached = new Map([...next.keys()].map((room) => [room, reach(room)]));
  const groups = new Set<string>();
  for (const [room, others] of reached) {
    if (!others.has(room)) continue;
    groups.add(
      [...others]
        .filter((other) => reached.get(other)?.has(room))
        .sort()
        .join(' ↔ '),
    );
  }
  return [...groups].map((group) => group.split(' ↔ '));
};
