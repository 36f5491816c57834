import { beforeEach, expect, test } from 'vitest';
import type { Alert } from '../../src/alerts/alert.ts';
import { createNotices } from '../../src/app/notices.ts';
import { tellOfSources } from '../../src/app/tell-of-sources.ts';
import { decode } from '../../src/intake/decode.ts';
import { createIngest, type IngestDeps, recordOwn } from '../../src/intake/ingest.ts';
import { createRouteTable } from '../../src/routes/table.ts';
import { alert, context, message, now as t0, webhook } from '../intake/messages.ts';
import { createMemoryStore, type MemoryStore } from '../support/memory-store.ts';

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
    decode: (raw) => decode(raw, context),
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
    onOutcome: () => {},
  };
  const notices = createNotices({
    series: (fingerprints) => store.alerts.series(fingerprints),
    record: (event, routes) => recordOwn({ ...deps, routes: () => routes }, [event]),
    defaultChannel: () => 'C0DEFAULT',
    now: () => now,
    log: { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} },
  });
  const answered = tellOfSources(notices, 16 * 1_048_576);
  return {
    flush: () => notices.flush(),
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
  };
};

const told = (): readonly string[] =>
  [...store.state.series.values()]
    .filter(({ source }) => source === 'farmhand')
    .map(({ status, channel, thread, summary }: Alert) => `${channel} ${status} ${thread.state}: ${summary}`);

const tooLarge = (often: string) =>
  `What eu-1 sends is refused, ${often} so far: larger than http.max_body_bytes (16 MiB). The alerts in it are NOT on record and have no threads. Give its Alertmanager a finer group_by or a max_alerts, or raise the limit.`;

test('a source that is refused is told of in the default channel: once, with how often, also after a restart', async () => {
  const it = start();
  it.answer(413);
  await it.flush();
  expect(told()).toEqual([`C0DEFAULT firing wanted: ${tooLarge('once')}`]);
  for (let i = 0; i < 5; i++) it.answer(413);
  now += 10_000;
  await it.flush();
  expect(told()).toEqual([`C0DEFAULT firing wanted: ${tooLarge('once')}`]);
  now += minute;
  await it.flush();
  expect(told()).toEqual([`C0DEFAULT firing wanted: ${tooLarge('6 times')}`]);
  const next = start();
  now += minute;
  next.answer(413);
  await next.flush();
  expect(told()).toEqual([`C0DEFAULT firing wanted: ${tooLarge('7 times')}`]);
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

test('a wrong token is told of as its sender’s, and over with the right one; a stranger is not told of', async () => {
  const it = start();
  it.answer(401, { source: undefined, agent: 'curl/8.0' });
  await it.flush();
  expect(told()).toEqual([]);
  it.answer(401, { source: undefined });
  await it.flush();
  expect(told()).toEqual([
    'C0DEFAULT firing wanted: What Alertmanager/0.25.0 at 10.0.0.7 sends is refused, once so far: its token is wrong or missing. Its alerts are NOT on record and have no threads. Give it the token that farmhand has.',
  ]);
  it.answer(202);
  await it.flush();
  expect(told()).toEqual([expect.stringContaining('resolved')]);
});

test('what cannot be read is told of with its reason, and nothing of what was sent', async () => {
  const it = start();
  it.answer(422, { reason: 'bad_json' });
  await it.flush();
  expect(told()).toEqual([expect.stringContaining('cannot be read, once so far (last: bad_json)')]);
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
    'C0SHOP firing wanted: Alertmanager left 1,000 alerts of the group {}:{alertname="A"} out (its max_alerts), at http://alertmanager.example:9093. They are NOT on record and have no threads. See them there, and raise max_alerts or make group_by finer.',
  ]);
  const events = seen()?.events;
  await send(1_000);
  expect(seen()?.events).toBe(events);
  await send(1_200);
  expect(told()).toEqual([expect.stringContaining('left 1,200 alerts')]);
  await send(0);
  expect(told()).toEqual([expect.stringContaining('C0SHOP resolved')]);
});
