import { gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { decodeMessage } from '../../../src/intake/parse/decode.ts';
import {
  alert,
  context,
  envelope,
  firing,
  fixture,
  message,
  now,
  positions,
  resolved,
  transports,
  webhook,
} from '../wire/messages.ts';

const highErrorRate = {
  type: 'alertmanager',
  tier: 'default',
  receivedAt: now,
  fingerprint: '689b55798b76c552',
  place: expect.stringMatching(/^[0-9a-f]{16}$/),
  group: { key: '{}:{alertname="HighErrorRate", service="checkout"}', left: 0 },
  status: 'firing',
  startsAt: Date.UTC(2026, 10, 20, 14, 13, 42),
  name: 'HighErrorRate',
  severity: 'critical',
  summary: '5xx ratio 12%',
  labels: {
    alertname: 'HighErrorRate',
    cluster: 'eu-1',
    namespace: 'prod',
    pod: 'checkout-5c9f-1',
    service: 'checkout',
    severity: 'critical',
  },
  annotations: { runbook_url: 'https://runbooks.example/HighErrorRate', summary: '5xx ratio 12%' },
  links: {
    generator: 'http://prom.example/graph?g0.expr=x',
    runbook: 'https://runbooks.example/HighErrorRate',
    alertmanager: 'http://alertmanager.example:9093',
  },
};
const positionIds = { kafka: 'k.alerts.3.41.0', http: 'h.req-1.0' };

describe.each(transports)('over %s', (via) => {
  const position = positions[via];
  const read = (body: unknown, headers: Record<string, string> = {}) =>
    decodeMessage(message(body, { position, headers }), context);

  test('a captured webhook becomes one event, known by its position', () => {
    expect(read(fixture(firing))).toStrictEqual({
      rejections: [],
      events: [
        {
          ...highErrorRate,
          id: positionIds[via],
          source: 'http://alertmanager.example:9093',
          time: now,
          position: { ...position, index: 0 },
        },
      ],
    });
  });

  test('a captured resolve has an end', () => {
    const [event] = read(fixture(resolved)).events;
    expect([event?.status, event?.fingerprint, event?.endsAt, event?.links]).toEqual([
      'resolved',
      'd38937b1a545ff0d',
      Date.UTC(2026, 10, 20, 14, 13, 47, 62),
      { alertmanager: 'http://alertmanager.example:9093' },
    ]);
  });

  const wrapped = {
    ...highErrorRate,
    id: 'argo/alerts/abc~0',
    source: 'argo/alerts',
    time: Date.UTC(2026, 10, 20, 14, 14),
    position: { ...position, index: 0 },
  };
  const origin = { id: 'abc', source: 'argo/alerts', time: '2026-11-20T14:14:00Z' };
  const body: unknown = JSON.parse(fixture(firing));
  const base64 = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64');
  const argo = { ...origin, specversion: '1.0', type: 'webhook', subject: 'example', datacontenttype: 'x' };
  const separator = via === 'kafka' ? '_' : '-';
  const binary = Object.fromEntries(
    Object.entries({ ...origin, specversion: '1.0', type: 'com.example.alertmanager' }).map(([k, v]) => [
      `ce${separator}${k}`,
      v,
    ]),
  );
  test.each<[string, unknown, Record<string, string>?]>([
    ['envelope', { farmhand: 1, type: 'alertmanager', ...origin, data: body }],
    ['envelope of strings', { farmhand: '1', type: 'alertmanager', ...origin, data: JSON.stringify(body) }],
    [
      'structured CloudEvent',
      { specversion: '1.0', type: 'com.example.Alertmanager', ...origin, data: body },
    ],
    [
      'CloudEvent, base64',
      { specversion: '1.0', type: 'alertmanager', ...origin, data_base64: base64(body) },
    ],
    ['binary CloudEvent', body, binary],
    ['Argo, object', { context: argo, data: body }],
    ['Argo, string', { context: argo, data: JSON.stringify(body) }],
    ['Argo, base64', { context: argo, data: base64(body) }],
    ['Argo, all strings', { context: JSON.stringify(argo), data: JSON.stringify(body) }],
    ['Argo, webhook source', { context: argo, data: { header: { Host: ['x'] }, body } }],
    ['Argo, webhook source, base64', { context: argo, data: base64({ header: {}, body }) }],
    [
      'Argo, webhook source, string body',
      { context: argo, data: { header: {}, body: JSON.stringify(body) } },
    ],
    ['Argo, Kafka source', { context: argo, data: { topic: 't', partition: '0', body: base64(body) } }],
    [
      'Argo around an envelope',
      {
        context: { ...argo, id: 'other' },
        data: { body: { farmhand: 1, type: 'alertmanager', ...origin, data: body } },
      },
    ],
    [
      'Argo around a CloudEvent',
      {
        context: { ...argo, id: 'other' },
        data: base64({ specversion: '1.0', type: 'alertmanager', ...origin, data: body }),
      },
    ],
  ])('%s: the same event', (_name, sent, headers) => {
    const { events, rejections } = read(sent, headers);
    expect(rejections).toEqual([]);
    expect(events).toStrictEqual([wrapped]);
  });

  test('compressed bodies are read', () => {
    const plain = read(fixture(firing)).events;
    const bytes = Buffer.from(fixture(firing));
    expect(read(gzipSync(bytes)).events).toEqual(plain);
    expect(read(gzipSync(bytes), { 'content-encoding': 'gzip' }).events).toEqual(plain);
    expect(read(zstdCompressSync(bytes)).events).toEqual(plain);
    // A proxy decompressed it and left the header.
    expect(read(bytes, { 'content-encoding': 'gzip' }).events).toEqual(plain);
  });

  test('a body with several alerts is split, in its order', () => {
    const { events } = read(webhook([alert(), alert({ fingerprint: 'aaaaaaaaaaaaaaaa' })]));
    expect(events.map((e) => [e.id, e.position.index, e.fingerprint])).toEqual([
      [positionIds[via], 0, '689b55798b76c552'],
      [positionIds[via].replace(/0$/, '1'), 1, 'aaaaaaaaaaaaaaaa'],
    ]);
  });
});

test('the alerts of one envelope have ids and nonces of their own', () => {
  const nonce = { value: 'n1', valid_until: '2026-11-20T15:00:00Z' };
  const { events } = decodeMessage(
    message(envelope('alertmanager', webhook([alert(), alert()]), { nonce })),
    context,
  );
  const validUntil = Date.UTC(2026, 10, 20, 15);
  expect(events.map((e) => [e.id, e.nonce])).toEqual([
    ['ci/deploy/evt-1~0', { value: 'n1~0', validUntil }],
    ['ci/deploy/evt-1~1', { value: 'n1~1', validUntil }],
  ]);
});

test('an envelope may carry one alert as it is', () => {
  const [event] = decodeMessage(message(envelope('alertmanager', alert())), context).events;
  expect([event?.id, event?.source, event?.name, event?.time]).toEqual([
    'ci/deploy/evt-1',
    'ci/deploy',
    'HighErrorRate',
    Date.UTC(2026, 10, 20, 14, 13, 42),
  ]);
});

test('the broker’s time stands in for the event’s, and the receive time for the broker’s', () => {
  const body = webhook([alert()]);
  const times = [message(body, { brokerTime: now - 1000 }), message(body)].map(
    (m) => decodeMessage(m, context).events[0]?.time,
  );
  expect(times).toEqual([now - 1000, now]);
});

test('a clock that is ahead is not believed', () => {
  const ahead = envelope('adhoc', { title: 't' }, { time: '2099-01-01T00:00:00Z' });
  const [event] = decodeMessage(message(ahead), context).events;
  expect([event?.time, event?.startsAt, event?.annotations['farmhand_note']]).toEqual([
    now,
    now,
    'its source’s clock is ahead: the time of receipt was taken',
  ]);
});

test('the tier is that of the topic, else header, envelope, label, default', () => {
  const body = envelope('alertmanager', alert({ labels: { tier: 'Label/1' } }), { tier: 'Envelope Tier' });
  const { tier: _, ...bare } = body as Record<string, unknown>;
  const tierOf = (sent: unknown, over = {}) => decodeMessage(message(sent, over), context).events[0]?.tier;
  expect([
    tierOf(body, { topicTier: 'topic', headers: { tier: 'header' } }),
    tierOf(body, { headers: { tier: 'HEADER!' } }),
    tierOf(body),
    tierOf(bare),
    tierOf(envelope('adhoc', { title: 't' })),
    tierOf(envelope('adhoc', { title: 't' }), { headers: { tier: '☃' } }),
  ]).toEqual(['topic', 'header-', 'envelope-tier', 'label-1', 'default', 'default']);
});
