const unitMs = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const;

/** What `parseDuration` takes, as a regular expression that JSON Schema knows too (no flags). */
export const durationPattern = '^\\s*([0-9]+([.][0-9]+)?([mM]?[sS]|[mMhHdDwW]))+\\s*$';

const isDuration = new RegExp(durationPattern);

/** Milliseconds of `4h`, `90m`, `1h30m`, `2d`; undefined when it is not a duration. */
export const parseDuration = (text: string): number | undefined => {
  if (!isDuration.test(text)) return undefined;
  const compact = text.trim().toLowerCase();
  let total = 0;
  for (const [, count, unit] of compact.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h|d|w)/g)) {
    total += Number(count) * unitMs[unit as keyof typeof unitMs];
  }
  return total;
};

/** The shortest way to say `ms`, in at most two units: `2h`, `1h 30m`, `45s`, `2h 3s`; to the nearest second. */
export const formatDuration = (ms: number): string =>
  parts(Math.round(ms / 1000) * 1000)
    .filter(({ count }) => count > 0)
    .slice(0, 2)
    .map(({ text }) => text)
    .join(' ') || '0s';

/** A span of time for people, two neighbouring units at most: `2h 5m`, but `2h` for `2h 3s`; `under a second`. */
export const span = (ms: number): string => {
  const all = parts(Number.isFinite(ms) ? ms : 0);
  const first = all.findIndex(({ count }) => count > 0);
  if (first < 0) return 'under a second';
  return all
    .slice(first, first + 2)
    .flatMap(({ count, text }) => (count > 0 ? [text] : []))
    .join(' ');
};

const parts = (ms: number) => {
  let rest = Math.max(0, ms);
  return (['d', 'h', 'm', 's'] as const).map((unit) => {
    const count = Math.floor(rest / unitMs[unit]);
    rest -= count * unitMs[unit];
    return { count, text: `${count}${unit}` };
  });
};
