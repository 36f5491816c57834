import { once } from 'node:events';
import { createServer } from 'node:net';

/** A TCP port on loopback that was free a moment ago. Whoever takes it should be ready to try another. */
export const freePort = (): Promise<number> => listenOnce(0);

/** `preferred`, or the next port on loopback that is free and none of `not`; the 100th refusal is thrown. */
export const freePortFrom = async (preferred: number, not: readonly number[] = []): Promise<number> => {
  for (let port = preferred; ; port++) {
    if (port !== preferred && not.includes(port)) continue;
    try {
      return await listenOnce(port);
    } catch (error) {
      if (port >= Math.min(preferred + 100, 65_535)) throw error;
    }
  }
};

const listenOnce = async (wanted: number): Promise<number> => {
  const server = createServer();
  server.listen(wanted, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('a TCP server without a port');
  return address.port;
};
