import { beforeEach, expect, test } from 'vitest';
import type { Alert } from '../../../src/alerts/model/alert.ts';
import { createNotices } from '../../../src/app/intake/notices.ts';
import { tellOfSources } from '../../../src/app/intake/tell-of-sources.ts';
import { createIngest, type IngestDeps, recordOwn } from '../../../src/intake/ingest.ts';
import { noticeText } from '../../../src/intake/notice-words.ts';
import { decodeMessage } from '../../../src/intake/parse/decode.ts';
import { createRouteTable } from '../../../src/routes/table.ts';
import { alert, context, message, now as t0, webhook } from '../../intake/wire/messages.ts';
import { createMemoryStore, type MemoryStore } from '../../support/memory-store.ts';

const minute = 60_000;
let store: MemoryStore;
let now = t0;
beforeEach(() => {
  store = createMemoryStore();
  now = t0;
});

/** A process: what it keeps in memory is gone with the next one. */
const start = () => {
  const deps: IngestDeps = {
    decode: (raw) => decodeMessage(raw, context),
    store: store.alerts,
    deadLetters: { keep: async () => {} },
    routes: () =>
      createRouteTable({
        routes: [{ name: 'shop', match: ['service="shop"'], channel: 'C0SHOP', actions: ['thread'] }],
        slack: { default_channel: 'C0DEFAULT' },
      }),
    policy: () => ({ refireWindow: 240 * minute, staleGrace: 5 * minute }),
    onGroup: ({ source, group }, channel) => {
      if (group) notices.truncated(source, group.key, group.left, channel);
    },
    onTwins: (one, other) => notices.unjoined(one, other),
    onOutcome: () => {},
  };
  const notices = createNotices({
    series: (fingerprints) => store.alerts.series(fingerprints),
    firing: async function* () {
      yield* [...store.state.series.values()].filter(({ status }) => status === 'firing');
    },
    record: (event, routes) => recordOwn({ ...deps, routes: () => routes }, [event]),
    defaultChannel: () => 'C0DEFAULT',
    now: () => now,
    log: { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} },
  });
  const answered = tellOfSources(notices, 16 * 1_048_576);
  return {
    flush: () => notices.flush(),
    sweep: () => notices.sweep(),
    answer: (status: number, over: Partial<Parameters<typeof answered>[0]> = {}) =>
      answered({
        status,
        source: 'eu-1',
        address: '10.0.0.7',
        agent: 'Alertmanager/0.25.0',
        reason: undefined,
        ...over,
      }),
    take: createIngest(deps),
    shared: (...readers: readonly string[]) => notices.shared('farmhand', readers),
  };
};

const told = (): readonly string[] =>
  [...store.state.series.values()]
    .filter(({ source }) => source === 'farmhand')
    .map(({ status, channel, thread, summary }: Alert) => `${channel} ${status} ${thread.state}: ${summary}`);

const tooLarge = (times: number) =>
  noticeText({ code: 'too_large', source: 'eu-1', detail: 'http.max_body_bytes (16 MiB)', times });

test('a source that is refused is told of in the default channel: once, with how often, also after a restart', async () => {
  const it = start();
  it.answer(413);
  await it.flush();
  expect(told()).toEqual([`C0DEFAULT firing wanted: ${tooLarge(1)}`]);
  for (let i = 0; i < 5; i++) it.answer(413);
  now += 10_000;
  await it.flush();
  expect(told()).toEqual([`C0DEFAULT firing wanted: ${tooLarge(1)}`]);
  now += minute;
  await it.flush();
  expect(told()).toEqual([`C0DEFAULT firing wanted: ${tooLarge(6)}`]);
  const next = start();
  now += minute;
  next.answer(413);
  await next.flush();
  expect(told()).toEqual([`C0DEFAULT firing wanted: ${tooLarge(7)}`]);
  const [record] = store.state.series.values();
  expect([record?.startsAt, record?.fired]).toEqual([t0, 1]);
});

test('it is resolved when the source is taken again, and not by its smaller bodies in between', async () => {
  const it = start();
  it.answer(413);
  await it.flush();
  it.answer(202);
  now += minute;
  await it.flush();
  expect(told()).toEqual([expect.stringContaining('firing')]);
  now += 20 * minute;
  const next = start();
  next.answer(202);
  await next.flush();
  expect(told()).toEqual([expect.stringContaining('C0DEFAULT resolved')]);
});

test('a source that is taken again before it was told of, and after, keeps the reason of its refusal', async () => {
  const why = (times: number) =>
    noticeText({ code: 'unreadable', source: 'eu-1', detail: 'bad_json', times });
  const it = start();
  it.answer(422, { reason: 'bad_json' });
  it.answer(202);
  await it.flush();
  expect(told()).toEqual([`C0DEFAULT firing wanted: ${why(1)}`]);
  it.answer(422, { reason: 'bad_json' });
  it.answer(202);
  now += 2 * minute;
  await it.flush();
  expect(told()).toEqual([`C0DEFAULT firing wanted: ${why(2)}`]);
  it.answer(202);
  now += 20 * minute;
  await it.flush();
  expect(told()).toEqual([`C0DEFAULT resolved wanted: ${why(2)}`]);
});

test('a wrong token is told of as its sender’s, and over with the right one; a stranger is not told of', async () => {
  const it = start();
  it.answer(401, { source: undefined, agent: 'curl/8.0' });
  await it.flush();
  expect(told()).toEqual([]);
  it.answer(401, { source: undefined });
  await it.flush();
  expect(told()).toEqual([
    `C0DEFAULT firing wanted: ${noticeText({ code: 'unauthorized', source: 'Alertmanager/0.25.0 at 10.0.0.7', detail: '', times: 1 })}`,
  ]);
  it.answer(202);
  await it.flush();
  expect(told()).toEqual([expect.stringContaining('resolved')]);
});

test('what cannot be read is told of with its reason, and nothing of what was sent', async () => {
  const it = start();
  it.answer(422, { reason: 'bad_json' });
  await it.flush();
  expect(told()).toEqual([
    `C0DEFAULT firing wanted: ${noticeText({ code: 'unreadable', source: 'eu-1', detail: 'bad_json', times: 1 })}`,
  ]);
});

test('alerts of a body that were put aside are told of as the other refused sources are, and over by itself', async () => {
  const it = start();
  it.answer(202, { reason: 'invalid_data' });
  await it.flush();
  expect(told()).toEqual([
    `C0DEFAULT firing wanted: ${noticeText({ code: 'partly_unreadable', source: 'eu-1', detail: 'invalid_data', times: 1 })}`,
  ]);
  it.answer(202);
  now += minute;
  await it.flush();
  expect(told()).toEqual([expect.stringContaining('firing')]);
  now += 15 * minute;
  await it.flush();
  expect(told()).toEqual([expect.stringContaining('C0DEFAULT resolved')]);
});

test('a refusal of a sender that is never seen again is over after two hours, also after a restart', async () => {
  const before = start();
  before.answer(401, { source: undefined, address: '10.0.0.7' });
  await before.flush();
  const it = start();
  now += 119 * minute;
  await it.sweep();
  expect(told()).toEqual([expect.stringContaining('firing')]);
  // The same sender, from its new address, with the right token.
  it.answer(202, { source: undefined, address: '10.0.0.8' });
  now += minute;
  await it.sweep();
  await it.flush();
  expect(told()).toEqual([expect.stringContaining('C0DEFAULT resolved')]);
  const [record] = store.state.series.values();
  const journal = store.state.journals.get(record?.id ?? '') ?? [];
  expect(journal.at(-1)?.why).toContain(noticeText({ code: 'not_again', hours: 2 }));
});

test('nothing happens when a source is swept that is still refused now and then', async () => {
  const it = start();
  for (let i = 0; i < 30; i++) {
    it.answer(401, { source: undefined });
    await it.flush();
    now += 10 * minute;
    await it.sweep();
  }
  expect(told()).toEqual([expect.stringContaining('30 times')]);
  const [record] = store.state.series.values();
  expect([record?.status, record?.fired]).toEqual(['firing', 1]);
});

test('senders that changed their address do not use up the room for others', async () => {
  const it = start();
  for (let i = 0; i < 100; i++) it.answer(401, { source: undefined, address: `10.0.1.${i}` });
  await it.flush();
  now += 121 * minute;
  await it.flush();
  it.answer(413);
  await it.flush();
  expect(told()).toContainEqual(expect.stringContaining('eu-1'));
});

test('two Alertmanagers that send the same firing, and are not said to be one, are told of once, with the setting', async () => {
  const it = start();
  const send = async (host: string, n: number, startsAt: string) =>
    it.take.ingest([
      message(webhook([alert({ startsAt })], { externalURL: `http://${host}:9093` }), {
        position: { via: 'http', request: `${host}.${n}`, index: 0 },
      }),
    ]);
  for (let n = 0; n < 3; n++) {
    for (const host of ['7f3c9d', 'b0a1e2']) await send(host, n, '2026-11-20T14:13:42Z');
    await it.flush();
    now += minute;
  }
  expect(told()).toEqual([
    `C0DEFAULT firing wanted: ${noticeText({ code: 'pair', urls: ['http://7f3c9d:9093', 'http://b0a1e2:9093'] })}`,
  ]);
  now += 26 * 60 * minute;
  await start().sweep();
  expect(told()).toEqual([expect.stringContaining('resolved')]);
});

test('nothing is said of two clusters whose alerts began at other moments', async () => {
  const it = start();
  for (const [i, host] of ['am.test.example', 'am.stage.example'].entries()) {
    await it.take.ingest([
      message(webhook([alert({ startsAt: `2026-11-20T14:13:4${i}Z` })], { externalURL: `http://${host}` }), {
        position: { via: 'http', request: host, index: 0 },
      }),
    ]);
  }
  await it.flush();
  expect(told()).toEqual([]);
});

test('a hundred sources at most, and each a thread', async () => {
  const it = start();
  for (let i = 0; i < 500; i++) it.answer(413, { source: `s-${i}` });
  await it.flush();
  expect(told()).toHaveLength(100);
});

test('alerts that Alertmanager left out are told of where the group’s alerts are: once, again when the number changes, and when it is over', async () => {
  const it = start();
  let requests = 0;
  const send = async (left: number) => {
    now += 2 * minute;
    const body = webhook([alert({ labels: { alertname: 'A', service: 'shop' } })], {
      groupKey: '{}:{alertname="A"}',
      truncatedAlerts: left,
    });
    const position = { via: 'http', request: `g${++requests}`, index: 0 } as const;
    await it.take.ingest([message(body, { position })]);
    await it.flush();
  };
  const seen = () => [...store.state.series.values()].find(({ source }) => source === 'farmhand');
  await send(0);
  expect(told()).toEqual([]);
  await send(1_000);
  expect(told()).toEqual([
    `C0SHOP firing wanted: ${noticeText({ code: 'truncated', source: 'http://alertmanager.example:9093', group: '{}:{alertname="A"}', left: 1_000 })}`,
  ]);
  const events = seen()?.events;
  await send(1_000);
  expect(seen()?.events).toBe(events);
  await send(1_200);
  expect(told()).toEqual([expect.stringContaining('left 1,200 alerts')]);
  await send(0);
  expect(told()).toEqual([expect.stringMatching(/^C0SHOP resolved .* left 1,200 alerts/)]);
});

test('others in the Kafka group are told of once while they are the same, again when they are not, and it ends with them', async () => {
  const words = (...readers: readonly string[]) => noticeText({ code: 'shared', group: 'farmhand', readers });
  const it = start();
  it.shared();
  await it.flush();
  expect(told()).toEqual([]);
  it.shared('console-consumer at 10.0.0.7');
  await it.flush();
  expect(told()).toEqual([`C0DEFAULT firing wanted: ${words('console-consumer at 10.0.0.7')}`]);
  const written = () => [...store.state.series.values()].map(({ version }) => version);
  const before = written();
  now += 2 * minute;
  it.shared('console-consumer at 10.0.0.7');
  await it.flush();
  expect(written()).toEqual(before);
  now += 2 * minute;
  it.shared('console-consumer at 10.0.0.7', 'other at 10.0.0.8');
  await it.flush();
  expect(told()).toEqual([
    `C0DEFAULT firing wanted: ${words('console-consumer at 10.0.0.7', 'other at 10.0.0.8')}`,
  ]);
  // Also by a process that saw nothing of it before.
  const next = start();
  next.shared();
  await next.flush();
  expect(told()).toEqual([
    `C0DEFAULT resolved wanted: ${words('console-consumer at 10.0.0.7', 'other at 10.0.0.8')}`,
  ]);
});
