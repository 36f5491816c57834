import { plain } from '../escape.ts';
import { limits } from '../limits.ts';

/** https://docs.slack.dev/reference/block-kit/blocks/data-visualization-block; not in `@slack/types` 3.2.0. */
export interface ChartBlock {
  readonly type: 'data_visualization';
  readonly title: string;
  readonly chart: {
    readonly type: 'line' | 'area';
    readonly series: readonly {
      readonly name: string;
      readonly data: readonly { readonly label: string; readonly value: number }[];
    }[];
    readonly axis_config: {
      readonly categories: readonly string[];
      readonly x_label?: string;
      readonly y_label?: string;
    };
  };
}

export interface ChartFacts {
  readonly title: string;
  readonly xLabel: string;
  readonly yLabel: string;
  readonly names: readonly string[];
  /** From left to right: where, and a value for each name. */
  readonly points: readonly { readonly label: string; readonly values: readonly number[] }[];
}

/** Curves over labelled points; twenty of them, evenly chosen, the first and the last among them. */
export const lineChart = ({ title, xLabel, yLabel, names, points }: ChartFacts): ChartBlock[] => {
  const known = new Map(
    points.map(({ label, values }) => [plain(label, limits.chartLabel), values] as const),
  );
  known.delete('');
  const chosen = evenly([...known], limits.chartPoints);
  if (chosen.length < 2) return [];
  const series = [...new Set(names.map((name) => plain(name, limits.chartLabel)))]
    .slice(0, limits.chartSeries)
    .map((name, i) => ({
      name: name || '–',
      data: chosen.map(([label, values]) => ({ label, value: finite(values[i]) })),
    }));
  if (series.length === 0) return [];
  return [
    {
      type: 'data_visualization',
      title: plain(title, limits.chartTitle) || '–',
      chart: {
        type: 'line',
        series,
        axis_config: {
          categories: chosen.map(([label]) => label),
          x_label: plain(xLabel, limits.chartTitle),
          y_label: plain(yLabel, limits.chartTitle),
        },
      },
    },
  ];
};

const finite = (value: number | undefined): number =>
  value !== undefined && Number.isFinite(value) ? value : 0;

const evenly = <T>(items: readonly T[], most: number): readonly T[] =>
  items.length <= most
    ? items
    : Array.from({ length: most }, (_, i) => items[Math.round((i * (items.length - 1)) / (most - 1))] as T);
