import { hash } from 'node:crypto';
import { channels, serviceOf } from './channels.ts';

/** One event as it goes into the topic. */
export interface LoadEvent {
  /** Which alert it is about: also the message key, so that the events of an alert stay in order. */
  readonly series: string;
  readonly body: string;
  /** The alert in it. */
  readonly alert: LoadAlert;
}

export interface LoadAlert {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly startsAt: string;
  readonly generatorURL: string;
}

interface EventSpec {
  /** Number of the alert. */
  readonly alert: number;
  /** Which of the alert's events it is, 0 the first. */
  readonly nth: number;
  /** Start of the load, ms: everything before it happened just before. */
  readonly epoch: number;
  readonly service: string;
  readonly size: number;
}

let loads = 0;

/** First events of alerts that nobody has heard of, one after the other over all channels. */
export const newAlerts = (
  count: number,
  service: (alert: number) => string = (alert) => serviceOf(alert % channels),
): readonly LoadEvent[] => {
  loads += 1;
  const epoch = Date.now() + loads;
  return Array.from({ length: count }, (_, alert) =>
    loadEvent({ alert, nth: 0, epoch, service: service(alert), size: 1024 }),
  );
};

const cities = ['fra', 'dub', 'arn', 'mad', 'mil', 'war', 'vie'];
const rules = [
  ['HighErrorRate', 'critical'],
  ['LatencyP99High', 'warning'],
  ['PodCrashLooping', 'error'],
  ['CacheMissRatioHigh', 'warning'],
  ['DiskWillFill', 'critical'],
] as const;

/**
 * An event of `size` bytes, deterministic. Alerts with even numbers come in farmhand's envelope, the others as the
 * webhook that Alertmanager sends. Of ten events about one alert, the sixth tells a new value, the ninth that it is
 * over, the tenth that it fires again; the others repeat what is known, as Alertmanager does.
 */
export const loadEvent = (spec: EventSpec): LoadEvent => {
  const bare = spec.alert % 2 === 0 ? envelope(spec, '') : webhook(spec, '');
  const missing = spec.size - Buffer.byteLength(JSON.stringify(bare.json));
  if (missing < 0) throw new Error(`an event of ${spec.size} bytes is too small for its facts`);
  const { json, alert } =
    spec.alert % 2 === 0 ? envelope(spec, filler(missing)) : webhook(spec, filler(missing));
  return { series: bare.series, body: JSON.stringify(json), alert };
};

const prose =
  'The ratio of failed requests has been over its objective for five minutes. Look at the newest release first, ' +
  'then at the dependencies of the service, and scale it out when its queue grows. ';
const filler = (length: number): string => prose.repeat(Math.ceil(length / prose.length)).slice(0, length);

const alertOf = (
  { alert, nth, epoch, service }: EventSpec,
  description: string,
): { series: string; json: LoadAlert & Readonly<Record<string, unknown>> } => {
  const [name, severity] = rules[alert % rules.length] ?? rules[0];
  // Of this load alone: no two loads are about the same alerts.
  const pod = `${service}-${epoch.toString(36)}-${alert}`;
  const labels = {
    alertname: name,
    cluster: `eu-${cities[alert % cities.length]}`,
    namespace: 'prod',
    pod,
    service,
    severity,
  };
  const round = nth % 10;
  const over = round === 8;
  const startsAt = epoch - 3_600_000 + (round === 9 ? 1_800_000 + nth : 0);
  // Whatever Alertmanager computes: for farmhand it is sixteen hex digits.
  const series = hash('sha256', pod).slice(0, 16);
  return {
    series,
    json: {
      status: over ? 'resolved' : 'firing',
      labels,
      annotations: {
        summary: `${name} on ${pod}: ${round >= 5 ? 34 : 12}%`,
        description,
        runbook_url: `https://runbooks.example/${name}`,
      },
      startsAt: new Date(startsAt).toISOString(),
      endsAt: over ? new Date(epoch - 1_800_000).toISOString() : '0001-01-01T00:00:00Z',
      generatorURL: `http://prometheus.example:9090/graph?g0.expr=${name}`,
      fingerprint: series,
    },
  };
};

const envelope = (spec: EventSpec, description: string) => {
  const { series, json } = alertOf(spec, description);
  return {
    series,
    alert: json,
    json: {
      farmhand: 1,
      id: `${spec.epoch.toString(36)}-${spec.alert}-${spec.nth}`,
      source: 'bench',
      type: 'alertmanager',
      time: new Date(spec.epoch - 1_000_000 + spec.nth * 1000).toISOString(),
      data: json,
    },
  };
};

const webhook = (spec: EventSpec, description: string) => {
  const { series, json } = alertOf(spec, description);
  const group = { alertname: 'x', service: spec.service };
  return {
    series,
    alert: json,
    json: {
      version: '4',
      groupKey: '{}:{}',
      receiver: 'farmhand',
      status: 'firing',
      groupLabels: group,
      externalURL: 'http://alertmanager.example:9093',
      truncatedAlerts: 0,
      alerts: [json],
    },
  };
};
