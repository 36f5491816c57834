/** `redis commit firing … before#2` is of the kind `redis commit firing … before`. */
const kindOf = (point: string): string => point.replace(/#\d+$/, '');

/**
 * Which boundaries to kill at: the first of every kind, then the others, evenly over the path, until there are
 * `count`. When there are more kinds than that, evenly over the kinds, those that change the world first.
 */
export const choosePoints = (all: readonly string[], count: number): readonly string[] => {
  const unique = [...new Set(all)];
  const firsts = unique.filter(
    (point, i) => unique.findIndex((other) => kindOf(other) === kindOf(point)) === i,
  );
  const telling = firsts.filter((point) => /^(call chat|redis commit|http|socket)/.test(point));
  const rest = firsts.filter((point) => !telling.includes(point));
  const others = unique.filter((point) => !firsts.includes(point));
  const chosen = new Set<string>();
  for (const group of [telling, rest, others]) {
    for (const point of spread(group, count - chosen.size)) chosen.add(point);
  }
  // What is left in doubt is looked at once more after a minute: those first.
  const doubtful = (point: string): boolean => point.startsWith('call chat.');
  const ordered = unique.filter((point) => chosen.has(point));
  return [...ordered.filter(doubtful), ...ordered.filter((point) => !doubtful(point))];
};

const spread = (points: readonly string[], count: number): readonly string[] =>
  count >= points.length
    ? points
    : points.filter(
        (_, i) => Math.floor(((i + 1) * count) / points.length) > Math.floor((i * count) / points.length),
      );
