/** What an id is made of: instance, day (UTC), number of that day. */
export interface RebuildIdParts {
  readonly instance: string;
  readonly day: string;
  readonly number: number;
}

/** Undefined when it is none. */
export const partsOfId = (id: string): RebuildIdParts | undefined => {
  const match = /^([a-z0-9][a-z0-9-]{0,79})-(\d{8})-(\d{1,6})$/.exec(id);
  if (!match) return undefined;
  const [, instance = '', day = '', number = ''] = match;
  return { instance, day, number: Number(number) };
};

/** The highest number of each instance and day. */
export const highestOf = (ids: readonly RebuildId[]): readonly RebuildIdParts[] => {
  const highest = new Map<string, RebuildIdParts>();
  for (const parts of ids.flatMap((id) => partsOfId(id) ?? [])) {
    const key = `${parts.instance} ${parts.day}`;
    if (parts.number > (highest.get(key)?.number ?? 0)) highest.set(key, parts);
  }
  return [...highest.values()];
};

/** `<instance>-<day, UTC>-<number>`: short enough to be said, `system6-20261120-1`; see `src/recovery/first-number.ts`. */
export type RebuildId = string;
