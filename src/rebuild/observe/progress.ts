import type { Engine } from '../model/parts/instance.ts';
import type { Progress, Sample } from '../model/parts/progress.ts';
import type { RunView } from '../ports/ports.ts';

/** Samples that a rebuild keeps. */
export const samplesAtMost = 240;
/** Fewer samples than this, or less of the whole (in percent), say nothing about the rate. */
const samplesAtLeast = 3;
const percentAtLeast = 0.05;

/**
 * One sample more. Beyond the limit the one goes whose neighbours are nearest to each other, so that those left stay
 * evenly spread over the whole time.
 */
export const withSample = (samples: readonly Sample[], sample: Sample): readonly Sample[] => {
  const last = samples.at(-1);
  if (last && sample.at <= last.at) return samples;
  if (samples.length < samplesAtMost) return [...samples, sample];
  let least = Number.POSITIVE_INFINITY;
  let at = 1;
  for (let i = 1; i < samples.length; i++) {
    const gap = (samples[i + 1] ?? sample).at - (samples[i - 1]?.at ?? 0);
    if (gap >= least) continue;
    least = gap;
    at = i;
  }
  // With every look: one list is made, and no longer one on the way.
  const kept = samples.slice();
  kept.copyWithin(at, at + 1);
  kept[kept.length - 1] = sample;
  return kept;
};

/**
 * Percent an hour of late; undefined until it can be told. A change in the number of farmers makes what was before
 * it worth less: once there is enough since then, only that counts, and until then what was before is scaled.
 */
export const rateOf = (samples: readonly Sample[], engine: Engine, now: number): number | undefined => {
  const last = samples.at(-1);
  if (!last) return undefined;
  // A recovery begins further back: what was before it says nothing.
  const fell = samples.findLastIndex((s, i) => i > 0 && s.percent < (samples[i - 1]?.percent ?? 0));
  const run = fell > 0 ? samples.slice(fell) : samples;
  const first = run[0] ?? last;
  const from = now - Math.max((now - first.at) / 6, 60_000);
  const window = run.filter(({ at }, i) => at >= from || i >= run.length - 4);
  const changed = window.findLastIndex(({ ready }) => !alike(ready, last.ready));
  const since = window.slice(changed + 1);
  const newer = slope(since);
  if (newer !== undefined || changed < 0) return newer;
  const older = window.slice(0, changed + 1);
  const before = slope(older);
  const ready = older.at(-1)?.ready ?? 0;
  if (before === undefined || engine === 'farm' || ready === 0) return before;
  return before * (last.ready / ready);
};

const alike = (a: number, b: number): boolean => Math.abs(a - b) <= Math.max(a, b) * 0.05;

const slope = (samples: readonly Sample[]): number | undefined => {
  const [first, last] = [samples[0], samples.at(-1)];
  if (!first || !last || samples.length < samplesAtLeast || last.at <= first.at) return undefined;
  const moved = last.percent - first.percent;
  return moved < percentAtLeast ? undefined : moved / ((last.at - first.at) / 3_600_000);
};

/** What is known of a run, with one more look at it. `at`: when it was looked at. */
export const withLook = (
  before: Progress | undefined,
  of: Progress['of'],
  run: RunView & { readonly farmers?: number },
  ready: number,
  engine: Engine,
  at: number,
): Progress => {
  const same = before?.of === of ? before : undefined;
  const percent = Math.min(100, Math.max(0, run.percent));
  const moved = same === undefined || percent !== same.percent;
  const samples =
    of === 'rebuild' ? withSample(before?.samples ?? [], { at, percent, ready }) : (before?.samples ?? []);
  const perHour =
    of === 'rebuild' ? (rateOf(samples, engine, at) ?? same?.perHour) : simpleRate(same, percent, at);
  const eta =
    perHour !== undefined && perHour > 0 && percent < 100
      ? Math.round(at + ((100 - percent) / perHour) * 3_600_000)
      : undefined;
  return {
    of,
    percent,
    ...(run.done !== undefined && { done: run.done }),
    ...(run.total !== undefined && { total: run.total }),
    ...(of === 'rebuild' && run.farmers !== undefined && { farmers: run.farmers }),
    movedAt: moved ? at : same.movedAt,
    ...(perHour !== undefined && { perHour }),
    ...(eta !== undefined && { eta }),
    samples,
  };
};

/** Of history and write, which keep no samples: by the last move alone, evened out. */
const simpleRate = (same: Progress | undefined, percent: number, at: number): number | undefined => {
  if (!same || percent <= same.percent || at <= same.movedAt) return same?.perHour;
  const now = ((percent - same.percent) / (at - same.movedAt)) * 3_600_000;
  return same.perHour === undefined ? now : same.perHour * 0.8 + now * 0.2;
};
