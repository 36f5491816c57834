import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { withMetricTable } from '../../scripts/metrics-doc.ts';
import { type MetricSpec, metricTable } from '../../src/observability/metric-table.ts';
import { createMetrics } from '../../src/observability/metrics.ts';

const doc = readFileSync(new URL('../../docs/metrics.md', import.meta.url), 'utf8');
const specs: readonly MetricSpec[] = Object.values(metricTable);

test('docs/metrics.md has the table of the code (node scripts/metrics-doc.ts writes it)', () => {
  expect(doc).toBe(withMetricTable(doc));
});

test('every metric named in the prose exists', () => {
  const known = new Set(specs.map((spec) => spec.name));
  const named = [...doc.matchAll(/farmhand_\w+[a-z]/g)].map(([name]) =>
    name.replace(/_(bucket|sum|count)$/, ''),
  );
  expect(named.filter((name) => !known.has(name))).toEqual([]);
});

test('exactly the metrics of the table are exposed, with their kind and help', async () => {
  const { body } = await createMetrics({ processMetrics: false }).expose();
  const exposed = [...body.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name, kind]) => `${name} ${kind}`);
  expect(exposed).toEqual(specs.map((spec) => `${spec.name} ${spec.kind}`));
  for (const spec of specs) expect(body).toContain(`# HELP ${spec.name} ${spec.help}\n`);
});

test('names follow Prometheus’ rules and are unique', () => {
  expect(new Set(specs.map((spec) => spec.name)).size).toBe(specs.length);
  for (const { name, kind, labels } of specs) {
    expect(name).toMatch(/^farmhand_[a-z][a-z_]*[a-z]$/);
    expect(name.endsWith('_total')).toBe(kind === 'counter');
    if (kind === 'histogram') expect(name).toMatch(/_seconds$/);
    for (const label of labels) expect(label).toMatch(/^[a-z_]+$/);
  }
});

test('every metric is counted somewhere', () => {
  const root = new URL('../../src/', import.meta.url);
  const sources = readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts') && !path.endsWith('metric-table.ts'))
    .map((path) => readFileSync(new URL(path, root), 'utf8'))
    .join('\n');
  const unused = Object.keys(metricTable).filter((key) => !new RegExp(`\\b${key}\\b`).test(sources));
  expect(unused).toEqual([]);
});
