import { brotliCompressSync, gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { decodeMessage } from '../../../src/intake/parse/decode.ts';
import { alert, context, envelope, message, transports, webhook } from './messages.ts';

const refused = (body: unknown, over = {}, ctx = context) => {
  const sent = message(body, over);
  const { events, rejections } = decodeMessage(sent, ctx);
  expect(events).toEqual([]);
  expect(rejections).toHaveLength(1);
  expect(rejections[0]?.message).toBe(sent);
  return `${rejections[0]?.reason} ${rejections[0]?.detail}`;
};

const seeDocs =
  'is not an envelope (farmhand: 1), a CloudEvent (specversion), an Argo event (context, data) or an ' +
  'Alertmanager webhook (alerts); see docs/envelope.md';

describe('what is not a body', () => {
  const small = { ...context, maxBytes: 1000 };
  test.each<[string, unknown, string]>([
    ['nothing', Buffer.alloc(0), 'empty (body): is empty'],
    ['compressed nothing', gzipSync(''), 'empty (body): is empty'],
    ['no JSON', 'secret{', 'bad_json (body): is not JSON'],
    ['half a JSON', '{"alerts":[{"status":"fir', 'bad_json (body): is not JSON'],
    ['Latin-1', Buffer.from('{"a":"\xe9"}', 'latin1'), 'bad_encoding (body): is not UTF-8'],
    ['overlong UTF-8', Buffer.from([0x22, 0xc0, 0x80, 0x22]), 'bad_encoding (body): is not UTF-8'],
    [
      'broken gzip',
      gzipSync('{"a":1}').subarray(0, 15),
      'bad_encoding (body): begins like compressed data but could not be decompressed',
    ],
    ['too many bytes', `"${'x'.repeat(1000)}"`, 'too_large (body): has 1002 bytes, 1000 are allowed'],
    [
      'a bomb',
      gzipSync(Buffer.alloc(500_000)),
      'too_large (body): is larger than 1000 bytes when decompressed',
    ],
    ['deep', '['.repeat(33) + ']'.repeat(33), 'too_deep (body): is nested more than 32 levels deep'],
    ['deep, never closed', '[{"a":'.repeat(150), 'too_deep (body): is nested more than 32 levels deep'],
    ['a number', '1', `unknown_shape (body): ${seeDocs}`],
    ['null', 'null', `unknown_shape (body): ${seeDocs}`],
    ['something else', { title: 'x' }, `unknown_shape (body): ${seeDocs}`],
    ['only a prototype', '{"__proto__":{"alerts":[]}}', `unknown_shape (body): ${seeDocs}`],
  ])('%s', (_name, body, expected) => {
    expect(refused(body, {}, small)).toBe(expected);
  });

  test('no value at all', () => {
    expect(refused('', { value: null })).toBe('empty (body): is empty');
  });

  test('an encoding that farmhand does not read', () => {
    const headers = { 'content-encoding': 'br' };
    expect(refused(brotliCompressSync('{"alerts":[]}'), { headers })).toBe(
      'bad_encoding content-encoding: is not one farmhand reads; send gzip, deflate, zstd, or none',
    );
  });

  test('brackets in strings are not nesting', () => {
    const text = `${'[{'.repeat(100)}\\"${'['.repeat(50)}`;
    expect(decodeMessage(message(envelope('adhoc', { title: 't', text })), context).events).toHaveLength(1);
  });
});

describe('every problem at once', () => {
  test.each<[string, unknown, string]>([
    [
      'an envelope and its data',
      { farmhand: 1, type: 'adhoc', source: '', time: 'yesterday', data: { titel: 'x', status: 'open' } },
      'invalid_envelope id: is missing; source: Too small: expected string to have >=1 characters; ' +
        'time: is not an RFC 3339 time, as 2026-11-20T14:13:42Z; data.title: is missing; ' +
        'data.status: expected one of "firing"|"resolved"; data: unknown field titel; see docs/envelope.md',
    ],
    [
      'data',
      envelope('dcr', { instance: 6, event: 'x', labels: { a: 1 } }),
      'invalid_data data.instance: expected string, received number; ' +
        'data.labels.a: expected string, received number',
    ],
    [
      'a later version',
      envelope('adhoc', { title: 't' }, { farmhand: 2 }),
      'invalid_envelope farmhand: is not 1, the version of the envelope',
    ],
    ['an unknown type', envelope('pager', {}), 'unknown_type type: is none of alertmanager, adhoc, dcr'],
    [
      'a type that is no string',
      envelope(7 as never, {}),
      'invalid_envelope type: expected string, received number',
    ],
    ['no data', envelope('adhoc', undefined), 'invalid_envelope data: is missing'],
    [
      'alerts',
      webhook([alert({ status: 'pending', startsAt: null }), { labels: [] }]),
      'invalid_data alerts.0.status: expected one of "firing"|"resolved"; ' +
        'alerts.1.status: expected one of "firing"|"resolved"; alerts.1.labels: expected record, received array',
    ],
    [
      'too many alerts',
      webhook(Array.from({ length: 10_001 }, () => 0)),
      'invalid_data alerts: has 10001 alerts, 10000 are allowed; set max_alerts',
    ],
    [
      'a later webhook',
      webhook([alert()], { version: '5' }),
      'invalid_data version: is neither 4 (Alertmanager) nor 1 (Grafana)',
    ],
    [
      'a CloudEvent',
      { specversion: '0.3', id: '', type: 'adhoc', data: {}, data_base64: 'e30=', nonce: 'x' },
      'invalid_envelope specversion: is not 1.0, the only version farmhand reads; ' +
        'id: Too small: expected string to have >=1 characters; source: is missing; data_base64.title: is missing',
    ],
    [
      'a CloudEvent with half a nonce',
      { specversion: '1.0', id: 'i', source: 's', type: 'adhoc', data: { title: 't' }, nonce: 'x' },
      'invalid_envelope noncevaliduntil: nonce and noncevaliduntil belong together',
    ],
    [
      'a CloudEvent of another kind',
      { specversion: '1.0', id: 'i', source: 's', type: 'com.example.order.created', data: {} },
      'unknown_type type: is none of alertmanager, adhoc, dcr',
    ],
    [
      'an Argo context',
      { context: { source: 's', time: 'now' }, data: {} },
      'invalid_envelope context.id: is missing',
    ],
    [
      'an Argo body',
      { context: { id: 'i', source: 's', type: 'webhook' }, data: { header: {}, body: 'hello world' } },
      'bad_json data.body: is not JSON',
    ],
    [
      'an Argo body of no shape',
      { context: { id: 'i', source: 's', type: 'webhook' }, data: { header: {}, body: { hello: 1 } } },
      'unknown_shape data.body: holds none of the shapes farmhand reads: in the Sensor map what the event carries ' +
        'to `dest: data` (dataKey: body, useRawData: true), with farmhand, id, type, source and time beside it, ' +
        'as in examples/argo-events/sensor.yaml',
    ],
    [
      'nesting hidden in base64',
      { context: { id: 'i', source: 's' }, data: Buffer.from('['.repeat(40)).toString('base64') },
      'too_deep data: is nested more than 32 levels deep',
    ],
  ])('%s', (_name, body, expected) => {
    expect(refused(body)).toBe(expected);
  });

  test('of more than twenty problems the rest is counted', () => {
    const detail = refused(webhook(Array.from({ length: 30 }, () => alert({ labels: null }))));
    expect(detail).toMatch(/^invalid_data alerts\.0\.labels: .*; … and 10 more$/);
  });

  test('field names of odd spelling are not repeated', () => {
    const odd = envelope('adhoc', { title: 't', 'xoxb-123 \u202e': 1, labels: { 'a b\u0000': 1 } });
    expect(refused(odd)).toBe(
      'invalid_data data.labels.?: expected string, received number; ' +
        'data: unknown field ?; see docs/envelope.md',
    );
  });
});

test.each(transports)('a bad body is rejected alike over %s', (via) => {
  const separator = via === 'kafka' ? '_' : '-';
  const headers = { [`ce${separator}specversion`]: '1.0', [`ce${separator}id`]: 'i' };
  expect(refused({ title: 't' }, { headers })).toBe('invalid_envelope source: is missing; type: is missing');
});
