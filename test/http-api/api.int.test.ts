import { expect, test } from 'vitest';
import * as schemas from '../../src/http-api/shared/schema.ts';
import { stopwatch } from '../support/stopwatch.ts';
import { document, documented, refused } from './documented.ts';
import { startServer } from './harness.ts';
import { anAlert, anEvent, at } from './records.ts';

const filled = async () => {
  const it = await startServer();
  const alert = anAlert();
  it.queries.add(alert, [{ at, who: 'farmhand', what: 'opened', why: 'route payments' }]);
  it.queries.add(
    anAlert({
      id: 'beefbeefbeefbeef-m3ka',
      fingerprint: 'beefbeefbeefbeef',
      status: 'resolved',
      tier: 'dev',
      severity: 'warning',
      labels: { alertname: 'Disk', service: 'storage' },
    }),
  );
  it.queries.addEvent(anEvent());
  it.queries.addEvent(anEvent({ id: 'a/b c?d', reason: 'duplicate_nonce' }));
  it.queries.setLanes([{ channel: 'C0PAYMENTS', waiting: 3, dirty: 1, oldestMs: 2_500 }]);
  return it;
};

test('GET /v1/alerts: firing first, filtered, in pages', async () => {
  await using it = await filled();
  const ids = async (query: string) => {
    const page = schemas.AlertPageView.parse(
      await documented(await it.get(`/v1/alerts${query}`), '/v1/alerts'),
    );
    return page.alerts.map((alert) => alert.id);
  };
  const [payments, storage] = ['00c0ffee00c0ffee-m3k9', 'beefbeefbeefbeef-m3ka'];
  expect(await ids('')).toEqual([payments, storage]);
  expect(await ids('?status=resolved')).toEqual([storage]);
  expect(await ids('?tier=prod&severity=critical')).toEqual([payments]);
  expect(await ids('?label=service:storage&label=alertname:Disk')).toEqual([storage]);
  expect(await ids('?label=service:none')).toEqual([]);

  const page = async (query: string) =>
    schemas.AlertPageView.parse(await (await it.get(`/v1/alerts?limit=1${query}`)).json());
  const first = await page('');
  expect(first.next).toBe('p1');
  const second = await page(`&cursor=${first.next}`);
  expect([second.alerts[0]?.id, second.next]).toEqual([storage, undefined]);
});

test('GET /v1/alerts: every problem of the query at once; a foreign cursor is told as such', async () => {
  await using it = await filled();
  const answer = await it.get('/v1/alerts?status=open&limit=9999');
  const body = await refused(answer, '/v1/alerts');
  expect(answer.status).toBe(400);
  expect(body.problems).toEqual([
    { path: 'status', message: 'is none of firing, resolved' },
    { path: 'limit', message: 'is not a whole number from 1 to 200' },
  ]);
  const foreign = await it.get('/v1/alerts?cursor=xyz');
  expect([foreign.status, (await refused(foreign, '/v1/alerts')).error]).toEqual([400, 'invalid_cursor']);
});

test('GET /v1/alerts/{id}: by id or its beginning, with its journal; 404 teaches', async () => {
  await using it = await filled();
  for (const id of ['00c0ffee00c0ffee-m3k9', '00c0']) {
    const answer = await it.get(`/v1/alerts/${id}`);
    const detail = schemas.AlertDetailView.parse(await documented(answer, '/v1/alerts/{id}'));
    expect(detail.alert.id).toBe('00c0ffee00c0ffee-m3k9');
    expect(detail.journal).toEqual([
      { at: '2026-11-20T03:00:00.000Z', who: 'farmhand', what: 'opened', why: 'route payments' },
    ]);
  }
  for (const id of ['00c', 'feedfeed', 'DROP%20TABLE', '..%2f..%2fetc', '%00']) {
    const answer = await it.get(`/v1/alerts/${id}`);
    expect([answer.status, (await refused(answer, '/v1/alerts/{id}')).error]).toEqual([
      404,
      'alert_not_found',
    ]);
  }
});

test('GET /v1/events/{id}: what became of it, whatever its id looks like', async () => {
  await using it = await filled();
  const event = schemas.EventView.parse(
    await documented(await it.get('/v1/events/evt-1'), '/v1/events/{id}'),
  );
  expect([event.outcome.class, event.alert?.thread.ts]).toEqual(['threaded', '1763600000.000100']);
  const odd = await it.get(`/v1/events/${encodeURIComponent('a/b c?d')}`);
  const suppressed = schemas.EventView.parse(await documented(odd, '/v1/events/{id}'));
  expect(suppressed.outcome.class).toBe('suppressed');
  const long = await it.get(`/v1/events/${'x'.repeat(1_000)}`);
  expect([long.status, (await refused(long, '/v1/events/{id}')).error]).toEqual([404, 'event_not_found']);
});

test('GET /v1/books and /v1/lanes', async () => {
  await using it = await filled();
  const books = schemas.BooksView.parse(await documented(await it.get('/v1/books'), '/v1/books'));
  expect(books.balanced).toBe(true);
  const lanes = schemas.LanesView.parse(await documented(await it.get('/v1/lanes'), '/v1/lanes'));
  expect(lanes).toEqual({
    lanes: [{ channel: 'C0PAYMENTS', waiting: 3, dirty: 1, oldest_seconds: 2.5 }],
  });
});

const paths = [
  ['/v1/alerts', '/v1/alerts'],
  ['/v1/alerts/00c0ffee', '/v1/alerts/{id}'],
  ['/v1/events/evt-1', '/v1/events/{id}'],
  ['/v1/books', '/v1/books'],
  ['/v1/lanes', '/v1/lanes'],
] as const;

test.each(paths)('%s: 401 without its token, 403 when off', async (path, template) => {
  await using it = await filled();
  for (const authorization of ['', 'Bearer events-token-for-tests']) {
    const answer = await it.get(path, { authorization });
    expect([answer.status, (await refused(answer, template)).error]).toEqual([401, 'unauthorized']);
  }
  await using off = await startServer({ api_token: undefined });
  const answer = await off.get(path);
  expect([answer.status, (await refused(answer, template)).error]).toEqual([403, 'endpoint_off']);
  await using other = await startServer({}, { queries: false });
  expect((await other.get(path)).status).toBe(403);
});

test.each(paths)('%s: 503 within two seconds when the store is away or hangs', async (path, template) => {
  await using it = await filled();
  for (const mode of ['down', 'hang'] as const) {
    it.queries.mode = mode;
    const watch = stopwatch();
    const answer = await it.get(path);
    expect(watch.stop()).toBeLessThan(2_000);
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '5']);
    expect((await refused(answer, template)).message).toContain('Nothing was changed');
  }
});

test('answers of POST /v1/events are as documented', async () => {
  await using it = await startServer();
  const statusOf = async (answer: Response) => {
    await documented(answer, '/v1/events', 'post');
    return answer.status;
  };
  expect(await statusOf(await it.post('{"id":"a"}'))).toBe(202);
  expect(await statusOf(await it.post('{broken'))).toBe(422);
  expect(await statusOf(await it.post('x'.repeat(5_000)))).toBe(413);
  expect(await statusOf(await it.post('{}', { authorization: '' }))).toBe(401);
  it.ingest.mode = 'down';
  expect(await statusOf(await it.post('{"id":"a"}'))).toBe(503);
  it.ingest.mode = 'broken';
  expect(await statusOf(await it.post('{"id":"a"}'))).toBe(500);
});

test('the document itself is served, without a token', async () => {
  await using it = await startServer();
  expect(await (await fetch(`${it.base}/v1/openapi.json`)).json()).toEqual(document);
});
