import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { decodeMessage } from '../../src/intake/parse/decode.ts';
import { context, message } from './wire/messages.ts';

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

/** What Argo Events 1.9.7 wrote for a mapping, captured from its own trigger. */
const captured = (name: string): Record<string, unknown> =>
  JSON.parse(readFileSync(new URL(`../fixtures/argo-events/${name}.json`, import.meta.url), 'utf8'));

describe.each([
  ['sensor.yaml', 'envelope-raw'],
  ['sensor-whole-event.yaml', 'datakey-at-this'],
])('examples/argo-events/%s', (file, capture) => {
  const { spec } = example(`argo-events/${file}`) as Sensor;
  const trigger = spec.triggers[0]?.template.kafka as KafkaTrigger;
  const written = captured(capture);

  test('listens to the event source of the example', () => {
    const source = example('argo-events/event-source.yaml') as {
      metadata: { name: string };
      spec: { webhook: object };
    };
    expect(spec.dependencies.map((d) => [d.eventSourceName, d.eventName])).toEqual([
      [source.metadata.name, Object.keys(source.spec.webhook)[0]],
    ]);
  });

  test('maps to the fields of the captured message, each parameter with its dest', () => {
    expect(trigger.payload.map(({ dest }) => dest).toSorted()).toEqual(Object.keys(written).toSorted());
    for (const { src, dest } of trigger.payload) {
      // A constant is written as it stands, an object stays one only with useRawData.
      if (src.value !== undefined) expect(written[dest ?? '']).toBe(src.value);
      const isObject = typeof written[dest ?? ''] === 'object';
      expect([dest, src.useRawData === true]).toEqual([dest, isObject]);
    }
  });

  test('what Argo Events wrote for it is read, under the name of its event', () => {
    const { events, rejections } = decodeMessage(message(written), context);
    expect(rejections).toEqual([]);
    expect(events.map((e) => [e.id.split('~')[1], e.source, e.name, e.links.alertmanager])).toEqual([
      ['0', 'alertmanager', 'Multi2', 'http://127.0.0.1:9820'],
      ['1', 'alertmanager', 'Multi3', 'http://127.0.0.1:9820'],
    ]);
  });

  test('keeps the webhooks of one group in order, by their key', () => {
    expect(trigger.parameters).toEqual([
      {
        src: { dependencyName: 'alerts', dataKey: 'body.groupKey', value: 'alerts' },
        dest: 'partitioningKey',
      },
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
