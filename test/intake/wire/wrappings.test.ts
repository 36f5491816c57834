import { deflateSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { decodeMessage } from '../../../src/intake/parse/decode.ts';
import { alert, context, message, transports, webhook } from './messages.ts';

const read = (body: unknown, headers: Record<string, string> = {}) => {
  const { events, rejections } = decodeMessage(message(body, { headers }), context);
  return {
    events: events.map((e) => [e.type, e.name, e.id]),
    refused: rejections.map(({ reason, detail }) => `${reason} ${detail}`),
  };
};

const adhoc = { title: 'Deploy failed' };
const event = (type: string, data: unknown = adhoc) => ({
  specversion: '1.0',
  id: 'e-1',
  source: 's',
  type,
  data,
});
const taken = { events: [['adhoc', 'Deploy failed', 's/e-1']], refused: [] };

test.each([
  'com.example.adhoc.v1',
  'com.example.adhoc.v1beta2',
  'adhoc.1.0',
  'com.example/adhoc/v2',
  'urn:adhoc:v1',
  'com.example.ADHOC.V1',
])('type %s: a version at the end is no name', (type) => {
  expect(read(event(type))).toEqual(taken);
});

describe.each(transports)('CloudEvents in binary mode over %s', (via) => {
  const separator = via === 'kafka' ? '_' : '-';
  const headersOf = (attributes: Record<string, string>) =>
    Object.fromEntries(Object.entries(attributes).map(([name, value]) => [`ce${separator}${name}`, value]));
  const attributes = { specversion: '1.0', id: 'e-1', source: 's', type: 'com.example.adhoc' };

  test('values in quotes', () => {
    const quoted = Object.fromEntries(Object.entries(attributes).map(([k, v]) => [k, JSON.stringify(v)]));
    expect(read(adhoc, headersOf(quoted))).toEqual(taken);
  });

  test('a type of the sender’s own around an Alertmanager webhook: the shape decides', () => {
    const headers = headersOf({ ...attributes, type: 'io.argoproj.workflow.alert', time: 'now' });
    const { events } = decodeMessage(message(webhook([alert()]), { headers }), context);
    expect(events.map((e) => [e.type, e.id, e.source, e.annotations['farmhand_note']])).toEqual([
      ['alertmanager', 's/e-1~0', 's', 'time is not an RFC 3339 time: the time of receipt was taken'],
    ]);
  });

  test('attributes that cannot be used cost no webhook', () => {
    const { events } = decodeMessage(
      message(webhook([alert()]), { headers: headersOf({ specversion: '1.0', id: 'e-1' }) }),
      context,
    );
    expect(events.map((e) => [e.id, e.annotations['farmhand_note']])).toEqual([
      ['k.alerts.3.41.0', 'the CloudEvents headers beside it could not be used'],
    ]);
  });

  test('a structured event beside attributes is itself', () => {
    expect(read(event('adhoc'), headersOf({ ...attributes, id: 'other' }))).toEqual(taken);
  });

  test('a type of the sender’s own around what is no known shape stays unknown', () => {
    expect(read(adhoc, headersOf({ ...attributes, type: 'com.example.order' }))).toEqual({
      events: [],
      refused: ['unknown_type type: is none of alertmanager, adhoc, dcr'],
    });
  });
});

test.each([
  ['once', (json: string) => JSON.stringify(json)],
  ['twice', (json: string) => JSON.stringify(JSON.stringify(json))],
  ['under a key', (json: string) => JSON.stringify({ data: JSON.stringify(json) })],
])('a webhook that was written as JSON %s more is read', (_times, again) => {
  const { events, rejections } = decodeMessage(message(again(JSON.stringify(webhook([alert()])))), context);
  expect(events.map(({ name, id }) => [name, id])).toEqual([['HighErrorRate', 'k.alerts.3.41.0']]);
  expect(rejections).toEqual([]);
});

test('what could not be read of such a text is put aside as a text', () => {
  const body = JSON.stringify(JSON.stringify(webhook([alert(), alert({ status: 'odd' })])));
  const { events, rejections } = decodeMessage(message(body), context);
  const [kept] = rejections;
  const again = decodeMessage(message(kept?.message.value ?? Buffer.from('')), context);
  expect([events.length, rejections.length, again.events.length, again.rejections.length]).toEqual([
    1, 1, 0, 1,
  ]);
});

test('a structured CloudEvent of the sender’s own type around a webhook: the shape decides', () => {
  expect(read(event('com.example.prometheus.fired', webhook([alert()])))).toEqual({
    events: [['alertmanager', 'HighErrorRate', 's/e-1~0']],
    refused: [],
  });
});

test('base64 in lines, as MIME writes it', () => {
  const base64 = Buffer.from(JSON.stringify({ ...adhoc, text: 'x'.repeat(200) })).toString('base64');
  for (const end of ['\n', '\r\n']) {
    const lines = `${base64.replace(/(.{76})/g, `$1${end}`)}${end}`;
    const { data: _, ...rest } = event('adhoc');
    expect(read({ ...rest, data_base64: lines })).toEqual(taken);
  }
});

describe('bodies whose header lies about their compression', () => {
  const body = JSON.stringify(webhook([alert()]));
  test.each<[string, Buffer, string]>([
    ['deflate that says gzip', deflateSync(body), 'gzip'],
    ['deflate that says nothing', deflateSync(body), ''],
    ['plain that says br', Buffer.from(body), 'br'],
    ['plain that says deflate, in quotes', Buffer.from(body), '"deflate"'],
  ])('%s', (_name, bytes, encoding) => {
    expect(read(bytes, { 'content-encoding': encoding }).events).toHaveLength(1);
  });
});

describe('what other programs write is refused by its name, with the setting to change', () => {
  const registry = Buffer.concat([
    Buffer.from([0, 0, 0, 0, 42]),
    Buffer.from(JSON.stringify(event('adhoc'))),
  ]);
  const glue = Buffer.concat([Buffer.from([3, 0]), Buffer.alloc(16, 7), Buffer.from('{}')]);
  const prometheus = {
    labels: { alertname: 'A' },
    annotations: {},
    startsAt: '2026-11-20T14:13:42Z',
    generatorURL: 'http://p',
  };
  test.each<[string, unknown, string, string]>([
    ['Schema Registry', registry, 'five bytes of Confluent', 'value.converter.schemas.enable=false'],
    [
      'Schema Registry, Avro',
      Buffer.from([0, 0, 0, 0, 42, 2, 65, 66]),
      'five bytes of Confluent',
      'StringSerializer',
    ],
    ['Glue', glue, 'AWS Glue Schema Registry', 'StringSerializer'],
    ['Java', Buffer.from([0xac, 0xed, 0, 5, 0x74, 0, 1, 65]), 'serialized Java object', 'JsonSerializer'],
    ['UTF-16', Buffer.from('\ufeff{"a":1}', 'utf16le'), 'is UTF-16', 'send UTF-8'],
    ['UTF-16 without a mark', Buffer.from('{"a":1}', 'utf16le'), 'is UTF-16', 'send UTF-8'],
    [
      'Kafka Connect',
      { schema: { type: 'struct' }, payload: event('adhoc') },
      'Kafka Connect',
      'value.converter.schemas.enable=false',
    ],
    ['Prometheus', [prometheus, prometheus], 'what Prometheus sends to an Alertmanager', 'webhook_configs'],
    [
      'Alertmanager’s API',
      [{ ...prometheus, fingerprint: 'f', status: { state: 'active' } }],
      'GET /api/v2/alerts',
      'webhook_configs',
    ],
    [
      'Grafana’s legacy alerting',
      {
        title: '[Alerting] CPU',
        ruleId: 1,
        ruleName: 'CPU',
        ruleUrl: 'http://g',
        state: 'alerting',
        evalMatches: [],
      },
      'legacy alerting',
      'unified',
    ],
    ['one bare alert', alert(), 'one alert of Alertmanager', '`alerts`'],
    ['CloudWatch', { AlarmName: 'a', NewStateValue: 'ALARM' }, 'CloudWatch', 'envelope'],
    ['PagerDuty', { event: { event_type: 'incident.triggered' } }, 'PagerDuty', 'envelope'],
    ['Opsgenie', { action: 'Create', alert: {}, integrationId: 'i' }, 'Opsgenie', 'envelope'],
    [
      'a receiver for PagerDuty',
      { routing_key: 'k', event_action: 'trigger', payload: {} },
      'pagerduty_configs',
      'webhook_configs',
    ],
    ['a receiver for Slack', { channel: '#a', attachments: [{}] }, 'slack_configs', 'webhook_configs'],
    ['a receiver for Teams', { '@type': 'MessageCard', title: 't' }, 'msteams_configs', 'webhook_configs'],
    ['EventBridge', { 'detail-type': 'x', detail: {} }, 'EventBridge', 'input transformer'],
    ['Azure Monitor', { schemaId: 'azureMonitorCommonAlertSchema', data: {} }, 'Azure Monitor', 'envelope'],
    ['Debezium', { before: null, after: {}, op: 'c', source: {} }, 'Debezium', 'ExtractNewRecordState'],
    ['Lambda', { Records: [{ body: '{}' }] }, 'Lambda', 'body of each record'],
    ['a text', '"hello"', 'is a text that is no JSON', 'docs/envelope.md'],
  ])('%s', (_name, body, name, setting) => {
    const { events, refused } = read(body);
    expect([events, refused.length]).toEqual([[], 1]);
    expect(refused[0]).toContain(name);
    expect(refused[0]).toContain(setting);
  });
});
