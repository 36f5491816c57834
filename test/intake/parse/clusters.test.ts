import { describe, expect, test } from 'vitest';
import type { Alert } from '../../../src/alerts/model/alert.ts';
import { createIngest } from '../../../src/intake/ingest.ts';
import { decodeMessage } from '../../../src/intake/parse/decode.ts';
import { type ClusterRules, clusterRules } from '../../../src/intake/parse/identity.ts';
import type { RawMessage } from '../../../src/intake/wire/raw.ts';
import { createRouteTable } from '../../../src/routes/table.ts';
import { createMemoryStore } from '../../support/memory-store.ts';
import { alert, context, envelope, message, webhook } from '../wire/messages.ts';
import { fixtureOf } from './cluster-fixtures.ts';

const test10a = fixtureOf('10a-cluster-test');
const stage10b = fixtureOf('10b-cluster-stage');
const resolve10c = fixtureOf('10c-cluster-test-resolved');
const plain = 'aaaabbbbccccdddd';

type Body = Record<string, unknown> & { alerts: Record<string, unknown>[] };
const from = (body: unknown, externalURL: string): unknown => ({ ...(body as Body), externalURL });

const mapped = (...pairs: [string, string | string[]][]): ClusterRules =>
  clusterRules({
    clusters: { header: 'X-Cluster' },
    alertmanagers: pairs.map(([cluster, external_url], i) => ({
      name: `am-${i}`,
      url: 'http://127.0.0.1:9093',
      cluster,
      external_url,
    })),
  });

const world = (rules: ClusterRules = mapped()) => {
  const store = createMemoryStore();
  let requests = 0;
  const use = (clusters: ClusterRules) =>
    createIngest({
      decode: (raw) => decodeMessage(raw, { ...context, clusters }),
      store: store.alerts,
      deadLetters: { keep: async () => {} },
      routes: () => createRouteTable({ routes: [], slack: { default_channel: 'C0ALERTS' } }),
      policy: () => ({ refireWindow: 4 * 3_600_000, staleGrace: 300_000, clusterOf: clusters.clusterOf }),
      onOutcome: () => {},
    });
  const send = (ingest: ReturnType<typeof use>, body: unknown, over: Partial<RawMessage> = {}) =>
    ingest.ingest([
      message(body, { position: { via: 'http', request: `r${++requests}`, index: 0 }, ...over }),
    ]);
  const ingest = use(rules);
  return {
    store,
    take: async (body: unknown, over: Partial<RawMessage> = {}) => void (await send(ingest, body, over)),
    takeWith: async (other: ClusterRules, body: unknown, over: Partial<RawMessage> = {}) =>
      void (await send(use(other), body, over)),
    /** Each as `where it came from: status`. */
    alerts: (): readonly string[] => [...store.state.series.values()].map(shown).sort(),
    live: (): readonly Alert[] => [...store.state.series.values()],
  };
};

const shown = ({ cluster, source, status, fired }: Alert): string =>
  `${cluster ?? source}: ${status}${fired > 1 ? `, fired ${fired} times` : ''}`;

const test_ = 'http://am.test.example:9093';
const stage = 'http://am.stage.example:9093';

describe('two clusters with the same labels are two alerts', () => {
  test('told apart by the Alertmanagers’ addresses, without a line of config', async () => {
    const it = world();
    await it.take(test10a);
    await it.take(stage10b);
    expect(it.alerts()).toEqual([`${stage}: firing`, `${test_}: firing`]);
    await it.take(resolve10c);
    expect(it.alerts()).toEqual([`${stage}: firing`, `${test_}: resolved`]);
  });

  test('in either order, and when both fire since the same moment', async () => {
    const it = world();
    await it.take(from(test10a, stage));
    await it.take(test10a);
    await it.take(from(test10a, stage));
    expect(it.alerts()).toEqual([`${stage}: firing`, `${test_}: firing`]);
    await it.take(resolve10c);
    expect(it.alerts()).toEqual([`${stage}: firing`, `${test_}: resolved`]);
    expect(new Set(it.live().map(({ id }) => id)).size).toBe(2);
  });

  test('all in one batch', async () => {
    const it = world();
    const bodies = [test10a, stage10b, resolve10c];
    const store = it.store;
    const ingest = createIngest({
      decode: (raw) => decodeMessage(raw, context),
      store: store.alerts,
      deadLetters: { keep: async () => {} },
      routes: () => createRouteTable({ routes: [], slack: { default_channel: 'C0ALERTS' } }),
      policy: () => ({ refireWindow: 4 * 3_600_000, staleGrace: 300_000 }),
      onOutcome: () => {},
    });
    await ingest.ingest(
      bodies.map((body, i) =>
        message(body, { position: { via: 'kafka', topic: 't', partition: 0, offset: String(i), index: 0 } }),
      ),
    );
    expect(it.alerts()).toEqual([`${stage}: firing`, `${test_}: resolved`]);
  });

  test.each<[string, ClusterRules, (cluster: string) => Partial<RawMessage>]>([
    ['the topic or the token', mapped(), (cluster) => ({ cluster })],
    ['a header', mapped(), (cluster) => ({ headers: { 'x-cluster': cluster } })],
  ])('told apart by %s, behind one address', async (_, rules, by) => {
    const it = world(rules);
    const one = 'http://alertmanager-main.monitoring:9093';
    await it.take(from(test10a, one), by('test'));
    await it.take(from(stage10b, one), by('stage'));
    await it.take(from(resolve10c, one), by('test'));
    expect(it.alerts()).toEqual(['stage: firing', 'test: resolved']);
  });

  test('told apart by the alertmanagers of the config, which join a pair of any names', async () => {
    const it = world(mapped(['test', [test_, 'http://7f3c9d:9093']], ['stage', stage]));
    await it.take(test10a);
    await it.take(stage10b);
    await it.take(from(resolve10c, 'http://7f3c9d:9093/'));
    expect(it.alerts()).toEqual(['stage: firing', 'test: resolved']);
  });

  test('what the topic says goes before what the sender says', async () => {
    const it = world(mapped(['mapped', test_]));
    await it.take(test10a, { cluster: 'topic', headers: { 'x-cluster': 'header' } });
    expect(it.alerts()).toEqual(['topic: firing']);
  });

  test.each(['adhoc', 'dcr'])('events of type %s too', async (type) => {
    const it = world();
    const data =
      type === 'adhoc'
        ? { key: 'disk', title: 'Disk' }
        : { instance: 'system6', event: 'CacheRebuildStalled' };
    await it.take(envelope(type, data, { id: '1' }), { cluster: 'test' });
    await it.take(envelope(type, data, { id: '2' }), { cluster: 'stage' });
    expect(it.alerts()).toEqual(['stage: firing', 'test: firing']);
  });
});

describe('the ids that a source gives are its own cluster’s', () => {
  const ci = (over: object = {}) =>
    envelope('adhoc', { key: 'disk', title: 'Disk' }, { id: '1', source: 'ci', ...over });
  const ids = (it: ReturnType<typeof world>) => [...it.store.state.events.keys()].sort();

  test('one source and id from two clusters are two events, and each comes twice for nothing', async () => {
    const it = world();
    for (const cluster of ['test', 'stage', 'test', 'stage']) await it.take(ci(), { cluster });
    expect(it.alerts()).toEqual(['stage: firing', 'test: firing']);
    expect(ids(it)).toEqual(['stage~ci/1', 'test~ci/1']);
    expect(it.live().map(({ events }) => events)).toEqual([1, 1]);
  });

  test('CloudEvents in one batch, too', async () => {
    const it = world();
    const body = (url: string) => ({
      specversion: '1.0',
      id: '1',
      source: 'am',
      type: 'x',
      data: from(test10a, url),
    });
    const rules = mapped(['test', test_], ['stage', stage]);
    await it.takeWith(rules, body(test_));
    await it.takeWith(rules, body(stage));
    expect(it.alerts()).toEqual(['stage: firing', 'test: firing']);
  });

  test('and so are its nonces', async () => {
    const it = world();
    const nonce = { value: 'n', valid_until: '2030-01-01T00:00:00Z' };
    await it.take(ci({ nonce }), { cluster: 'test' });
    await it.take(ci({ nonce, id: '2' }), { cluster: 'stage' });
    await it.take(ci({ nonce, id: '3' }), { cluster: 'stage' });
    expect(it.live().map(({ events }) => events)).toEqual([1, 1]);
  });

  test('an event that was taken before the cluster was part of its id is still known, and only that', async () => {
    const it = world();
    await it.take(ci());
    await it.take(ci(), { cluster: 'test' });
    expect(it.live().map(({ events }) => events)).toEqual([1]);
    await it.take(ci({ id: '2' }), { cluster: 'test' });
    await it.take(ci(), { cluster: 'stage' });
    expect(it.alerts()).toEqual(['stage: firing', 'test: firing']);
    expect(ids(it)).toEqual(['ci/1', 'stage~ci/1', 'test~ci/2']);
  });
});

describe('an envelope’s source separates, as docs/envelope.md says', () => {
  test('two sources, the same labels: two alerts; one source: one', async () => {
    const it = world();
    await it.take(envelope('alertmanager', alert(), { id: '1', source: 'prometheus-eu-1' }));
    await it.take(envelope('alertmanager', alert(), { id: '2', source: 'prometheus-eu-2' }));
    await it.take(
      envelope('alertmanager', alert({ status: 'resolved', endsAt: '2026-11-20T14:16:00Z' }), {
        id: '3',
        source: 'prometheus-eu-1',
      }),
    );
    expect(it.alerts()).toEqual(['prometheus-eu-1: resolved', 'prometheus-eu-2: firing']);
  });

  test('one Argo event source name in two clusters: the Alertmanagers’ addresses tell them apart', async () => {
    const it = world();
    await it.take(envelope('alertmanager', test10a, { id: '1', source: 'alertmanager' }));
    await it.take(envelope('alertmanager', stage10b, { id: '2', source: 'alertmanager' }));
    expect(it.live()).toHaveLength(2);
  });
});

describe('a pair of one Alertmanager is one', () => {
  const [a, b] = ['http://alertmanager-0.am:9093', 'http://alertmanager-1.am:9093'] as const;

  test('numbered replicas: one alert, and either may end it', async () => {
    const it = world();
    await it.take(from(test10a, a));
    await it.take(from(test10a, b));
    await it.take(from(resolve10c, b));
    expect(it.alerts()).toEqual([`${a}: resolved`]);
    expect(it.live()[0]?.events).toBe(3);
  });

  test('addresses that do not show it: the end from the other half ends what fires', async () => {
    const it = world();
    await it.take(from(test10a, 'http://7f3c9d:9093'));
    await it.take(from(resolve10c, 'http://a01b22:9093'));
    expect(it.alerts()).toEqual(['http://7f3c9d:9093: resolved']);
  });
});

describe('alerts that were on record before clusters were told apart', () => {
  /** As a farmhand of before wrote it: no cluster, no series. */
  const old = async (it: ReturnType<typeof world>, body: unknown): Promise<Alert> => {
    await it.take(body);
    const [record] = it.live();
    if (!record) throw new Error('no record');
    const { series: _, cluster: __, ...before } = record;
    it.store.state.series.set(plain, before);
    return before;
  };

  test('go on in their thread, with the cluster on record, and end', async () => {
    const it = world(mapped(['test', test_], ['stage', stage]));
    const before = await old({ ...it, take: (body) => it.takeWith(mapped(), body) }, test10a);
    await it.take(stage10b);
    await it.take(test10a);
    expect(it.alerts()).toEqual(['stage: firing', 'test: firing']);
    await it.take(resolve10c);
    expect(it.alerts()).toEqual(['stage: firing', 'test: resolved']);
    const after = it.store.state.series.get(plain);
    expect([after?.id, after?.cluster, after?.firstStartsAt]).toEqual([
      before.id,
      'test',
      before.firstStartsAt,
    ]);
  });

  test('of an Alertmanager that nothing maps', async () => {
    const it = world();
    const before = await old(it, test10a);
    await it.take(stage10b);
    await it.take(resolve10c);
    expect(it.alerts()).toEqual([`${stage}: firing`, `${test_}: resolved`]);
    expect(it.store.state.series.get(plain)?.id).toBe(before.id);
  });

  test('without an address: who comes first has it, and the next one does not', async () => {
    const it = world();
    const before = await old(it, webhook([(test10a as Body).alerts[0]], { externalURL: undefined }));
    await it.take(test10a, { cluster: 'test' });
    await it.take(stage10b, { cluster: 'stage' });
    expect(it.store.state.series.get(plain)).toMatchObject({ id: before.id, cluster: 'test' });
    expect(it.alerts()).toEqual(['stage: firing', 'test: firing']);
  });

  test('a mapping that is added later changes no thread', async () => {
    const it = world(mapped(['test', test_], ['stage', stage]));
    await it.takeWith(mapped(), test10a);
    await it.takeWith(mapped(), stage10b);
    const ids = it.live().map(({ id }) => id);
    await it.take(test10a);
    await it.take(stage10b);
    await it.take(resolve10c);
    expect(it.live().map(({ id }) => id)).toEqual(ids);
    expect(it.alerts()).toEqual(['stage: firing', 'test: resolved']);
  });

  test('a re-fire after the window opens the next thread in the same series', async () => {
    const it = world(mapped(['test', test_]));
    const before = await old({ ...it, take: (body) => it.takeWith(mapped(), body) }, test10a);
    await it.take(resolve10c);
    const [again] = (test10a as Body).alerts;
    const later = Date.parse('2026-11-20T22:00:00Z');
    await it.take(
      { ...(test10a as Body), alerts: [{ ...again, startsAt: '2026-11-20T22:00:00Z' }] },
      { receivedAt: later },
    );
    expect(it.live()).toMatchObject([{ status: 'firing', cluster: 'test', previous: { id: before.id } }]);
  });

  test('opened a second time by a farmhand of before, during the rollout: both end', async () => {
    const it = world(mapped(['test', test_]));
    await it.take(test10a);
    const [mine] = it.live();
    const second = world();
    const record = await old(second, test10a);
    it.store.state.series.set(plain, record);
    expect(mine?.fingerprint).not.toBe(plain);
    await it.take(resolve10c);
    expect(it.alerts()).toEqual(['test: resolved', 'test: resolved']);
  });
});

test('the cluster is what routes match on, and a label of that name goes before it', () => {
  const table = createRouteTable({
    routes: [{ name: 'test', match: ['cluster="test"'], actions: ['thread'], channel: 'C0TEST' }],
    slack: { default_channel: 'C0ALERTS' },
  });
  const channelOf = (labels: Record<string, string>, cluster?: string) => {
    const [event] = decodeMessage(
      message(webhook([alert({ labels })]), cluster === undefined ? {} : { cluster }),
      context,
    ).events;
    return event && table.choose(event).channel;
  };
  expect([channelOf({}, 'test'), channelOf({}), channelOf({ cluster: 'stage' }, 'test')]).toEqual([
    'C0TEST',
    'C0ALERTS',
    'C0ALERTS',
  ]);
});
