import { describe, expect, test } from 'vitest';
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

describe('auto-scaling', () => {
  const scaled = (autoscaling: object) =>
    `roles=${JSON.stringify([
      { name: 'intake', autoscaling },
      { name: 'worker', replicas: 2 },
    ])}`;
  const name = 'HorizontalPodAutoscaler/release-farmhand-intake';

  test('by CPU: the Deployment has no number of its own, the other one has', () => {
    const manifests = render(minimal, [scaled({ maxReplicas: 4, cpu: 60 })]);
    expect(manifests.get(name)?.['spec']).toMatchObject({
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'release-farmhand-intake' },
      minReplicas: 2,
      maxReplicas: 4,
      metrics: [
        {
          type: 'Resource',
          resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 60 } },
        },
      ],
      behavior: { scaleDown: { stabilizationWindowSeconds: 300 } },
    });
    expect(manifests.get('Deployment/release-farmhand-intake')?.['spec']).not.toHaveProperty('replicas');
    expect(manifests.get('Deployment/release-farmhand-worker')?.['spec'].replicas).toBe(2);
    expect(manifests.has('HorizontalPodAutoscaler/release-farmhand-worker')).toBe(false);
  });

  test('by lag: the metrics that are given, and no others', () => {
    const lag = {
      type: 'External',
      external: {
        metric: { name: 'farmhand_kafka_lag' },
        target: { type: 'AverageValue', averageValue: '500' },
      },
    };
    const manifests = render(minimal, [scaled({ minReplicas: 1, maxReplicas: 6, metrics: [lag] })]);
    expect(manifests.get(name)?.['spec']).toMatchObject({ minReplicas: 1, metrics: [lag] });
  });

  test('by something else: no number, and no autoscaler', () => {
    const manifests = render(minimal, [scaled({ external: true })]);
    expect(manifests.has(name)).toBe(false);
    expect(manifests.get('Deployment/release-farmhand-intake')?.['spec']).not.toHaveProperty('replicas');
  });

  test('what contradicts itself is refused, with what to do', () => {
    const { ok, output } = helm('template', minimal, [
      `roles=${JSON.stringify([
        { name: 'intake', autoscaling: { cpu: 70 } },
        { name: 'worker', replicas: 2, autoscaling: { maxReplicas: 3 } },
        { name: 'slack', autoscaling: { maxReplicas: 6 } },
        { name: 'api' },
      ])}`,
    ]);
    expect(ok).toBe(false);
    expect(output).toContain('roles: intake: autoscaling.maxReplicas is required');
    expect(output).toContain('roles: worker has replicas beside autoscaling');
    expect(output).toContain('roles: slack: autoscaling.maxReplicas may be 5 at most with Socket Mode');
    expect(output).toContain('roles: api has neither replicas nor autoscaling');
  });
});
