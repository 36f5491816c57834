import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { decodeMessage } from '../../../src/intake/parse/decode.ts';
import { context, message, webhook } from './messages.ts';

/** A message that the Kafka trigger of Argo Events 1.9.7 wrote, by the mapping its name tells. */
const captured = (name: string): string =>
  readFileSync(new URL(`../../fixtures/argo-events/${name}.json`, import.meta.url), 'utf8');

const read = (body: unknown) => {
  const { events, rejections } = decodeMessage(message(body), context);
  return {
    events: events.map((e) => [e.name, e.source, e.id]),
    refused: rejections.map(({ reason, detail }) => `${reason} ${detail}`),
  };
};

const multi = (source: string, id: string) => [
  ['Multi2', source, `${source}/${id}~0`],
  ['Multi3', source, `${source}/${id}~1`],
];

/** By the place of the message, where the Sensor maps no id. */
const unnamed = [
  ['Multi2', 'http://127.0.0.1:9820', 'k.alerts.3.41.0'],
  ['Multi3', 'http://127.0.0.1:9820', 'k.alerts.3.41.1'],
];

describe('what Argo Events really writes is taken', () => {
  test.each<[string, unknown]>([
    // `dataKey: "@this"` and `contextKey: "@this"`, with and without useRawData.
    ['datakey-at-this', multi('alertmanager', '33e8b74600724704ad4dbdeadea98ea3')],
    ['ctx-and-data', multi('alertmanager', '33e8b74600724704ad4dbdeadea98ea3')],
    // A parameter without a key and `dest: event`: the whole event as a string.
    ['whole-dest-event', multi('alertmanager', '33e8b74600724704ad4dbdeadea98ea3')],
    // `dataKey: body`, `dest: data`, and nothing besides.
    ['body-raw', unnamed],
    ['body-string', unnamed],
    // The envelope of examples/argo-events/sensor.yaml, in three spellings.
    ['envelope-raw', multi('alertmanager', '0392ccb2546c45c2939f403c5e3f5883')],
    ['envelope-string', multi('alertmanager', '33e8b74600724704ad4dbdeadea98ea3')],
    ['envelope-all-data', multi('alertmanager', '33e8b74600724704ad4dbdeadea98ea3')],
    ['key-and-headers', multi('alertmanager', '33e8b74600724704ad4dbdeadea98ea3')],
    [
      'version-default-headers',
      [['Utf8', 'alertmanager', 'alertmanager/aae8e8bc23044fcba808387927145389~0']],
    ],
    // `dataKey: body.alerts.0` and `dataKey: body.alerts`.
    ['alerts0', [['Multi2', 'alertmanager', 'alertmanager/0392ccb2546c45c2939f403c5e3f5883']]],
    ['alerts-array', [['Utf8', 'alertmanager', 'k.alerts.3.41.0']]],
    // Other event sources.
    ['es-kafka-json', multi('src-kafka-json', 'fd0a1ef7f51949c18830620c69ad89ec')],
    ['es-kafka-bytes', multi('src-kafka-bytes', '4aaf481cb19a4cb99296816be1a5d0e8')],
    ['es-pubsub-bytes', multi('src-pubsub-bytes', 'd9bd5222585d4c25b12400035550a7bf')],
    ['es-sqs-json', multi('src-sqs-json', '1917746e96884ee2825ff34f2ae08609')],
    ['es-sns', multi('src-sns', 'ab2baeae395b4748b63c593128205618')],
  ])('%s', (name, events) => {
    expect(read(captured(name))).toEqual({ events, refused: [] });
  });

  const snsBody: unknown = JSON.parse(captured('es-sns')).data.body;
  const around = (data: unknown) => ({ context: { id: 'i', source: 'src', type: 'x' }, data });
  const hook: unknown = JSON.parse(captured('body-raw')).data;
  const base64 = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64');
  const named = multi('src', 'i');

  test.each<[string, unknown, unknown]>([
    ['SQS fed by SNS, as JSON', around({ messageId: 'm', messageAttributes: null, body: snsBody }), named],
    ['SQS fed by SNS, as text', around({ messageId: 'm', body: JSON.stringify(snsBody) }), named],
    ['SQS fed by SNS, as bytes', around({ messageId: 'm', body: base64(snsBody) }), named],
    ['SNS without Argo Events', snsBody, unnamed],
    [
      'a Redis stream of one field',
      around({ stream: 's', id: '1-0', values: { any: JSON.stringify(hook) } }),
      named,
    ],
    [
      'a Redis stream with a field of the message',
      around({ stream: 's', id: '1-0', values: { at: '7', payload: JSON.stringify(hook) } }),
      named,
    ],
    [
      'a Redis stream whose fields are the envelope',
      around({
        stream: 's',
        id: '1-0',
        values: {
          farmhand: '1',
          id: 'e1',
          type: 'adhoc',
          source: 'redis',
          time: '2026-11-20T14:13:42Z',
          data: '{"title":"Deploy failed"}',
        },
      }),
      [['Deploy failed', 'redis', 'redis/e1']],
    ],
    [
      'a calendar with a payload',
      around({ eventTime: '2026-11-20T14:13:42Z', userPayload: { title: 'Look at the backups' } }),
      [['Look at the backups', 'src', 'src/i']],
    ],
  ])('%s', (_name, body, events) => {
    expect(read(body)).toEqual({ events, refused: [] });
  });

  test('of a webhook deep in an event, what cannot be read is put aside in the same wrapping', () => {
    const { status: _, ...bad } = { ...(webhook([]) as object), labels: { alertname: 'Bad' }, status: 1 };
    const body = around(
      base64({
        header: {},
        body: {
          ...(hook as { alerts: unknown[] }),
          alerts: [...(hook as { alerts: unknown[] }).alerts, bad],
        },
      }),
    );
    const { events, rejections } = decodeMessage(message(body), context);
    expect(events.map((e) => e.name)).toEqual(['Multi2', 'Multi3']);
    expect(rejections.map((r) => r.detail)).toEqual([
      'data.body.alerts.2.status: expected one of "firing"|"resolved"',
    ]);
    const kept = rejections[0]?.message;
    if (kept === undefined) throw new Error('nothing was kept');
    const again = decodeMessage(kept, context);
    expect([again.events, again.rejections[0]?.detail, kept.position.index]).toEqual([
      [],
      'data.body.alerts.2.status: expected one of "firing"|"resolved"',
      2,
    ]);
  });
});

describe('what a Sensor writes that cannot be read says what to change', () => {
  const advice =
    'holds none of the shapes farmhand reads: in the Sensor map what the event carries to `dest: data` ' +
    '(dataKey: body, useRawData: true), with farmhand, id, type, source and time beside it, as in ' +
    'examples/argo-events/sensor.yaml';
  test.each<[string, unknown, string]>([
    [
      'dest: "."',
      captured('body-dot-dest'),
      'unknown_shape 0: is a list in a list, as a Sensor of Argo Events writes with `dest: "."`: ' +
        'set `dest: data` there, as in examples/argo-events/sensor.yaml',
    ],
    [
      'a calendar without a payload',
      { context: { id: 'i', source: 's', type: 'calendar' }, data: { eventTime: '2026-11-20T14:13:42Z' } },
      'unknown_shape data: is an event of a calendar source without userPayload: give the EventSource a ' +
        '`userPayload` in the shape of docs/envelope.md (JSON in a string), and map it with `dataKey: userPayload`, ' +
        '`dest: data`',
    ],
    [
      'a resource of Kubernetes',
      { context: { id: 'i', source: 's' }, data: { type: 'ADD', body: { kind: 'Pod' } } },
      `unknown_shape data.body: ${advice}`,
    ],
    ['no data at all', { context: { id: 'i', source: 's' }, data: null }, `unknown_shape data: ${advice}`],
    [
      'SNS wants its subscription confirmed',
      {
        Type: 'SubscriptionConfirmation',
        SubscribeURL: 'https://sns.example/confirm',
        Message: 'You have chosen …',
      },
      'unknown_shape (body): is the request of SNS to confirm a subscription: farmhand opens no links; confirm it ' +
        'with `aws sns confirm-subscription`, and what is published afterwards is read',
    ],
  ])('%s', (_name, body, refused) => {
    expect(read(body)).toEqual({ events: [], refused: [refused] });
  });
});
