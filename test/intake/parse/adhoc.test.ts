import { expect, test } from 'vitest';
import { decodeMessage } from '../../../src/intake/parse/decode.ts';
import { context, envelope, message, now, positions } from '../wire/messages.ts';

const at = Date.UTC(2026, 10, 20, 14, 13, 42);

const read = (type: string, data: unknown, over: Record<string, unknown> = {}) => {
  const { events, rejections } = decodeMessage(message(envelope(type, data, over)), context);
  expect(rejections.map((r) => r.detail)).toEqual([]);
  const [event] = events;
  if (event === undefined) throw new Error('no event');
  return event;
};

test('an ad-hoc event, whole', () => {
  const event = read('adhoc', {
    key: 'deploy-42',
    title: 'Deploy failed',
    text: 'Step 3 timed out.',
    severity: 'warning',
    labels: { service: 'checkout' },
    annotations: { commit: 'abc' },
    links: { runbook: 'https://runbooks.example/deploy', dashboard: 'http://d.example/' },
  });
  expect(event).toStrictEqual({
    id: 'ci/deploy/evt-1',
    type: 'adhoc',
    source: 'ci/deploy',
    tier: 'default',
    time: at,
    receivedAt: now,
    position: positions.kafka,
    fingerprint: event.fingerprint,
    status: 'firing',
    startsAt: at,
    name: 'Deploy failed',
    severity: 'warning',
    summary: 'Step 3 timed out.',
    labels: { service: 'checkout' },
    annotations: { commit: 'abc' },
    links: { runbook: 'https://runbooks.example/deploy', dashboard: 'http://d.example/' },
  });
});

test('events of one source and key are one alert; without a key each is its own', () => {
  const print = (data: object, over = {}) => read('adhoc', { title: 'Anything', ...data }, over).fingerprint;
  const one = print({ key: 'k' });
  expect(print({ key: 'k', title: 'Other', status: 'resolved' }, { id: 'evt-2' })).toBe(one);
  expect(print({ key: 'k' }, { source: 'elsewhere' })).not.toBe(one);
  expect(print({ key: 'k2' })).not.toBe(one);
  expect(print({})).toBe(print({}));
  expect(print({}, { id: 'evt-2' })).not.toBe(print({}));
  expect(print({ key: 'evt-1' })).not.toBe(print({}));
});

test('severity: as given, else by label, else info', () => {
  const severity = (data: object) => read('adhoc', { title: 't', ...data }).severity;
  expect([
    severity({ severity: 'error', labels: { severity: 'page' } }),
    severity({ labels: { severity: 'page' } }),
    severity({}),
  ]).toEqual(['error', 'critical', 'info']);
});

test('a resolve ends when it happened', () => {
  const event = read('adhoc', { title: 't', status: 'resolved' });
  expect([event.startsAt, event.endsAt]).toEqual([at, at]);
});

test('a long text is kept whole beside its summary', () => {
  const event = read('adhoc', { title: 't', text: 'x'.repeat(1000) });
  expect([event.summary.length, event.annotations['description']?.length]).toEqual([500, 1000]);
});

test('news of a rebuild: its facts are labels', () => {
  const event = read('dcr', {
    instance: 'system6',
    tenant: 'tenant-105858-prod',
    rebuild: 'system6-20261120-1',
    step: 'rebuild',
    event: 'CacheRebuildStalled',
    severity: 'error',
    labels: { engine: 'balance', instance: 'not this' },
  });
  expect(event).toStrictEqual({
    id: 'ci/deploy/evt-1',
    type: 'dcr',
    source: 'ci/deploy',
    tier: 'default',
    time: at,
    receivedAt: now,
    position: positions.kafka,
    fingerprint: event.fingerprint,
    status: 'firing',
    startsAt: at,
    name: 'CacheRebuildStalled',
    severity: 'error',
    summary: 'CacheRebuildStalled on system6',
    labels: {
      instance: 'system6',
      tenant: 'tenant-105858-prod',
      rebuild: 'system6-20261120-1',
      step: 'rebuild',
      engine: 'balance',
    },
    annotations: {},
    links: {},
  });
});

test('one source, instance and kind of event are one alert', () => {
  const print = (data: object) => read('dcr', { instance: 'system6', event: 'Stalled', ...data }).fingerprint;
  expect(print({ step: 'write', status: 'resolved' })).toBe(print({}));
  expect(print({ instance: 'system7' })).not.toBe(print({}));
  expect(print({ event: 'Failed' })).not.toBe(print({}));
});

test.each([
  ['adhoc', { title: 'Deploy failed', labels: { service: 'x' } }, 'Deploy failed'],
  ['dcr', { instance: 'system6', event: 'Stalled' }, 'Stalled'],
])('within Argo Events %s data needs no wrapping of its own', (type, data, name) => {
  const context2 = { id: 'i', source: 's', type: 'webhook', time: '2026-11-20T14:13:42Z' };
  const [event] = decodeMessage(
    message({ context: context2, data: { header: {}, body: data } }),
    context,
  ).events;
  expect([event?.type, event?.id, event?.name]).toEqual([type, 's/i', name]);
});
