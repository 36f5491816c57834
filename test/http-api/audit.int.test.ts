import { expect, test } from 'vitest';
import { verifyLines } from '../../src/audit/chain/verify.mjs';
import { AuditPageView } from '../../src/http-api/audit/audit-schema.ts';
import { anAuditEntry } from '../builders/audit.ts';
import { stopwatch } from '../support/stopwatch.ts';
import { documented, refused } from './documented.ts';
import { startServer } from './harness.ts';

const system7 = { kind: 'rebuild', id: 'system7-20261120-1', instance: 'system7' } as const;

const filled = async () => {
  const it = await startServer();
  await it.auditLog.record([
    anAuditEntry(),
    anAuditEntry({ type: 'command_denied', outcome: 'denied', actor: { id: 'U0EVE' }, object: system7 }),
    anAuditEntry({
      time_utc: '2026-11-21T01:00:00.000Z',
      why: { alert: 'a-1' },
      on_behalf_of: { id: 'U0BOB' },
    }),
  ]);
  return it;
};

type Server = Awaited<ReturnType<typeof filled>>;
const page = async (it: Server, query = '') =>
  AuditPageView.parse(await documented(await it.audit(query), '/v1/audit'));

test('GET /v1/audit: all filters hold, the oldest first', async () => {
  await using it = await filled();
  const numbers = async (query: string) => (await page(it, query)).records.map(({ seq }) => seq);
  expect(await numbers('?rebuild=system6-20261120-1')).toEqual([1, 3]);
  expect(await numbers('?instance=system7')).toEqual([2]);
  expect(await numbers('?actor=U0EVE')).toEqual([2]);
  expect(await numbers('?actor=U0BOB')).toEqual([3]);
  expect(await numbers('?alert=a-1')).toEqual([3]);
  expect(await numbers('?type=command_denied&instance=system7')).toEqual([2]);
  expect(await numbers('?type=command&since=2026-11-21')).toEqual([3]);
  expect(await numbers('?type=command&until=2026-11-21T00:00Z')).toEqual([1]);
  expect(await numbers('?rebuild=none')).toEqual([]);
});

test('in pages, none of a record twice or left out, whatever is written meanwhile', async () => {
  await using it = await filled();
  const first = await page(it, '?limit=2');
  expect([first.records.map(({ seq }) => seq), first.next]).toEqual([[1, 2], '3']);
  const second = await page(it, `?limit=2&cursor=${first.next}`);
  expect(second.records.map(({ seq, type }) => [seq, type])).toEqual([
    [3, 'command'],
    [4, 'audit_read'],
  ]);
  expect(second.head.seq).toBe(5);
});

test('NDJSON is the very lines of the chain, with the cursor and the head beside them', async () => {
  await using it = await filled();
  const ask = (query: string) => it.audit(query, { accept: 'application/x-ndjson' });
  const first = await ask('?limit=3');
  expect([first.headers.get('content-type'), first.headers.get('x-next-cursor')]).toEqual([
    'application/x-ndjson; charset=utf-8',
    '4',
  ]);
  const lines = (await first.text()).trimEnd().split('\n');
  expect(verifyLines(lines)).toMatchObject({ records: 3, problems: [] });
  const rest = await ask('?cursor=4');
  const more = (await rest.text()).trimEnd().split('\n');
  const all = verifyLines([...lines, ...more]);
  expect(all.problems).toEqual([]);
  expect(rest.headers.get('x-audit-head')).toBe(`${all.head.seq} ${all.head.hash}`);
});

test('who reads the audit is in the audit: by which token, what was asked, from where', async () => {
  await using it = await filled();
  const { records } = await page(it, '?actor=U0EVE&since=2026-11-20&limit=7');
  expect(records.map(({ seq }) => seq)).toEqual([2]);
  const [reading] = (await page(it, '?type=audit_read')).records;
  expect(reading).toMatchObject({
    actor: { id: 'api', name: 'http.audit_token' },
    where: { client: 'api' },
    object: { kind: 'audit', id: 'chain' },
    command: { verb: 'GET /v1/audit', what: ['actor U0EVE', 'from 2026-11-20T00:00:00.000Z'] },
    correlation: { request: 'req-1', address: '127.0.0.1' },
  });
});

test('nothing is read where that cannot be recorded, and it is said within two seconds', async () => {
  await using it = await filled();
  for (const mode of ['down', 'hang'] as const) {
    it.queries.mode = mode;
    const watch = stopwatch();
    const answer = await it.audit();
    expect(watch.stop()).toBeLessThan(2_000);
    expect((await refused(answer, '/v1/audit')).error).toBe('store_unavailable');
  }
});

test('no other token opens it; without a token of its own it is off', async () => {
  await using it = await filled();
  for (const token of ['', 'api-token-for-tests', 'events-token-for-tests', 'audit-token-for-test']) {
    const answer = await it.audit('', { authorization: `Bearer ${token}` });
    expect([answer.status, (await refused(answer, '/v1/audit')).error]).toEqual([401, 'unauthorized']);
  }
  await using off = await startServer({ audit_token: undefined });
  const answer = await off.audit();
  expect([answer.status, (await refused(answer, '/v1/audit')).message]).toEqual([
    403,
    'This endpoint is off because http.audit_token is not set. Nothing was read or stored.',
  ]);
  // A refused reading reads nothing, so it leaves no record of one.
  expect((await page(it)).records.filter(({ type }) => type === 'audit_read')).toHaveLength(1);
});

test('every problem of the query at once', async () => {
  await using it = await filled();
  const body = await refused(await it.audit('?type=x&cursor=0&limit=1001&state=y&since=now'), '/v1/audit');
  expect(body.problems?.map(({ path }) => path)).toEqual(['state', 'cursor', 'type', 'since', 'limit']);
});
