import { expect, test } from 'vitest';
import { decodeMessage } from '../../../src/intake/parse/decode.ts';
import { alert, context, message, now, webhook } from '../wire/messages.ts';

const read = (over: Record<string, unknown>, hook: Record<string, unknown> = {}) => {
  const { events, rejections } = decodeMessage(message(webhook([alert(over)], hook)), context);
  expect(rejections.map((r) => r.detail)).toEqual([]);
  const [event] = events;
  if (event === undefined) throw new Error('no event');
  return event;
};

test('without a usable fingerprint one is computed from the labels, whatever their order', () => {
  const a = read({ fingerprint: undefined, labels: { alertname: 'A', pod: 'p' } }).fingerprint;
  const b = read({ fingerprint: 'too short', labels: { pod: 'p', alertname: 'A' } }).fingerprint;
  const other = read({ fingerprint: '', labels: { pod: 'p', alertname: 'B' } }).fingerprint;
  expect(a).toMatch(/^[0-9a-f]{16}$/);
  expect(b).toBe(a);
  expect(other).not.toBe(a);
  expect(read({ fingerprint: '689B55798B76C552' }).fingerprint).toBe('689b55798b76c552');
});

test('severities are understood as teams write them; the label stays', () => {
  const words = ['critical', 'PAGE', 'fatal', 'high', ' warn ', 'low', 'banana', '', 'constructor'];
  expect(words.map((severity) => read({ labels: { severity } }).severity)).toEqual([
    'critical',
    'critical',
    'critical',
    'error',
    'warning',
    'info',
    'none',
    'none',
    'none',
  ]);
  expect(read({ labels: { severity: 'banana' } }).labels).toEqual({ severity: 'banana' });
  expect(read({ labels: { alertname: 'A' } }).severity).toBe('none');
});

test('an end counts only when resolved, and is never before the start', () => {
  const start = Date.UTC(2026, 10, 20, 14, 13, 42);
  const endOf = (status: string, endsAt?: string) => read({ status, endsAt }).endsAt;
  expect([
    endOf('firing', '2026-11-20T14:15:00Z'),
    endOf('resolved', '2026-11-20T14:15:00Z'),
    endOf('resolved', '2026-11-20T14:00:00Z'),
    endOf('resolved', '0001-01-01T00:00:00Z'),
    endOf('resolved'),
  ]).toEqual([undefined, Date.UTC(2026, 10, 20, 14, 15), start, now, now]);
});

test('times with an offset and nanoseconds are read', () => {
  expect(read({ startsAt: '2026-11-20T16:13:42.062176411+02:00' }).startsAt).toBe(
    Date.UTC(2026, 10, 20, 14, 13, 42, 62),
  );
  expect(read({ startsAt: '0001-01-01T00:00:00Z' }).startsAt).toBe(now);
});

test('alerts that Alertmanager left out are told', () => {
  expect(read({}, { truncatedAlerts: 7 }).annotations).toEqual({
    summary: '5xx ratio 12%',
    farmhand_note: 'Alertmanager left 7 alerts out of this webhook (its max_alerts)',
  });
});

test('the summary is the first of summary, description, message and name', () => {
  const summaryOf = (annotations: unknown) => read({ annotations }).summary;
  expect([
    summaryOf({ summary: 's', description: 'd' }),
    summaryOf({ summary: '', description: 'd' }),
    summaryOf({ message: 'm' }),
    summaryOf({}),
    summaryOf(undefined),
    summaryOf({ summary: 'x'.repeat(600) }).length,
  ]).toEqual(['s', 'd', 'm', 'HighErrorRate', 'HighErrorRate', 500]);
});

test('Grafana’s webhook is read too', () => {
  const event = read(
    {
      dashboardURL: 'https://grafana.example/d/1',
      panelURL: 'https://grafana.example/d/1?viewPanel=2',
      values: { A: 1 },
      valueString: '[ var=A ]',
    },
    { version: '1', orgId: 1, title: '[FIRING:1]', state: 'alerting' },
  );
  expect([event.name, event.links.dashboard]).toEqual(['HighErrorRate', 'https://grafana.example/d/1']);
});

test('only http(s) links are kept as links', () => {
  const event = read(
    {
      generatorURL: 'javascript:alert(1)',
      annotations: {
        runbook_url: 'see the wiki',
        runbook: 'https://r.example/1',
        dashboard: `https://d/${'x'.repeat(3000)}`,
      },
    },
    { externalURL: 'file:///etc/passwd' },
  );
  expect(event.links).toEqual({ runbook: 'https://r.example/1' });
  expect(event.source).toBe('file:///etc/passwd');
});

test('too many and too long labels are cut, the telling ones stay, and it is said', () => {
  const many = Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`a${i}`, 'v']));
  const event = read({
    labels: { ...many, alertname: 'A', service: 's', a1: 'y'.repeat(2000) },
    annotations: { description: 'z'.repeat(5000) },
  });
  expect(Object.keys(event.labels)).toHaveLength(64);
  expect([event.labels['alertname'], event.labels['service'], event.labels['a1']?.length]).toEqual([
    'A',
    's',
    1024,
  ]);
  expect(event.annotations['farmhand_note']).toBe(
    '38 labels left out (at most 64, with proper names); 1 labels cut to 1024 characters; ' +
      '1 annotations cut to 4096 characters',
  );
});

test('names that deceive are made plain, texts keep their emoji and line breaks', () => {
  const event = read({
    labels: { alertname: 'High\u202eetaRrorrE\u0000', 'po\u200bd': 'p\u0007', '\u0000': 'x', pod: 'second' },
    annotations: { summary: 'a 👩‍🚒\nb\ud800', 'x\ny': 'z' },
  });
  expect(event.name).toBe('HighetaRrorrE');
  expect(event.labels).toEqual({ alertname: 'HighetaRrorrE', pod: 'p' });
  expect(event.annotations).toEqual({
    summary: 'a 👩‍🚒\nb\ufffd',
    'x y': 'z',
    farmhand_note: '2 labels left out (at most 64, with proper names)',
  });
});

test('names that objects inherit do no harm', () => {
  const json = JSON.stringify(webhook([alert()])).replace(
    '"labels":{',
    '"__proto__":{"polluted":1},"labels":{"__proto__":"p","constructor":"c","toString":"t",',
  );
  const [event] = decodeMessage(message(json), {
    ...context,
    tiers: { ...context.tiers, label: 'hasOwnProperty', header: 'valueOf' },
  }).events;
  expect(event?.labels).toEqual({
    constructor: 'c',
    toString: 't',
    alertname: 'HighErrorRate',
    service: 'checkout',
    severity: 'critical',
  });
  expect([event?.tier, ({} as Record<string, unknown>)['polluted']]).toEqual(['default', undefined]);
});

test('of a label that is written twice the last counts, as everywhere in JSON', () => {
  const json = JSON.stringify(webhook([alert()])).replace('"labels":{', '"labels":{"service":"first",');
  expect(decodeMessage(message(json), context).events[0]?.labels['service']).toBe('checkout');
});
