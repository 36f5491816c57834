import { expect, test } from 'vitest';
import type { TierRules } from '../../src/access/tiers.ts';
import { Secret } from '../../src/config/schema/secret.ts';
import { RebuildPageView } from '../../src/http-api/rebuilds/rebuild-schema.ts';
import * as schemas from '../../src/http-api/shared/schema.ts';
import { anInstance, aPlan, aRebuild, startedAt } from '../builders/rebuild.ts';
import { documented, refused } from './documented.ts';
import { startServer } from './harness.ts';
import { anAlert, anEvent } from './records.ts';

const rule = { channels: [], users: [], groups: [], workspaces: [], instances: [] };
const tiers = (): TierRules => ({
  default: 'ops',
  list: [
    { ...rule, name: 'ops' },
    { ...rule, name: 'alpha', channels: ['C0ALPHA'], instances: ['system6'] },
    { ...rule, name: 'beta', channels: ['C0BETA'], instances: ['system7'] },
  ],
});
const tokens = { alpha: 'token-of-alpha-reader', all: 'token-of-every-reader' };
const ids = { ops: '00c0ffee00c0ffee-m3k9', alpha: 'beefbeefbeefbeef-m3ka', beta: 'facefacefaceface-m3kb' };

const world = async () => {
  const it = await startServer(
    {
      readers: [
        { name: 'alpha', token: new Secret(tokens.alpha), tiers: ['alpha'] },
        { name: 'all', token: new Secret(tokens.all), tiers: ['*'] },
      ],
    },
    { tiers },
  );
  for (const [tier, id] of Object.entries(ids)) {
    it.queries.add(anAlert({ id, fingerprint: id.slice(0, 16), tier }));
    it.queries.addEvent(anEvent({ id: `evt-${tier}`, tier, alertId: id }));
  }
  it.queries.setLanes(
    ['C0ALPHA', 'C0BETA', 'C0SHARED'].map((channel) => ({ channel, waiting: 1, dirty: 0, oldestMs: 1 })),
  );
  for (const name of ['system6', 'system7', 'lab1']) {
    await it.rebuilds.create({ instance: name, day: '20261120', draft: name, limit: 20 }, (id) => ({
      rebuild: { ...aRebuild({ plan: aPlan({ instance: anInstance({ name }) }) }), id },
      journal: [{ at: startedAt, who: 'U0ALICE', what: 'start', why: 'new dataset' }],
    }));
  }
  const as = (token?: string) => (token === undefined ? {} : { authorization: `Bearer ${token}` });
  return { ...it, read: (path: string, token?: string) => it.get(path, as(token)), stop: it };
};

test('each token reads what is of its tiers: the common one the default tier’s, * all', async () => {
  const it = await world();
  await using _ = it.stop;
  const listed = async (token?: string) =>
    schemas.AlertPageView.parse(await documented(await it.read('/v1/alerts', token), '/v1/alerts'))
      .alerts.map(({ tier }) => tier)
      .toSorted();
  expect([await listed(), await listed(tokens.alpha), await listed(tokens.all)]).toEqual([
    ['ops'],
    ['alpha'],
    ['alpha', 'beta', 'ops'],
  ]);
  const page = async (token?: string) =>
    RebuildPageView.parse(await documented(await it.read('/v1/rebuilds', token), '/v1/rebuilds'))
      .rebuilds.map(({ instance }) => instance)
      .toSorted();
  expect([await page(), await page(tokens.alpha), await page(tokens.all)]).toEqual([
    ['lab1'],
    ['system6'],
    ['lab1', 'system6', 'system7'],
  ]);
  const lanes = (await (await it.read('/v1/lanes', tokens.alpha)).json()) as {
    lanes: { channel: string }[];
  };
  expect(lanes.lanes.map(({ channel }) => channel)).toEqual(['C0ALPHA', 'C0SHARED']);
});

test('what is of another tier is answered as what is not on record', async () => {
  const it = await world();
  await using _ = it.stop;
  const same = async (path: string, unknown: string, pattern: string) => {
    const [theirs, none] = await Promise.all([it.read(path, tokens.alpha), it.read(unknown, tokens.alpha)]);
    expect([theirs.status, none.status]).toEqual([404, 404]);
    const [a, b] = [await refused(theirs, pattern), await refused(none, pattern)];
    expect({ ...a, request_id: '' }).toEqual({ ...b, request_id: '' });
  };
  await same(`/v1/alerts/${ids.beta}`, '/v1/alerts/0123456789abcdef-m3k9', '/v1/alerts/{id}');
  await same('/v1/events/evt-beta', '/v1/events/evt-none', '/v1/events/{id}');
  await same('/v1/rebuilds/system7-20261120-1', '/v1/rebuilds/system9-20261120-1', '/v1/rebuilds/{id}');
  expect((await it.read(`/v1/alerts/${ids.alpha}`, tokens.alpha)).status).toBe(200);
  const none = (await (await it.read('/v1/alerts?label=nosuch:x', tokens.alpha)).json()) as object;
  expect(JSON.stringify(none)).not.toContain('beta');
  expect(none).toMatchObject({ none: { firing: 1 } });
});

test('the books are of all tiers together, and for those who read all', async () => {
  const it = await world();
  await using _ = it.stop;
  const answer = await it.read('/v1/books', tokens.alpha);
  expect([answer.status, (await refused(answer, '/v1/books')).error]).toEqual([403, 'all_tiers']);
  expect((await it.read('/v1/books', tokens.all)).status).toBe(200);
  expect((await it.read('/v1/alerts', 'no-such-token')).status).toBe(401);
});

test('a tier over its quota is answered 429 with when to come again, before its body is read; others are taken in', async () => {
  const sources = ['alpha', 'beta'].map((tier) => ({
    ...{ name: tier, tier, token: new Secret(`token-of-source-${tier}`) },
  }));
  await using it = await startServer({ sources }, { waitMs: (tier) => (tier === 'alpha' ? 4_200 : 0) });
  const post = (tier: string) => it.post('{"id":"e-1"}', { authorization: `Bearer token-of-source-${tier}` });
  const answer = await post('alpha');
  const body = schemas.ErrorView.parse(await documented(answer, '/v1/events', 'post'));
  expect([answer.status, answer.headers.get('retry-after'), body.error]).toEqual([429, '5', 'tier_quota']);
  expect(it.ingest.durable).toEqual([]);
  expect((await post('beta')).status).not.toBe(429);
  expect(it.ingest.durable).toHaveLength(1);
});
