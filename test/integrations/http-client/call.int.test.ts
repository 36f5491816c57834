import { afterEach, expect, test, vi } from 'vitest';
import { startSimulator } from '../../../sandbox/simulator/server.ts';
import { openHttp } from '../../../src/integrations/http-client/call.ts';

const start = () =>
  startSimulator({
    handler: (request) =>
      request.path === '/big'
        ? { status: 200, body: 'x'.repeat(1_000_000) }
        : { status: 200, json: { method: request.method, body: request.body } },
  });

afterEach(() => {
  vi.unstubAllEnvs();
});

test('an answer comes with status, headers and body', async () => {
  await using server = await start();
  await using http = openHttp();
  const outcome = await http.call({
    method: 'POST',
    url: `${server.url}/x`,
    json: { a: 1 },
    timeoutMs: 1_000,
    maxBytes: 1_000,
  });
  expect(outcome).toEqual({
    kind: 'answered',
    status: 200,
    headers: expect.objectContaining({ 'content-type': 'application/json;charset=UTF-8' }),
    body: '{"method":"POST","body":"{\\"a\\":1}"}',
    cut: false,
  });
});

test('a form is sent as one', async () => {
  await using server = await start();
  await using http = openHttp();
  const form = { a: 'ä & b', c: '1' };
  await http.call({ method: 'POST', url: `${server.url}/x`, form, timeoutMs: 1_000, maxBytes: 1_000 });
  const [request] = server.control.requests();
  expect(request?.headers['content-type']).toBe('application/x-www-form-urlencoded');
  expect(request?.body).toBe('a=%C3%A4+%26+b&c=1');
});

test('a body is not read past its limit', async () => {
  await using server = await start();
  await using http = openHttp();
  const outcome = await http.call({
    method: 'GET',
    url: `${server.url}/big`,
    timeoutMs: 1_000,
    maxBytes: 100,
  });
  expect(outcome).toMatchObject({ kind: 'answered', body: 'x'.repeat(100), cut: true });
});

test('a hang is lost in time; a cut connection is lost; a closed port was not sent to', async () => {
  await using server = await start();
  await using http = openHttp();
  const ask = { method: 'GET', url: `${server.url}/x`, timeoutMs: 200, maxBytes: 100 } as const;
  server.control.fault({ effect: 'hang_before' });
  expect(await http.call(ask)).toEqual({ kind: 'lost', error: 'no answer within 200 ms' });
  server.control.fault({ effect: 'drop_before' });
  expect(await http.call(ask)).toEqual({ kind: 'lost', error: 'other side closed (UND_ERR_SOCKET)' });
  expect(await http.call({ ...ask, url: 'http://127.0.0.1:9/' })).toMatchObject({ kind: 'not_sent' });
});

test('a proxy of the environment is obeyed where asked for, and never for loopback', async () => {
  await using proxy = await start();
  await using server = await start();
  vi.stubEnv('HTTP_PROXY', proxy.url);
  vi.stubEnv('NO_PROXY', 'kept.invalid');
  await using http = openHttp({ proxyFromEnv: true });
  const ask = (url: string) => http.call({ method: 'GET', url, timeoutMs: 1_000, maxBytes: 100 });
  expect(await ask(`${server.url}/x`)).toMatchObject({ kind: 'answered' });
  expect(await ask('http://kept.invalid/')).toMatchObject({ kind: 'not_sent' });
  expect(server.control.requests()).toHaveLength(1);
  // The simulator in the proxy's place refuses names that are not loopback: so the call went there.
  expect(await ask('http://elsewhere.invalid/')).toMatchObject({ kind: 'answered', status: 421 });
});
