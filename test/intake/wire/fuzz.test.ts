import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { AlertEvent } from '../../../src/alerts/model/event.ts';
import { severities } from '../../../src/core/severity.ts';
import { decodeMessage } from '../../../src/intake/parse/decode.ts';
import { contentKey } from '../../../src/intake/wire/dead-letter.ts';
import type { RawMessage, Rejection } from '../../../src/intake/wire/raw.ts';
import { alert, context, envelope, firing, fixture, message, positions, webhook } from './messages.ts';

const secret = 'sekrit-4711';
const small = { ...context, maxBytes: 20_000 };

/** What holds for every message there is. */
const check = (sent: RawMessage) => {
  const decoded = decodeMessage(sent, small);
  expect(decodeMessage(sent, small)).toStrictEqual(decoded);
  const { events, rejections } = decoded;
  expect(rejections.length).toBeLessThanOrEqual(1);
  for (const rejection of rejections) {
    if (events.length === 0) expect(rejection.message).toBe(sent);
    else everythingIsKept(rejection, events);
    expect(rejection.detail).not.toBe('');
    expect(rejection.detail).not.toContain(secret);
    expect(rejection.detail.length).toBeLessThan(10_000);
  }
  expect(new Set(events.map((e) => e.id)).size).toBe(events.length);
  const places = events.map((event) => event.position.index);
  expect(places).toEqual([...new Set(places)].toSorted((a, b) => a - b));
  events.forEach((event) => {
    expect(event.position).toEqual({ ...sent.position, index: event.position.index });
    expect(event.id.length).toBeLessThanOrEqual(120);
    expect(event.fingerprint).toMatch(/^[0-9a-f]{16}$/);
    expect(event.tier).toMatch(/^[a-z0-9_-]{1,63}$/);
    expect(severities).toContain(event.severity);
    expect(event.endsAt === undefined).toBe(event.status === 'firing');
    expect(Number.isSafeInteger(event.time) && Number.isSafeInteger(event.startsAt)).toBe(true);
    expect(event.name).toMatch(/^[^\p{Cc}\u202a-\u202e\u2066-\u2069]{1,250}$/u);
    expect(JSON.parse(JSON.stringify(event))).toEqual(event);
    expect(JSON.stringify(event).isWellFormed()).toBe(true);
  });
  return decoded;
};

/** What is put aside beside events is the rest: it is refused for the same reason, and nothing of it is taken. */
const everythingIsKept = (rejection: Rejection, events: readonly AlertEvent[]) => {
  const again = decodeMessage(rejection.message, small);
  expect(again.events).toEqual([]);
  expect(again.rejections.map(contentKey)).toEqual([contentKey(rejection)]);
  expect(again.rejections[0]?.detail).toBe(rejection.detail);
  expect(events.map((e) => e.position.index)).not.toContain(rejection.message.position.index);
};

const headers = fc.dictionary(
  fc.constantFrom(
    'tier',
    'content-encoding',
    'ce_specversion',
    'ce-specversion',
    'ce_type',
    'ce-id',
    'ce_id',
  ),
  fc.oneof(fc.constantFrom('1.0', 'adhoc', 'alertmanager', 'gzip', '%zz'), fc.string({ unit: 'binary' })),
);
const around = fc.record({
  headers,
  position: fc.constantFrom(positions.kafka, positions.http),
});

test('any bytes', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), around, (bytes, over) => {
      check(message(Buffer.from(bytes), over));
      check(message(gzipSync(bytes), over));
    }),
  );
});

/** Values as they must not be, with a secret that must not come back in a problem. */
const odd = fc.oneof(
  fc.constantFrom<unknown>(null, '', secret, `${secret}\u0000`, '__proto__', 0, -1, 1e308, true, [], {}, [
    [secret],
  ]),
  fc.string({ unit: 'binary' }).map((s) => s + secret),
  fc.jsonValue({ maxDepth: 3 }),
);

test('any JSON', () => {
  const key = fc.constantFrom(
    'alerts',
    'farmhand',
    'specversion',
    'context',
    'data',
    'type',
    'labels',
    '__proto__',
    secret,
  );
  const body = fc.dictionary(key, odd);
  fc.assert(fc.property(fc.oneof(body, odd), around, (json, over) => void check(message(json, over))));
});

const valid: readonly unknown[] = [
  JSON.parse(fixture(firing)),
  webhook([alert(), alert({ fingerprint: 'x' })]),
  envelope('adhoc', {
    key: 'k',
    title: 't',
    text: 'x',
    labels: { a: 'b' },
    links: { runbook: 'https://r.example' },
  }),
  envelope(
    'dcr',
    { instance: 'system6', event: 'Stalled' },
    { nonce: { value: 'n', valid_until: '2026-11-20T14:13:42Z' } },
  ),
  envelope('alertmanager', JSON.stringify(webhook([alert()])), { tier: 'gold' }),
  { specversion: '1.0', id: 'i', source: 's', type: 'x.alertmanager', data: alert() },
  { context: { id: 'i', source: 's', type: 'webhook' }, data: { header: {}, body: webhook([alert()]) } },
];

const pathsOf = (value: unknown): (readonly string[])[] =>
  typeof value === 'object' && value !== null
    ? Object.entries(value).flatMap(([key, child]) => [[key], ...pathsOf(child).map((p) => [key, ...p])])
    : [];

const replaced = (
  value: unknown,
  [head, ...rest]: readonly string[],
  by: unknown,
  remove: boolean,
): unknown => {
  if (head === undefined) return by;
  const copy = structuredClone(value) as Record<string, unknown>;
  if (rest.length === 0 && remove) delete copy[head];
  else copy[head] = replaced(copy[head], rest, by, remove);
  return copy;
};

test('valid bodies with one thing changed', () => {
  const mutated = fc
    .constantFrom(...valid)
    .chain((body) =>
      fc
        .tuple(fc.constantFrom(...pathsOf(body)), odd, fc.boolean())
        .map(([path, by, remove]) => replaced(body, path, by, remove)),
    );
  fc.assert(
    fc.property(mutated, around, (body, over) => void check(message(body, over))),
    { numRuns: 500 },
  );
});

test('valid bodies with broken bytes', () => {
  const broken = fc
    .tuple(
      fc.constantFrom(...valid),
      fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 4 }),
    )
    .map(([body, flips]) => {
      const bytes = Buffer.from(JSON.stringify(body));
      for (const [at, byte] of flips) bytes[at % bytes.length] = byte;
      return bytes;
    });
  fc.assert(fc.property(broken, around, (bytes, over) => void check(message(bytes, over))));
});

test('every good alert of a webhook becomes one event, whatever stands beside it', () => {
  const labels = fc.dictionary(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'binary' }));
  const good = fc
    .record({
      status: fc.constantFrom('firing', 'resolved'),
      labels,
      annotations: labels,
      startsAt: fc
        .date({ min: new Date(0), max: new Date('9999-01-01'), noInvalidDate: true })
        .map((d) => d.toISOString()),
      fingerprint: fc.option(
        fc.string({ minLength: 16, maxLength: 16, unit: fc.constantFrom('a', '0', 'f') }),
        { nil: undefined },
      ),
    })
    .map((over): unknown => alert(over));
  const bad = fc.constantFrom(null, 1, {}, alert({ labels: { a: 1 } }), alert({ status: 'x' }));
  fc.assert(
    fc.property(
      fc.array(good, { minLength: 1, maxLength: 12 }),
      fc.array(bad, { maxLength: 3 }),
      fc.nat(12),
      (alerts, spoilt, at) => {
        const sent = message(webhook(alerts.toSpliced(at, 0, ...spoilt)));
        const { events, rejections } = decodeMessage(sent, context);
        expect(events).toHaveLength(alerts.length);
        expect(rejections).toHaveLength(spoilt.some((one) => one !== null) ? 1 : 0);
        check(sent);
      },
    ),
  );
});

test('no depth of nesting overflows the stack', () => {
  for (const text of [
    '['.repeat(19_000),
    '{"a":'.repeat(3_000),
    `{"farmhand":1,"data":${'['.repeat(9_000)}`,
  ]) {
    expect(check(message(text)).rejections[0]?.reason).toBe('too_deep');
  }
});
