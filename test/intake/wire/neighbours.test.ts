import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { decodeMessage } from '../../../src/intake/parse/decode.ts';
import { contentKey } from '../../../src/intake/wire/dead-letter.ts';
import { subjectOf } from '../../../views/words.ts';
import { withEachNull } from '../../support/each-null.ts';
import { alert, context, envelope, fixture, message, webhook } from './messages.ts';

const read = (body: unknown, over = {}) => {
  const { events, rejections } = decodeMessage(message(body, over), context);
  return {
    names: events.map((e) => [e.name, e.id]),
    refused: rejections.map(({ reason, detail }) => `${reason} ${detail}`),
    kept: rejections.map(({ message: kept }) => JSON.parse(String(kept.value))),
    places: rejections.map(({ message: kept }) => kept.position.index),
  };
};

const good = (name: string) => alert({ labels: { alertname: name } });

test('annotations that are null cost nobody anything', () => {
  const { names, refused } = read(fixture('webhook-one-of-three-has-null'));
  expect([names.map(([name]) => name), refused]).toEqual([['DiskFull', 'NodeDown', 'PodCrash'], []]);
});

test('one alert that cannot be read costs no other; it is kept at its place, and the rest is left out', () => {
  const bad = alert({ labels: { alertname: 'Bad', code: 500 } });
  expect(read(webhook([good('A'), bad, good('C')]))).toEqual({
    names: [
      ['A', 'k.alerts.3.41.0'],
      ['C', 'k.alerts.3.41.2'],
    ],
    refused: ['invalid_data alerts.1.labels.code: expected string, received number'],
    kept: [webhook([null, bad, null])],
    places: [1],
  });
});

test.each<[string, unknown, string]>([
  ['a number', 7, 'expected object, received number'],
  ['no labels', { status: 'firing' }, 'labels: is missing'],
  [
    'labels that are no words',
    alert({ labels: { a: true, b: { c: 'd' } } }),
    'labels.a: expected string, received boolean',
  ],
  ['a word that is no status', alert({ status: 'pending' }), 'status: expected one of "firing"|"resolved"'],
  ['annotations in a list', alert({ annotations: ['x'] }), 'annotations: expected record, received array'],
])('neighbours of %s are taken', (_name, bad, problem) => {
  const { names, refused } = read(webhook([good('A'), bad, good('C')]));
  expect(names.map(([name]) => name)).toEqual(['A', 'C']);
  expect(refused.join()).toContain(problem);
});

test('an envelope’s alerts keep their ids when what was put aside is read again', () => {
  const bad = alert({ status: 'pending' });
  const body = envelope('alertmanager', webhook([good('A'), bad, good('C')]));
  const { names, kept } = read(body);
  expect(names.map(([, id]) => id)).toEqual(['ci/deploy/evt-1~0', 'ci/deploy/evt-1~2']);
  const fixed = JSON.parse(JSON.stringify(kept[0]).replace('pending', 'firing'));
  expect(read(fixed).names.map(([, id]) => id)).toEqual(['ci/deploy/evt-1~1']);
});

test('what keeps coming is known by what cannot be read, whatever else is in the body', () => {
  const bad = alert({ labels: { alertname: 'Bad', code: 500 } });
  const keys = [
    webhook([good('A'), bad]),
    webhook([bad, good('B'), good('C')], { truncatedAlerts: 3 }),
    { context: { id: 'other', source: 's' }, data: { body: webhook([bad]) } },
    webhook([bad, alert({ status: 'x' })]),
  ].map((body) => decodeMessage(message(body), context).rejections.map(contentKey).join());
  expect(new Set(keys.slice(0, 3)).size).toBe(1);
  expect(keys[3]).not.toBe(keys[0]);
});

describe('null means absent', () => {
  const full = { ...alert({ generatorURL: 'http://p.example' }), dashboardURL: 'http://g.example' };
  test.each(['annotations', 'endsAt', 'generatorURL', 'fingerprint', 'startsAt', 'dashboardURL'])(
    '%s of an alert',
    (field) => {
      expect(read(webhook([{ ...full, [field]: null }])).refused).toEqual([]);
    },
  );
  test.each(['version', 'externalURL', 'truncatedAlerts', 'status', 'receiver', 'groupLabels'])(
    '%s of a webhook',
    (field) => {
      expect(read(webhook([alert()], { [field]: null }))).toMatchObject({
        refused: [],
        names: [['HighErrorRate', 'k.alerts.3.41.0']],
      });
    },
  );
  test('fields of an envelope, of its data and of a CloudEvent', () => {
    const data = {
      title: 't',
      key: null,
      severity: null,
      labels: { a: null, b: 'x' },
      links: { runbook: null },
    };
    const bodies = [
      envelope('adhoc', data, { nonce: null, tier: null }),
      envelope('adhoc', JSON.stringify(data)),
      { specversion: '1.0', id: 'i', source: 's', type: 'adhoc', time: null, data_base64: null, data },
    ];
    for (const body of bodies) {
      const { events, rejections } = decodeMessage(message(body), context);
      expect([rejections, events.map((e) => [e.name, e.labels])]).toEqual([[], [['t', { b: 'x' }]]]);
    }
  });
});

test.each<[string, unknown]>([
  ['a webhook without alerts', webhook([])],
  [
    'a webhook whose alerts are null, as Go writes an empty list',
    { ...webhook([]), alerts: null, groupKey: '{}' },
  ],
  ['a webhook whose only alert is null', webhook([null])],
  ['an envelope around no alerts', envelope('alertmanager', webhook([]))],
  ['an empty batch', []],
])('%s is nothing to do', (_name, body) => {
  expect(read(body)).toEqual({ names: [], refused: [], kept: [], places: [] });
});

describe('a batch of events in a list', () => {
  const event = (id: string, over = {}) => ({
    specversion: '1.0',
    id,
    source: 's',
    type: 'com.example.adhoc',
    data: { title: `title ${id}` },
    ...over,
  });
  test('each is taken or put aside by itself', () => {
    const bad = event('b', { data: { titel: 'x' } });
    expect(read([event('a'), bad, webhook([good('A'), good('B')]), event('c')])).toEqual({
      names: [
        ['title a', 's/a'],
        ['A', 'k.alerts.3.41.2'],
        ['B', 'k.alerts.3.41.3'],
        ['title c', 's/c'],
      ],
      refused: ['invalid_data 1.data.title: is missing; 1.data: unknown field titel; see docs/envelope.md'],
      kept: [[null, bad, null, null]],
      places: [1],
    });
  });
  test('when nothing of it can be read it is kept as it came', () => {
    const text = '[ {"specversion": "1.0"} ]';
    const sent = message(text);
    expect(decodeMessage(sent, context).rejections[0]?.message).toBe(sent);
  });
});

describe('times that an event can do without', () => {
  const event = (time: unknown) => ({
    specversion: '1.0',
    id: 'e',
    source: 's',
    type: 'adhoc',
    time,
    data: { title: 't' },
  });
  test.each<[string, unknown]>([
    ['without seconds', '2026-11-20T14:13Z'],
    ['an offset without colon', '2026-11-20T14:13:42+0000'],
    ['as HTTP writes it', 'Fri, 20 Nov 2026 14:13:42 GMT'],
    ['the epoch as text', '1795184022000'],
    ['the epoch as a number', 1795184022],
    ['without a zone', '2026-11-20T14:13:42'],
    ['a day that is not', '2026-02-30T14:13:42Z'],
    ['a list', []],
  ])('%s: the event is taken, at the time of receipt, and it is noted', (_name, time) => {
    const { events, rejections } = decodeMessage(message(event(time)), context);
    expect(rejections).toEqual([]);
    expect(events.map((e) => [e.time, e.annotations['farmhand_note']])).toEqual([
      [context.now, 'time is not an RFC 3339 time: the time of receipt was taken'],
    ]);
  });
  test('lower-case t and z are as good', () => {
    const [e] = decodeMessage(message(event('2026-11-20t14:13:42z')), context).events;
    expect([e?.time, e?.annotations]).toEqual([Date.UTC(2026, 10, 20, 14, 13, 42), {}]);
    const wrapped = envelope('adhoc', { title: 't' }, { time: '2026-11-20t14:13:42.5z' });
    expect(decodeMessage(message(wrapped), context).events[0]?.time).toBe(
      Date.UTC(2026, 10, 20, 14, 13, 42, 500),
    );
  });
  test('the end and the start of an alert', () => {
    const [a, b, c] = decodeMessage(
      message(
        webhook([
          alert({ status: 'resolved', endsAt: 'yesterday' }),
          alert({ startsAt: '20.11.2026' }),
          alert({ endsAt: '' }),
        ]),
      ),
      context,
    ).events;
    expect([a?.endsAt, a?.annotations['farmhand_note']]).toEqual([
      context.now,
      'endsAt is not an RFC 3339 time: the time of receipt was taken',
    ]);
    expect([b?.startsAt, b?.startUnknown, b?.annotations['farmhand_note']]).toEqual([
      context.now,
      true,
      'startsAt is not an RFC 3339 time: the time of receipt was taken',
    ]);
    expect([c?.startUnknown, c?.annotations]).toEqual([undefined, { summary: '5xx ratio 12%' }]);
  });
  test('the time of an envelope is one that it cannot do without', () => {
    expect(read(envelope('adhoc', { title: 't' }, { time: '2026-11-20T14:13Z' })).refused).toEqual([
      'invalid_envelope time: is not an RFC 3339 time, as 2026-11-20T14:13:42Z',
    ]);
  });
});

describe('an alert without alertname has a name', () => {
  const named = (labels: Record<string, string>, annotations: Record<string, string> = {}) =>
    decodeMessage(message(webhook([alert({ labels, annotations })])), context).events[0]?.name;
  test('as KubeSphere and Alertmanager 0.35 send them', () => {
    const names = ['webhook-kubesphere-no-alertname', 'webhook-0.35-noname-1'].map(
      (file) => decodeMessage(message(fixture(file)), context).events[0]?.name,
    );
    expect(names).toEqual(['Scheduler is unavailable', 'nameless']);
  });
  test('and something it is about', () => {
    const subjects = ['webhook-kubesphere-no-alertname', 'webhook-0.35-noname-1'].flatMap((file) =>
      decodeMessage(message(fixture(file)), context).events.map((event) => subjectOf(event)),
    );
    expect(subjects).toEqual(['mine', 'z']);
  });
  test('of another label, its text, what it is about, or any label that tells something', () => {
    expect([
      named({ 'Alert-Name': 'Disk', severity: 'page' }),
      named({ alertname: '', rule_name: 'r' }),
      named({ severity: 'page' }, { description: 'Disk is full\nof logs', title: '' }),
      named({ severity: 'page', instance: 'db-1', service: 'pay' }),
      named({ severity: 'page', queue: 'mail' }),
      named({ severity: 'page' }),
      named({}),
    ]).toEqual([
      'Disk',
      'r',
      'Disk is full',
      'alert of service pay',
      'alert of queue mail',
      'alert without a name',
      'alert without a name',
    ]);
  });
});

test('every captured body, with one field at a time null, is taken or refused with a sentence', () => {
  const folder = new URL('../../fixtures/', import.meta.url);
  const files = [
    'alertmanager/webhook-0.35-utf8-2.json',
    'alertmanager/webhook-0.35-trunc-1.json',
    'alertmanager/webhook-resolved-1alerts-PodCrashLooping.json',
    'argo-events/envelope-raw.json',
    'argo-events/datakey-at-this.json',
    'argo-events/ctx-and-data.json',
    'argo-events/es-sns.json',
    'argo-events/es-kafka-json.json',
  ];
  let tried = 0;
  for (const file of files) {
    const body: unknown = JSON.parse(readFileSync(new URL(file, folder), 'utf8'));
    for (const spoilt of withEachNull(body)) {
      tried++;
      const { events, rejections } = decodeMessage(message(spoilt), context);
      for (const { detail } of rejections) expect(detail).toMatch(/: \S+ \S+/);
      if (events.length === 0 && rejections.length === 0)
        expect(JSON.stringify(spoilt)).toMatch(/"alerts":(null|\[null\])/);
    }
  }
  expect(tried).toBeGreaterThan(150);
});
