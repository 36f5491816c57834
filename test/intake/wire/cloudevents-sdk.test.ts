import { CloudEvent, HTTP, Kafka } from 'cloudevents';
import { expect, test } from 'vitest';
import { decodeMessage } from '../../../src/intake/parse/decode.ts';
import { alert, context, message, positions, webhook } from './messages.ts';

/** Headers as the transports hand them on: lower-case names, strings. */
const lowered = (headers: object): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]));

const sent = (data: unknown, type: string) =>
  new CloudEvent({
    id: 'abc',
    source: '/am/eu-1',
    type,
    time: '2026-11-20T14:13:42.000Z',
    datacontenttype: 'application/json',
    tier: 'gold',
    nonce: 'n1',
    noncevaliduntil: '2026-11-20T15:00:00Z',
    data,
  });

const data = { title: 'Größe überschritten', labels: { service: 'checkout' } };

test.each([
  ['Kafka, structured', positions.kafka, Kafka.structured(sent(data, 'com.example.adhoc'))],
  ['Kafka, binary', positions.kafka, Kafka.binary(sent(data, 'com.example.adhoc'))],
  ['HTTP, structured', positions.http, HTTP.structured(sent(data, 'com.example.adhoc'))],
  ['HTTP, binary', positions.http, HTTP.binary(sent(data, 'com.example.adhoc'))],
])('what the CloudEvents SDK sends is read: %s', (_name, position, { headers, ...rest }) => {
  const body = 'value' in rest && rest.value !== undefined ? rest.value : rest.body;
  const raw = typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body);
  const { events, rejections } = decodeMessage(
    message(raw, { position, headers: lowered(headers) }),
    context,
  );
  expect(rejections).toEqual([]);
  expect(events.map((e) => [e.source, e.name, e.tier, e.time, e.nonce, e.labels])).toEqual([
    [
      '/am/eu-1',
      'Größe überschritten',
      'gold',
      Date.UTC(2026, 10, 20, 14, 13, 42),
      { value: 'n1', validUntil: Date.UTC(2026, 10, 20, 15) },
      { service: 'checkout' },
    ],
  ]);
});

test('the data of a CloudEvent may be a whole webhook', () => {
  const event = Kafka.structured(sent(webhook([alert(), alert()]), 'alertmanager'));
  const { events } = decodeMessage(message(event.value, { headers: lowered(event.headers) }), context);
  expect(events.map((e) => [e.type, e.nonce?.value, e.position.index])).toEqual([
    ['alertmanager', 'n1~0', 0],
    ['alertmanager', 'n1~1', 1],
  ]);
});
