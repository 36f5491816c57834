import { CloudEvent, HTTP, Kafka } from 'cloudevents';
import { expect, test } from 'vitest';
import { openAlert } from '../../../src/alerts/model/open.ts';
import { decodeMessage } from '../../../src/intake/parse/decode.ts';
import { aRoute } from '../../builders/alert.ts';
import { alert, context, envelope, message, webhook } from './messages.ts';

const made = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
const hop = '00-4bf92f3577b34da6a3ce929d0e0e4736-b7ad6b7169203331-01';
const state = 'rojo=1';

const cloudEvent = (over: object = {}) =>
  new CloudEvent({
    ...{ id: 'abc', source: '/ci', type: 'adhoc', data: { title: 'Disk full' } },
    ...{ traceparent: made, tracestate: state, ...over },
  });

const headersOf = (headers: object): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]));

const tracesOf = (body: unknown, headers: Record<string, string> = {}) => {
  const { events, rejections } = decodeMessage(message(body, { headers }), context);
  expect(rejections).toEqual([]);
  return events.map(({ trace }) => trace);
};

const binary = Kafka.binary(cloudEvent());
const overHttp = HTTP.binary(cloudEvent());

test.each([
  ['a header of Kafka or HTTP', webhook([alert()]), { traceparent: hop, tracestate: state }, hop, state],
  ['a structured CloudEvent', { ...cloudEvent().toJSON() }, {}, made, state],
  ['headers ce_ of Kafka', binary.value, headersOf(binary.headers), made, state],
  ['headers ce- of HTTP', overHttp.body, headersOf(overHttp.headers), made, state],
  ['a header with quotes around it', webhook([alert()]), { traceparent: `"${hop}"` }, hop, undefined],
  ['the event says more than the hop', { ...cloudEvent().toJSON() }, { traceparent: hop }, made, state],
  [
    'an envelope in a CloudEvent has the trace of that',
    { ...cloudEvent({ type: 'anything', data: envelope('adhoc', { title: 'Disk full' }) }).toJSON() },
    {},
    made,
    state,
  ],
  [
    'CloudEvents headers beside a body that says itself what it is',
    webhook([alert()]),
    headersOf({ ...binary.headers, ce_type: 'anything' }),
    made,
    state,
  ],
])('the trace of its sender is known: %s', (_name, body, headers, parent, its) => {
  expect(tracesOf(body, headers as Record<string, string>)).toEqual([
    its === undefined ? { parent } : { parent, state: its },
  ]);
});

test('each event of a batch has its own', () => {
  const other = made.replace('4bf9', '5bf9');
  const batch = [
    cloudEvent().toJSON(),
    { ...cloudEvent({ id: 'b', traceparent: other }).toJSON(), tracestate: undefined },
    { ...cloudEvent({ id: 'c' }).toJSON(), traceparent: undefined },
  ];
  expect(tracesOf(batch, { traceparent: hop })).toEqual([
    { parent: made, state },
    { parent: other },
    { parent: hop },
  ]);
});

test.each([
  ['no trace context', 'yes please'],
  ['an object', { id: 7 }],
  ['a trace id of zeros', made.replace(/4bf92f3577b34da6a3ce929d0e0e4736/, '0'.repeat(32))],
])('a mistake in it costs no event: %s', (_name, traceparent) => {
  expect(tracesOf({ ...cloudEvent().toJSON(), traceparent })).toEqual([undefined]);
});

test('the alert that it opens keeps it', () => {
  const [event] = decodeMessage(message({ ...cloudEvent().toJSON() }), context).events;
  if (!event) throw new Error('no event');
  expect(openAlert(event, aRoute()).trace).toEqual({ parent: made, state });
  const { trace: _, ...untraced } = event;
  expect(openAlert(untraced, aRoute())).not.toHaveProperty('trace');
});
