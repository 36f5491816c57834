import type { Change } from './beat.ts';
import { type CacheNews, type Fault, keyOf, type Report } from './fault.ts';
import { fingerprint } from './fingerprint.ts';

type News = Change<CacheNews | Report>;

const iso = (ms: number): string => new Date(ms).toISOString();
const statusOf = (beat: { what: 'fires' | 'resolves' }): 'firing' | 'resolved' =>
  beat.what === 'fires' ? 'firing' : 'resolved';

/** Alertmanager's webhook (version 4) for alerts of one group. */
export const webhookOf = (changes: readonly [Change<Fault>, ...Change<Fault>[]]): object => {
  const { rule, service } = changes[0].trouble;
  const group = { alertname: rule.name, service: service.name };
  return {
    receiver: 'farmhand',
    status: changes.some((change) => change.what === 'fires') ? 'firing' : 'resolved',
    alerts: changes.map(alertOf),
    groupLabels: group,
    commonLabels: { ...group, severity: rule.severity },
    commonAnnotations: { runbook_url: `https://runbooks.example/${rule.name}` },
    externalURL: 'http://alertmanager.example:9093',
    version: '4',
    groupKey: `{}:{alertname="${rule.name}", service="${service.name}"}`,
    truncatedAlerts: 0,
  };
};

const alertOf = ({ trouble, what, since, atMs }: Change<Fault>): object => {
  const { rule, service, pod, value } = trouble;
  const podName = `${service.name}-${pod}`;
  const labels = {
    alertname: rule.name,
    cluster: 'eu-1',
    namespace: 'prod',
    ...(pod > 0 && { pod: podName }),
    service: service.name,
    severity: rule.severity,
    team: service.team,
    tier: service.tier,
  };
  const query = encodeURIComponent(`${rule.name.toLowerCase()}{service="${service.name}"}`);
  return {
    status: statusOf({ what }),
    labels,
    annotations: {
      description: rule.description,
      runbook_url: `https://runbooks.example/${rule.name}`,
      dashboard_url: `https://grafana.example/d/${service.name}`,
      summary: rule.summary(pod > 0 ? podName : service.name, value),
    },
    startsAt: iso(since),
    endsAt: what === 'fires' ? '0001-01-01T00:00:00Z' : iso(atMs),
    generatorURL: `http://prometheus.example:9090/graph?g0.expr=${query}&g0.tab=1`,
    fingerprint: fingerprint(labels),
  };
};

/** farmhand's envelope for news of a cache or a report. */
export const envelopeOf = (change: News): object => ({
  farmhand: 1,
  ...wrapping(change),
  type: change.trouble.kind === 'cache' ? 'dcr' : 'adhoc',
  nonce: { value: idOf(change), valid_until: iso(change.atMs + 3_600_000) },
  tier: tierOfNews(change.trouble),
  data: dataOf(change),
});

/** The same as a structured CloudEvent. */
export const cloudEventOf = (change: News): object => ({
  specversion: '1.0',
  ...wrapping(change),
  type: `com.example.${change.trouble.kind === 'cache' ? 'dcr' : 'adhoc'}`,
  datacontenttype: 'application/json',
  tier: tierOfNews(change.trouble),
  data: dataOf(change),
});

/** What an Argo Events sensor puts on Kafka that maps the whole event of a webhook source. */
export const argoEventOf = (body: object, atMs: number, id: string): object => ({
  context: {
    id,
    source: 'alertmanager',
    specversion: '1.0',
    type: 'webhook',
    subject: 'alerts',
    datacontenttype: 'application/json',
    time: iso(atMs),
  },
  data: Buffer.from(JSON.stringify({ header: { 'Content-Type': ['application/json'] }, body })).toString(
    'base64',
  ),
});

const idOf = (change: News): string =>
  `${keyOf(change.trouble).replaceAll('/', '-')}-${change.since.toString(36)}-${statusOf(change)}`;

const wrapping = (change: News): object => ({
  id: idOf(change),
  source: change.trouble.kind === 'cache' ? 'dcr' : 'ci/deploy',
  time: iso(change.atMs),
});

const tierOfNews = (trouble: CacheNews | Report): string =>
  trouble.kind === 'cache' ? 'gold' : trouble.service.tier;

const dataOf = ({ trouble, what }: News): object => {
  const status = statusOf({ what });
  if (trouble.kind === 'report') {
    const { key, title, text, severity, service } = trouble;
    return {
      key,
      title,
      text: what === 'fires' ? text : 'The next attempt went through.',
      severity,
      status,
      labels: { service: service.name, team: service.team },
      links: { dashboard: `https://ci.example/${service.name}/deploys` },
    };
  }
  const { instance, event, severity, text } = trouble;
  return {
    instance,
    tenant: 'tenant-105858-prod',
    event,
    severity,
    status,
    text: what === 'fires' ? text : 'The caches are up to date again.',
  };
};
