import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';

/** Below what systems give to outgoing connections and to port 0, where a port is taken again at once. */
const range = { from: 10_240, to: 32_000 } as const;

/** A TCP port on loopback that was free a moment ago, drawn so that two who ask at once hardly get the same. */
export const freePort = async (): Promise<number> => {
  for (let tries = 0; ; tries++) {
    try {
      return await listenOnce(randomInt(range.from, range.to));
    } catch (error) {
      if (tries >= 20) throw error;
    }
  }
};

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
