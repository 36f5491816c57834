import { request } from 'undici';
import { expect, test } from 'vitest';
import { startSimulator } from '../../../sandbox/simulator/server.ts';

const start = () => startSimulator({ handler: (r) => ({ status: 200, body: r.path }) });

test('faults are given and taken away over HTTP, each for as many calls as it says', async () => {
  await using server = await start();
  const control = (method: string, path: string, body?: unknown) =>
    fetch(`${server.url}/_control/${path}`, {
      method,
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  const status = async () => (await fetch(`${server.url}/a`)).status;
  await control('POST', 'faults', { match: '^GET /a$', effect: 'answer_before', status: 503, times: 2 });
  expect([await status(), await status(), await status()]).toEqual([503, 503, 200]);
  await control('POST', 'faults', { effect: 'answer_before', status: 503 });
  await control('DELETE', 'faults');
  expect(await status()).toBe(200);
  await control('PUT', 'outage', true);
  await expect(status()).rejects.toThrow();
  await control('PUT', 'outage', false);
  expect(await status()).toBe(200);
  expect(server.control.requests()).toHaveLength(6);
});

test('another name than a loopback one is refused', async () => {
  await using server = await start();
  const { statusCode, body } = await request(`${server.url}/a`, { headers: { host: 'evil.example' } });
  await body.dump();
  expect(statusCode).toBe(421);
});
