import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { freePort, freePortFrom } from '../../../sandbox/process/free-port.ts';

const taken = async (port: number) => {
  const server = createServer().listen(port, '127.0.0.1');
  await once(server, 'listening');
  return { [Symbol.asyncDispose]: () => new Promise<void>((resolve) => server.close(() => resolve())) };
};

test('a free port is taken as it is, even where it is one to be left to others', async () => {
  const port = await freePort();
  expect(await freePortFrom(port, [port])).toBe(port);
});

test('past one in use, and past those that are meant for others', async () => {
  const port = await freePort();
  await using _ = await taken(port);
  const next = await freePortFrom(port, [port + 1, port + 2]);
  expect(next).toBeGreaterThan(port + 2);
});
