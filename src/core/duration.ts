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

/** The shortest way to say `ms`, in at most two units: `2h`, `1h 30m`, `45s`. */
export const formatDuration = (ms: number): string => {
  const parts: string[] = [];
  let rest = Math.max(0, Math.round(ms / 1000)) * 1000;
  for (const unit of ['d', 'h', 'm', 's'] as const) {
    const count = Math.floor(rest / unitMs[unit]);
    if (count > 0) parts.push(`${count}${unit}`);
    rest -= count * unitMs[unit];
    if (parts.length === 2) break;
  }
  return parts.join(' ') || '0s';
};
