import type { Sample } from '../../src/rebuild/model/parts/progress.ts';
import type { Rebuild } from '../../src/rebuild/model/rebuild.ts';
import { currentStep, endedAt } from '../../src/rebuild/model/record.ts';
import { panels, plot } from './paper.ts';
import { niceMaximum, scale } from './scales.ts';

/** What all parts are drawn by. */
export interface Frame {
  readonly from: number;
  readonly to: number;
  /** Until then it is known; after it, expected. */
  readonly end: number;
  /** Farmers are counted until then: the rebuild itself is over, or now. */
  readonly known: number;
  readonly samples: readonly Sample[];
  readonly most: number;
  readonly eta: number | undefined;
  readonly target: number | undefined;
  readonly x: (at: number) => number;
  readonly yPercent: (percent: number) => number;
  readonly yFarmers: (farmers: number) => number;
}

const latest = 8_000_000_000_000;
export const isTime = (at: number): boolean => Number.isFinite(at) && at >= 0 && at < latest;

export const frameOf = (rebuild: Rebuild, now: number): Frame => {
  const over = rebuild.phase !== 'running';
  const from = isTime(rebuild.at) ? rebuild.at : 0;
  const until = over ? endedAt(rebuild) : now;
  const samples = (rebuild.progress?.samples ?? [])
    .filter(({ at, percent, ready }) => isTime(at) && at >= from && Number.isFinite(percent + ready))
    .toSorted((a, b) => a.at - b.at);
  const marked = Math.max(0, ...rebuild.marks.map(({ at }) => at).filter(isTime));
  const end = Math.max(from, isTime(until) ? until : 0, samples.at(-1)?.at ?? 0, over ? marked : 0);
  // What is far beyond the present would press all that is known into a corner.
  const horizon = end + (end - from) * (over ? 0.25 : 1.5);
  const near = (at: number | undefined): at is number => at !== undefined && isTime(at) && at <= horizon;
  const { eta } = rebuild.progress?.of === 'rebuild' ? rebuild.progress : {};
  const target = rebuild.plan.targetMs === undefined ? undefined : from + rebuild.plan.targetMs;
  const to = Math.max(from + 60_000, end, ...[over ? undefined : eta, target].filter(near));
  const rebuilding = !over && currentStep(rebuild)?.name === 'rebuild';
  const most = niceMaximum(Math.max(rebuild.farmers.target, ...samples.map(({ ready }) => ready), 1));
  return {
    from,
    to,
    end,
    known: rebuilding ? end : (samples.at(-1)?.at ?? end),
    samples,
    most,
    eta: over || !near(eta) || eta <= end ? undefined : eta,
    target: target !== undefined && isTime(target) ? target : undefined,
    x: scale(from, to, plot.left, plot.right),
    yPercent: scale(0, 100, panels.progress.bottom, panels.progress.top),
    yFarmers: scale(0, most, panels.farmers.bottom, panels.farmers.top),
  };
};
