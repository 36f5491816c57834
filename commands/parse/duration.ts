const units: Readonly<Record<string, number>> = {
  m: 60_000,
  min: 60_000,
  mins: 60_000,
  minute: 60_000,
  minutes: 60_000,
  h: 3_600_000,
  hr: 3_600_000,
  hrs: 3_600_000,
  hour: 3_600_000,
  hours: 3_600_000,
  d: 86_400_000,
  day: 86_400_000,
  days: 86_400_000,
  w: 604_800_000,
  week: 604_800_000,
  weeks: 604_800_000,
};

const shortest = 60_000;
const longest = 30 * 86_400_000;

export type ParsedDuration =
  | { readonly ok: true; readonly ms: number; readonly rest: string }
  | { readonly ok: false; readonly problem: string };

/**
 * How long a silence lasts, as people write it: `2h`, `1h 30m`, `90 min`, `3 days`; what follows it is `rest`.
 * From one minute to thirty days.
 */
export const leadingDuration = (text: string): ParsedDuration => {
  let rest = text.trimStart();
  let ms = 0;
  let found = false;
  for (;;) {
    const part = /^(\d{1,6}(?:\.\d{1,3})?)\s*([a-z]+)(?=$|[\s\d,;:.])[,\s]*/i.exec(rest);
    const unit = part ? units[(part[2] as string).toLowerCase()] : undefined;
    if (!part || unit === undefined) break;
    ms += Number(part[1]) * unit;
    found = true;
    rest = rest.slice(part[0].length);
  }
  if (!found) return { ok: false, problem: 'Say how long: 30m, 2h, 1d.' };
  if (ms < shortest) return { ok: false, problem: 'A silence lasts a minute at least.' };
  if (ms > longest) return { ok: false, problem: 'A silence lasts 30 days at most.' };
  return { ok: true, ms: Math.round(ms), rest };
};

/** The whole of `text` as a duration. */
export const wholeDuration = (text: string): ParsedDuration => {
  const parsed = leadingDuration(text);
  return parsed.ok && parsed.rest.trim() !== ''
    ? { ok: false, problem: 'This is not a duration. Write 45m, 1h 30m, 3d.' }
    : parsed;
};
