import type { EventLinks } from '../../alerts/model/event.ts';
import type { Building } from '../../core/json.ts';
import type { AlertmanagerAlert } from '../wire/envelope.ts';
import { cleanName, cleanText } from '../wire/text.ts';
import { optionalTime } from '../wire/unwrapped-event.ts';
import { labelFingerprint } from './identity.ts';
import {
  annotationLimits,
  labelLimits,
  labelSet,
  linkOf,
  lossOf,
  nameLength,
  type ParsedAlert,
  severityOf,
  summaryLength,
} from './parsed-alert.ts';

/** What the alerts of one webhook have in common. */
export interface WebhookFacts {
  readonly externalURL?: string | undefined;
  readonly truncatedAlerts?: number | undefined;
  readonly groupKey?: string | undefined;
}

export const parseAlertmanagerAlert = (
  alert: AlertmanagerAlert,
  webhook: WebhookFacts,
  tierLabel: string,
): ParsedAlert => {
  const notes: string[] = [];
  const labels = labelSet(alert.labels, labelLimits, notes);
  const labelLoss = lossOf(alert.labels, labels);
  const annotations = labelSet(alert.annotations, annotationLimits, notes);
  if (webhook.truncatedAlerts !== undefined && webhook.truncatedAlerts > 0) {
    notes.push(`Alertmanager left ${webhook.truncatedAlerts} alerts out of this webhook (its max_alerts)`);
  }
  const name =
    cleanName(own(alert.labels, 'alertname') ?? '', nameLength).trim() || nameless(labels, annotations);
  const summary = annotations['summary'] || annotations['description'] || annotations['message'] || name;
  const startsAt = optionalTime(alert.startsAt, 'startsAt', notes);
  const endsAt = alert.status === 'resolved' ? optionalTime(alert.endsAt, 'endsAt', notes) : undefined;
  const tier = own(alert.labels, tierLabel);
  const externalURL = webhook.externalURL ?? alert.externalURL;
  const parsed: Building<ParsedAlert> = {
    fingerprint: fingerprint(alert),
    status: alert.status,
    name,
    severity: severityOf(own(alert.labels, 'severity')),
    summary: cleanText(summary, summaryLength),
    labels,
    annotations,
    links: linksOf(alert, externalURL),
    notes,
    source: (externalURL && cleanName(externalURL, nameLength)) || 'alertmanager',
  };
  if (startsAt !== undefined) parsed.startsAt = startsAt;
  if (endsAt !== undefined) parsed.endsAt = endsAt;
  if (labelLoss) parsed.labelLoss = labelLoss;
  if (tier !== undefined) parsed.tier = tier;
  if (webhook.groupKey !== undefined)
    parsed.group = { key: webhook.groupKey.slice(0, 1000), left: webhook.truncatedAlerts ?? 0 };
  return parsed;
};

const linksOf = (alert: AlertmanagerAlert, externalURL: string | undefined): EventLinks => {
  const { annotations } = alert;
  const generator = linkOf(alert.generatorURL);
  const runbook = linkOf(annotations['runbook_url'], annotations['runbook']);
  const dashboard = linkOf(annotations['dashboard_url'], annotations['dashboard'], alert.dashboardURL);
  const alertmanager = linkOf(externalURL);
  const links: Building<EventLinks> = {};
  if (generator !== undefined) links.generator = generator;
  if (runbook !== undefined) links.runbook = runbook;
  if (dashboard !== undefined) links.dashboard = dashboard;
  if (alertmanager !== undefined) links.alertmanager = alertmanager;
  return links;
};

const fingerprint = (alert: AlertmanagerAlert): string => {
  const given = alert.fingerprint?.toLowerCase();
  return given !== undefined && /^[0-9a-f]{16}$/.test(given) ? given : labelFingerprint(alert.labels);
};

/** A label's value, and never something that objects inherit. */
const own = (labels: Readonly<Record<string, string>>, name: string): string | undefined =>
  Object.hasOwn(labels, name) ? labels[name] : undefined;

/** Labels that stand for `alertname` with other senders, however they are spelt. */
const nameLabels = new Set(['alertname', 'alert', 'rulename', 'rule', 'title']);
const plainKey = (label: string): string => label.toLowerCase().replace(/[^a-z]/g, '');

const telling = ['title', 'summary', 'description', 'message'] as const;

/** What an alert is about, the most telling first. */
const subjects = ['service', 'job', 'instance', 'pod', 'node', 'host', 'namespace', 'cluster'] as const;

/** Say how bad it is or whose, not what. */
const beside = new Set(['severity', 'priority', 'tier', 'team', 'env', 'environment', 'prometheus']);

const shortened = (text: string): string => cleanName(text.split('\n', 1)[0]?.trim() ?? '', 120);

/** A name for an alert without `alertname`, from what it has: another label, its own text, what it is about. */
const nameless = (
  labels: Readonly<Record<string, string>>,
  annotations: Readonly<Record<string, string>>,
): string => {
  const named = Object.entries(labels).find(
    ([label, value]) => nameLabels.has(plainKey(label)) && value.trim() !== '',
  );
  if (named) return cleanName(named[1], nameLength);
  const said = telling.map((name) => shortened(annotations[name] ?? '')).find((text) => text !== '');
  if (said !== undefined) return said;
  const [label, value] =
    subjects.map((name) => [name, labels[name] ?? ''] as const).find(([, found]) => found.trim() !== '') ??
    Object.entries(labels).find(([name, found]) => found.trim() !== '' && !beside.has(name)) ??
    [];
  return label === undefined || value === undefined
    ? 'alert without a name'
    : cleanName(`alert of ${label} ${value}`, 120);
};
