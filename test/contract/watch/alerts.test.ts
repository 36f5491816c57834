import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { alertRules } from '../../../scripts/watch/alerts.ts';
import { dashboard } from '../../../scripts/watch/dashboard.ts';
import { type MetricSpec, metricTable } from '../../../src/observability/metric-table.ts';

const rules = alertRules();
const specs: readonly MetricSpec[] = Object.values(metricTable);
const runbook = readFileSync(new URL('../../../docs/runbook.md', import.meta.url), 'utf8');

/** Names in a query that no row of the table exposes. */
const strangers = (expr: string): readonly string[] => {
  const exposed = new Set(
    specs.flatMap(({ name, kind }) => (kind === 'histogram' ? [`${name}_bucket`] : [name])),
  );
  return (expr.match(/farmhand_\w+/g) ?? []).filter((name) => !exposed.has(name));
};

/** Labels that a query asks for and no metric in it has, beside those that Prometheus adds to each series. */
const strangeLabels = (expr: string): readonly string[] => {
  const names = [...expr.matchAll(/farmhand_\w+/g)].map(([name]) => name.replace(/_bucket$/, ''));
  const own = specs.filter(({ name }) => names.includes(name)).flatMap(({ labels }) => labels);
  const known = new Set<string>([...own, 'namespace', 'job', 'pod', 'le']);
  const asked = [
    ...[...expr.matchAll(/(\w+)=~?"/g)].map(([, label]) => label),
    ...[...expr.matchAll(/by \(([^)]*)\)/g)].flatMap(([, list]) => list?.split(/, */)),
  ];
  return asked.filter((label): label is string => label !== undefined && !known.has(label));
};

test('there are at least twelve alerts, each by one name', () => {
  expect(rules.length).toBeGreaterThanOrEqual(12);
  expect(new Set(rules.map(({ alert }) => alert)).size).toBe(rules.length);
});

test.each(rules)('$alert asks for metrics and labels that there are, of one installation', ({ expr }) => {
  expect(strangers(expr)).toEqual([]);
  expect(strangeLabels(expr)).toEqual([]);
  // Where the chart puts its own selector.
  expect(expr.match(/farmhand_\w+(?!\{namespace="farmhand")(?![\w{])/g) ?? []).toEqual([]);
});

test.each(rules)(
  '$alert says what it is, and where to read on',
  ({ alert, labels, annotations, for: held }) => {
    expect(alert).toMatch(/^Farmhand([A-Z][a-z]+)+$/);
    expect(['critical', 'warning']).toContain(labels['severity']);
    expect(labels['about']).toBe('farmhand');
    expect(held).toMatch(/^\d+[smh]$/);
    expect(annotations).toEqual({
      summary: expect.stringMatching(/\S/),
      description: expect.stringMatching(/\S.*\.$/),
      runbook_url: `docs/runbook.md#${alert.toLowerCase()}`,
    });
  },
);

test('the runbook has a part with words for each alert, and for no other', () => {
  const parts = [...runbook.matchAll(/^### (Farmhand\w+)\n(.*)/gm)];
  expect(parts.map(([, name]) => name).toSorted()).toEqual(rules.map(({ alert }) => alert).toSorted());
  expect(parts.filter(([, , words = '']) => words.length < 20)).toEqual([]);
});

interface Drawn {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly gridPos: { readonly h: number; readonly w: number; readonly x: number; readonly y: number };
  readonly targets?: readonly { readonly expr: string; readonly refId: string }[];
}
const { panels } = dashboard() as { readonly panels: readonly Drawn[] };

test('the dashboard shows every metric, and asks for no other', () => {
  const asked = panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));
  expect(asked.flatMap(strangers)).toEqual([]);
  expect(asked.flatMap(strangeLabels)).toEqual([]);
  const all = asked.join('\n');
  const unseen = specs.filter(({ name }) => !new RegExp(`\\b${name}(_bucket)?\\{`).test(all));
  expect(unseen.map(({ name }) => name)).toEqual(['farmhand_build_info']);
});

test('its panels have an id, a query and a place of their own', () => {
  expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
  const without = panels.filter(({ type, targets = [] }) => (type === 'row') !== (targets.length === 0));
  expect(without).toEqual([]);
  const covered = panels.flatMap(({ gridPos: { h, w, x, y } }) =>
    Array.from({ length: h * w }, (_, at) => `${x + (at % w)}/${y + Math.floor(at / w)}`),
  );
  expect(new Set(covered).size).toBe(covered.length);
  expect(panels.filter(({ gridPos: { w, x } }) => x + w > 24)).toEqual([]);
});

test('a metric that somebody adds gets a panel by itself', () => {
  const added: MetricSpec = {
    kind: 'gauge',
    name: 'farmhand_new_thing',
    help: 'Something new.',
    labels: ['which'],
  };
  const { panels: more } = dashboard([...specs, added]) as { readonly panels: readonly Drawn[] };
  expect(more.length).toBe(panels.length + 1);
  expect(more.at(-1)).toMatchObject({
    title: 'new thing',
    description: 'Something new.',
    targets: [{ expr: 'max by (which) (farmhand_new_thing{namespace=~"$namespace",job=~"$job"})' }],
  });
});
