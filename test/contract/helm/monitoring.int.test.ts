import { expect, test } from 'vitest';
import { alertRules } from '../../../scripts/watch/alerts.ts';
import { dashboard } from '../../../scripts/watch/dashboard.ts';
import { helm, type Manifest, render } from './chart.ts';
import { promtool } from './promtool.ts';

const minimal = ['minimal-values.yaml'];
const rulesOf = (set: readonly string[], values: readonly string[] = minimal): Manifest => {
  const manifest = render(values, ['prometheusRule.enabled=true', ...set]).get(
    'PrometheusRule/release-farmhand',
  );
  if (!manifest) throw new Error('there is no PrometheusRule');
  return manifest;
};
interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly for: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}
const alertsOf = (manifest: Manifest): readonly Rule[] => manifest['spec'].groups[0].rules;
const one = (rules: readonly Rule[], name: string) => rules.find(({ alert }) => alert === name);

test('the rules that are rendered are those of the file, about this installation, and Prometheus takes them', () => {
  const manifest = rulesOf([]);
  const expected = alertRules().map((rule) => ({
    ...rule,
    expr: rule.expr.replaceAll('namespace="farmhand"', 'namespace="default"'),
  }));
  expect(alertsOf(manifest)).toEqual(expected);
  expect(promtool(['check', 'rules', 'rules.yaml'], { 'rules.yaml': manifest['spec'] })).toMatchObject({
    ok: true,
  });
});

test('severity, for, selector, labels and the address of the runbook are the installation’s; one can be left out', () => {
  const rules = alertsOf(rulesOf(['prometheusRule.selector="job=\\"farmhand\\""'], ['split-values.yaml']));
  expect(one(rules, 'FarmhandKafkaLag')).toMatchObject({
    for: '30m',
    labels: { severity: 'critical', about: 'farmhand', team: 'sre' },
    annotations: { runbook_url: 'https://wiki.example.com/farmhand/runbook#farmhandkafkalag' },
  });
  expect(one(rules, 'FarmhandRedisDown')).toMatchObject({
    expr: 'farmhand_redis_up{job="farmhand"} == 0',
    for: '2m',
    labels: { severity: 'critical', about: 'farmhand', team: 'sre' },
  });
  expect(one(rules, 'FarmhandDeadLetters')).toBeUndefined();
  expect(rules.length).toBe(alertRules().length - 1);
});

test('an alert that is not there is refused, with its name', () => {
  const { ok, output } = helm('template', minimal, ['prometheusRule.alerts.FarmhandLag.severity="critical"']);
  expect(ok).toBe(false);
  expect(output).toContain("additional properties 'FarmhandLag' not allowed");
});

test('the dashboard is in a ConfigMap as Grafana’s sidecar looks for it', () => {
  const manifest = render(minimal, ['grafanaDashboard.enabled=true']).get(
    'ConfigMap/release-farmhand-dashboard',
  );
  expect(manifest?.metadata).toMatchObject({ labels: { grafana_dashboard: '1' } });
  expect(JSON.parse(manifest?.['data']['farmhand.json'])).toEqual(dashboard());
});

test('the ServiceMonitor carries what the installation asks for', () => {
  const monitor = render(['split-values.yaml']).get('ServiceMonitor/release-farmhand');
  expect(monitor?.metadata).toMatchObject({ labels: { release: 'prometheus' } });
  expect(monitor?.['spec'].endpoints).toEqual([
    {
      port: 'http',
      path: '/metrics',
      interval: '30s',
      scrapeTimeout: '10s',
      metricRelabelings: [{ action: 'labeldrop', regex: 'endpoint' }],
    },
  ]);
});
