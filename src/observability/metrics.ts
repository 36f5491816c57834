import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { type MetricSpec, maxValuesOfLabel, metricTable } from './metric-table.ts';

type Labels<S extends MetricSpec> = { readonly [L in S['labels'][number]]: string };

/** A counter, gauge or histogram with exactly the labels of its row in the table. */
export type Meter<S extends MetricSpec> = S['kind'] extends 'counter'
  ? { inc(labels: Labels<S>, by?: number): void }
  : S['kind'] extends 'gauge'
    ? { set(labels: Labels<S>, value: number): void; reset(): void }
    : { observe(labels: Labels<S>, value: number): void };

/**
 * Every metric by its key in the table: `metrics.kafkaLag.set({ topic, partition }, 3)`. Hot paths add up a batch
 * and call once: a call costs about a microsecond.
 */
export type Metrics = { readonly [K in keyof typeof metricTable]: Meter<(typeof metricTable)[K]> };

export interface MetricsRegistry {
  readonly metrics: Metrics;
  /** What Prometheus reads: text format 0.0.4. */
  readonly expose: () => Promise<{ contentType: string; body: string }>;
}

/** `processMetrics` adds memory, CPU, file descriptors, garbage collection and event loop lag of the process. */
export const createMetrics = (options: { processMetrics: boolean }): MetricsRegistry => {
  const registry = new Registry();
  const entries = Object.entries(metricTable).map(([key, spec]) => [key, build(spec, registry)] as const);
  if (options.processMetrics) collectDefaultMetrics({ register: registry });
  return {
    // The table is the type: `build` makes for each row what `Meter` says of it.
    metrics: Object.fromEntries(entries) as unknown as Metrics,
    expose: async () => ({ contentType: registry.contentType, body: await registry.metrics() }),
  };
};

const build = (spec: MetricSpec, registry: Registry): Meter<MetricSpec> | object => {
  const shared = { name: spec.name, help: spec.help, labelNames: [...spec.labels], registers: [registry] };
  const bounded = boundLabels();
  if (spec.kind === 'counter') {
    const counter = new Counter(shared);
    if (spec.labels.length === 0) counter.inc(0);
    return { inc: (labels: LabelValues, by = 1) => counter.inc(bounded.of(labels), by) };
  }
  if (!('buckets' in spec)) {
    const gauge = new Gauge(shared);
    // Absent until it is set: a process that does not look at something must not say that it is down.
    if (spec.labels.length === 0) gauge.remove();
    return {
      set: (labels: LabelValues, value: number) => gauge.set(bounded.of(labels), value),
      reset: () => {
        gauge.reset();
        bounded.forget();
      },
    };
  }
  const histogram = new Histogram({ ...shared, buckets: [...spec.buckets] });
  return { observe: (labels: LabelValues, value: number) => histogram.observe(bounded.of(labels), value) };
};

type LabelValues = Readonly<Record<string, string>>;

/** Past the limit a label's new values become `other`: a sender's invention cannot fill Prometheus' memory. */
const boundLabels = () => {
  const seen = new Map<string, Set<string>>();
  const bounded = (label: string, value: string): string => {
    // Partitions are numbered by the broker, not invented by a sender, and a gauge must not mix them up.
    if (label === 'partition') return value;
    const values = seen.get(label) ?? new Set();
    if (values.size === 0) seen.set(label, values);
    if (values.size >= maxValuesOfLabel && !values.has(value)) return 'other';
    values.add(value);
    return value;
  };
  return {
    of: (labels: LabelValues): Record<string, string> => {
      const out: Record<string, string> = {};
      for (const label in labels) out[label] = bounded(label, labels[label] ?? '');
      return out;
    },
    forget: () => seen.clear(),
  };
};
