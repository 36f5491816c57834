import { counted } from '../../src/core/text.ts';
import type { Sample } from '../../src/rebuild/model/parts/progress.ts';
import type { Rebuild } from '../../src/rebuild/model/rebuild.ts';
import { percentage } from '../rebuild/words.ts';
import { type ChartBlock, lineChart } from '../rich/chart.ts';
import { clock, dateTime } from './scales.ts';

const day = 24 * 3_600_000;
const fewest = 3;

/**
 * How far it is and how many farmers are ready of those asked for, both in per cent, so that one axis serves both; Slack draws
 * it. Nothing before there is a curve to see. Times in UTC, which the axis says: Slack has no labels in the reader's own time.
 */
export const progressChart = (rebuild: Rebuild): ChartBlock[] => {
  const samples = (rebuild.progress?.samples ?? []).filter(
    ({ at, percent, ready }) => Number.isFinite(percent + ready) && Math.abs(at) < 8e15,
  );
  const [first] = samples;
  const last = samples.at(-1);
  if (!first || !last || samples.length < fewest) return [];
  const label = labelFor(last.at - first.at);
  const most = Math.max(1, rebuild.farmers.target, ...samples.map(({ ready }) => ready));
  return lineChart({
    title: `Rebuilt ${percentage(last.percent)}, ${counted(last.ready, 'farmer')} ready`,
    xLabel: 'UTC',
    yLabel: `% rebuilt, % of ${counted(most, 'farmer')} ready`,
    names: ['rebuilt', 'farmers ready'],
    points: samples.map((sample) => ({
      label: label(sample),
      values: [rounded(sample.percent), rounded((sample.ready / most) * 100)],
    })),
  });
};

const labelFor = (span: number): ((sample: Sample) => string) => {
  if (span >= day) return ({ at }) => dateTime(at);
  if (span >= 20 * 60_000) return ({ at }) => clock(at);
  return ({ at }) => new Date(at).toISOString().slice(11, 19);
};

const rounded = (value: number): number => Math.round(value * 10) / 10;
