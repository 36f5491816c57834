import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { decode } from '../../src/intake/decode.ts';
import { context, firing, fixture, message } from './messages.ts';

const example = (name: string): unknown =>
  parse(readFileSync(new URL(`../../examples/${name}`, import.meta.url), 'utf8'));

interface Parameter {
  readonly src: {
    readonly dependencyName: string;
    readonly dataKey?: string;
    readonly contextKey?: string;
    readonly value?: string;
    readonly useRawData?: boolean;
  };
  readonly dest?: string;
}
interface KafkaTrigger {
  readonly payload: readonly Parameter[];
  readonly partitioningKey: string;
  readonly parameters: readonly Parameter[];
}
interface Sensor {
  readonly spec: {
    readonly dependencies: readonly { name: string; eventSourceName: string; eventName: string }[];
    readonly triggers: readonly { template: { kafka: KafkaTrigger } }[];
  };
}

/** The event as the webhook source of event-source.yaml puts it on the bus. */
const event = (body: unknown) => ({
  context: {
    id: '61616161',
    source: 'alertmanager',
    specversion: '1.0',
    type: 'webhook',
    subject: 'alerts',
    datacontenttype: 'application/json',
    time: '2026-11-20T14:13:43Z',
  },
  data: { header: { Authorization: ['*** Masked Auth Secret ***'] }, body },
});
type Event = ReturnType<typeof event>;

const at = (value: unknown, path: string): unknown =>
  path.split('.').reduce<unknown>((v, key) => (v as Record<string, unknown> | undefined)?.[key], value);

/** `ResolveParamValue` of Argo Events: a value, and whether it may be put in raw. */
const resolve = ({ src }: Parameter, from: Event): { value: unknown; raw: boolean } => {
  const key = src.dataKey ?? src.contextKey;
  if (key === undefined) return { value: src.value ?? wire(from), raw: false };
  const found = at(src.dataKey === undefined ? from.context : from.data, key);
  return found === undefined
    ? { value: src.value, raw: false }
    : { value: found, raw: typeof found === 'object' && src.useRawData === true };
};

/** An event as Go writes it: `data` is bytes, so base64. */
const wire = (from: Event): string =>
  JSON.stringify({ ...from, data: Buffer.from(JSON.stringify(from.data)).toString('base64') });

const asString = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

/** `ConstructPayload` of Argo Events. */
const produce = (trigger: KafkaTrigger, from: Event): { key: unknown; body: string } => {
  const key = resolve(trigger.parameters[0] as Parameter, from).value;
  const whole = trigger.payload.find((parameter) => parameter.dest === undefined);
  if (whole !== undefined) return { key, body: asString(resolve(whole, from).value) };
  const fields = trigger.payload.map((parameter) => {
    const { value, raw } = resolve(parameter, from);
    return [parameter.dest, raw ? value : asString(value)];
  });
  return { key, body: JSON.stringify(Object.fromEntries(fields)) };
};

describe.each(['sensor.yaml', 'sensor-whole-event.yaml'])('examples/argo-events/%s', (file) => {
  const { spec } = example(`argo-events/${file}`) as Sensor;
  const trigger = spec.triggers[0]?.template.kafka as KafkaTrigger;

  test('listens to the event source of the example', () => {
    const source = example('argo-events/event-source.yaml') as {
      metadata: { name: string };
      spec: { webhook: object };
    };
    expect(spec.dependencies.map((d) => [d.eventSourceName, d.eventName])).toEqual([
      [source.metadata.name, Object.keys(source.spec.webhook)[0]],
    ]);
  });

  test('writes what farmhand reads, in order within a group', () => {
    const { key, body } = produce(trigger, event(JSON.parse(fixture(firing))));
    const { events, rejections } = decode(message(body), context);
    expect(rejections).toEqual([]);
    expect(events.map((e) => [e.id, e.source, e.time, e.name, e.links.alertmanager])).toEqual([
      [
        'alertmanager/61616161~0',
        'alertmanager',
        Date.UTC(2026, 10, 20, 14, 13, 43),
        'HighErrorRate',
        'http://alertmanager.example:9093',
      ],
    ]);
    expect([key, trigger.parameters[0]?.dest]).toEqual([
      '{}:{alertname="HighErrorRate", service="checkout"}',
      'partitioningKey',
    ]);
  });
});

test('examples/alertmanager posts to /v1/events with a bearer token, resolves included', () => {
  const { receivers, route } = example('alertmanager/alertmanager.yml') as {
    receivers: {
      name: string;
      webhook_configs: { url: string; send_resolved: boolean; http_config: object }[];
    }[];
    route: { receiver: string };
  };
  const [hook] = receivers.find((r) => r.name === route.receiver)?.webhook_configs ?? [];
  expect([new URL(hook?.url ?? '').pathname, hook?.send_resolved, hook?.http_config]).toEqual([
    '/v1/events',
    true,
    {
      authorization: {
        type: 'Bearer',
        credentials_file: '/etc/alertmanager/secrets/farmhand-events-token',
      },
    },
  ]);
});
