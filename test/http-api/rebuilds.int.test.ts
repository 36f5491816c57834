import { expect, test } from 'vitest';
import { RebuildDetailView, RebuildPageView } from '../../src/http-api/rebuilds/rebuild-schema.ts';
import type { Rebuild } from '../../src/rebuild/model/rebuild.ts';
import { anInstance, aPlan, aRebuild, startedAt } from '../builders/rebuild.ts';
import { documented, refused } from './documented.ts';
import { startServer } from './harness.ts';

const alice = { id: 'U0ALICE', name: 'Alice Ash' };

const filled = async () => {
  const it = await startServer();
  const add = async (name: string, change: Partial<Rebuild> = {}) => {
    const made = await it.rebuilds.create(
      { instance: name, day: '20261120', draft: name, limit: 20 },
      (id) => ({
        rebuild: {
          ...aRebuild({ plan: aPlan({ instance: anInstance({ name, approval: name === 'systemgov1' }) }) }),
          id,
          by: alice,
          ...change,
        },
        journal: [{ at: startedAt, who: 'U0ALICE', what: 'start', why: 'new dataset' }],
      }),
    );
    if (!made.ok) throw new Error(made.code);
  };
  await add('system6');
  await add('systemgov1', { at: startedAt + 60_000 });
  return it;
};

test('GET /v1/rebuilds: filtered, in pages', async () => {
  await using it = await filled();
  const ids = async (query: string) => {
    const page = RebuildPageView.parse(
      await documented(await it.get(`/v1/rebuilds${query}`), '/v1/rebuilds'),
    );
    return page.rebuilds.map(({ id }) => id);
  };
  const [system6, gov] = ['system6-20261120-1', 'systemgov1-20261120-1'];
  expect(await ids('')).toEqual([gov, system6]);
  expect(await ids('?state=in_flight&instance=system6')).toEqual([system6]);
  expect(await ids('?state=waiting_for_approval')).toEqual([]);
  expect(await ids('?state=ended')).toEqual([]);
  expect(await ids('?since=2026-11-20T03:01:00Z')).toEqual([gov]);
  expect(await ids('?until=2026-11-20T03:01:00Z&since=2026-11-20')).toEqual([system6]);
  const first = RebuildPageView.parse(await (await it.get('/v1/rebuilds?limit=1')).json());
  const second = RebuildPageView.parse(
    await (await it.get(`/v1/rebuilds?limit=1&cursor=${first.next}`)).json(),
  );
  expect([first, second].map(({ rebuilds, next }) => [rebuilds[0]?.id, next])).toEqual([
    [gov, '1'],
    [system6, undefined],
  ]);
});

test('GET /v1/rebuilds: every problem of the query at once; a foreign cursor is told as such', async () => {
  await using it = await filled();
  const answer = await it.get('/v1/rebuilds?state=open&since=yesterday&limit=0&tier=prod');
  const body = await refused(answer, '/v1/rebuilds');
  expect([answer.status, body.problems?.map(({ path }) => path)]).toEqual([
    400,
    ['tier', 'state', 'since', 'limit'],
  ]);
  const foreign = await it.get('/v1/rebuilds?cursor=xyz');
  expect([foreign.status, (await refused(foreign, '/v1/rebuilds')).error]).toEqual([400, 'invalid_cursor']);
});

test('GET /v1/rebuilds/{id}: all that the card knows, who must still approve, and the journal', async () => {
  await using it = await filled();
  const answer = await it.get('/v1/rebuilds/systemgov1-20261120-1');
  const { rebuild, plan, steps, journal } = RebuildDetailView.parse(
    await documented(answer, '/v1/rebuilds/{id}'),
  );
  expect(rebuild).toMatchObject({ state: 'starting', step: 'preflight', asked_by: alice });
  expect(rebuild.approval).toMatchObject({
    required: true,
    waits_for: { kind: 'plan', not_by: [alice], changes: [] },
  });
  expect(plan.values).toBe('instances/system6.yaml@3f2a91cd04b5c6d7e8f90123456789abcdef0123');
  expect(steps).toHaveLength(10);
  expect(journal).toEqual([
    { at: '2026-11-20T03:00:00.000Z', who: 'U0ALICE', what: 'start', why: 'new dataset' },
  ]);
  for (const id of ['system9-20261120-1', 'system6', 'DROP%20TABLE', '%00']) {
    const none = await it.get(`/v1/rebuilds/${id}`);
    expect([none.status, (await refused(none, '/v1/rebuilds/{id}')).error]).toEqual([
      404,
      'rebuild_not_found',
    ]);
  }
});

test.each([
  ['/v1/rebuilds', '/v1/rebuilds'],
  ['/v1/rebuilds/system6-20261120-1', '/v1/rebuilds/{id}'],
] as const)('%s: only for its token, and 503 when the store is away', async (path, template) => {
  await using it = await filled();
  for (const authorization of ['', 'Bearer audit-token-for-tests']) {
    const answer = await it.get(path, { authorization });
    expect([answer.status, (await refused(answer, template)).error]).toEqual([401, 'unauthorized']);
  }
  it.queries.mode = 'down';
  expect((await refused(await it.get(path), template)).error).toBe('store_unavailable');
  await using off = await startServer({ api_token: undefined });
  expect((await off.get(path)).status).toBe(403);
});
