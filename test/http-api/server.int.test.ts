import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { ErrorView } from '../../src/http-api/shared/schema.ts';
import { stopwatch } from '../support/stopwatch.ts';
import { startServer } from './harness.ts';

/** Everything the server sends to `text` on a bare connection, until it closes. */
const raw = async (port: number, text: string): Promise<string> => {
  const socket = connect(port, '127.0.0.1');
  let all = '';
  socket.on('data', (chunk) => {
    all += chunk;
  });
  socket.on('error', () => {});
  socket.write(text);
  await once(socket, 'close');
  return all;
};

test('/metrics is open, and counts requests by route', async () => {
  await using it = await startServer();
  await it.get('/v1/alerts/00c0ffee');
  await it.get('/v1/alerts/beefbeef');
  await it.get('/nowhere/at/all');
  await it.post('{"id":"a"}');
  const answer = await fetch(`${it.base}/metrics`);
  expect(answer.headers.get('content-type')).toContain('text/plain; version=0.0.4');
  const lines = (await answer.text())
    .split('\n')
    .filter((line) => line.startsWith('farmhand_http_requests_total'));
  expect(lines).toEqual([
    'farmhand_http_requests_total{method="GET",route="/v1/alerts/:id",code="404"} 2',
    'farmhand_http_requests_total{method="GET",route="unknown",code="404"} 1',
    'farmhand_http_requests_total{method="POST",route="/v1/events",code="202"} 1',
  ]);
});

test('headers say what they must and not what runs here', async () => {
  await using it = await startServer();
  for (const path of ['/v1/alerts', '/nowhere', '/metrics', '/livez']) {
    const { headers } = await it.get(path);
    expect(headers.get('server')).toBeNull();
    expect(headers.get('x-powered-by')).toBeNull();
    expect(headers.get('cache-control')).toBe('no-store');
  }
  expect((await it.get('/v1/alerts', { 'x-request-id': 'forged' })).headers.get('x-request-id')).not.toBe(
    'forged',
  );
});

test('an unknown path and a wrong method teach', async () => {
  await using it = await startServer();
  const nowhere = await it.get('/v2/alerts');
  expect([nowhere.status, ErrorView.parse(await nowhere.json()).error]).toEqual([404, 'not_found']);
  const wrong = await fetch(`${it.base}/v1/alerts`, { method: 'DELETE' });
  expect([wrong.status, wrong.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
  ErrorView.parse(await wrong.json());
  const events = await it.get('/v1/events');
  expect([events.status, events.headers.get('allow')]).toEqual([405, 'POST']);
});

test('what is not HTTP is answered in the same shape, and closed', async () => {
  await using it = await startServer();
  const answer = await raw(it.port, 'hello\r\n\r\n');
  expect(answer).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
  ErrorView.parse(JSON.parse(answer.split('\r\n\r\n')[1] ?? ''));
  const long = await raw(it.port, `GET / HTTP/1.1\r\nHost: x\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`);
  expect(long).toMatch(/^HTTP\/1\.1 431 /);
});

test('a client that never ends its headers is cut off', async () => {
  await using it = await startServer();
  const start = performance.now();
  const answer = await raw(it.port, 'GET /v1/alerts HTTP/1.1\r\nHost: x\r\n');
  expect(answer).toMatch(/^HTTP\/1\.1 408 /);
  expect(performance.now() - start).toBeLessThan(8_000);
});

test('stop: what is under way ends well, what comes is sent elsewhere, probes answer to the end', async () => {
  await using it = await startServer();
  it.ingest.mode = 'hang';
  const underWay = it.post('{"id":"under way"}');
  while (it.ingest.hanging === 0) await new Promise((resolve) => setImmediate(resolve));

  it.health.drain();
  const stopped = it.server.stop(5_000);
  const late = await it.post('{"id":"late"}');
  expect([late.status, ErrorView.parse(await late.json()).error]).toEqual([503, 'draining']);
  expect((await fetch(`${it.base}/readyz`)).status).toBe(503);
  expect((await fetch(`${it.base}/livez`)).status).toBe(200);

  it.ingest.release();
  expect((await underWay).status).toBe(202);
  await stopped;
  await expect(fetch(`${it.base}/livez`)).rejects.toThrow();
  expect(it.ingest.durable).toHaveLength(1);
});

test('stop: a request that hangs does not hold it past its deadline', async () => {
  await using it = await startServer();
  it.ingest.mode = 'hang';
  const cutOff = it.post('{"id":"x"}').catch(() => 'cut off');
  while (it.ingest.hanging === 0) await new Promise((resolve) => setImmediate(resolve));
  const watch = stopwatch();
  await Promise.all([it.server.stop(200), it.server.stop(200)]);
  expect(watch.stop()).toBeLessThan(2_000);
  expect(await cutOff).toBe('cut off');
  expect(it.lines.some((line) => line.includes('http stopped with requests under way'))).toBe(true);
});

test('a taken port is refused', async () => {
  await using it = await startServer();
  await expect(startServer({ port: it.port })).rejects.toThrow('EADDRINUSE');
});
