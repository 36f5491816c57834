import { connect, createServer, type Socket } from 'node:net';

/** A loopback address that leads to one port and later to another, as a service in front of Redis does. */
export interface Switch extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  /** Connections that are made from now on; those that are there stay as they are. */
  leadTo(port: number): void;
  /** Breaks every connection that is there; new ones are taken at once. */
  cut(): void;
}

export const openSwitch = async (target: number): Promise<Switch> => {
  let to = target;
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    const onward = connect({ host: '127.0.0.1', port: to });
    for (const [one, other] of [
      [socket, onward],
      [onward, socket],
    ] as const) {
      sockets.add(one);
      one
        .on('error', () => {})
        .on('close', () => {
          sockets.delete(one);
          other.destroy();
        });
      one.pipe(other);
    }
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  return {
    url: `redis://127.0.0.1:${port}`,
    port,
    leadTo: (next) => {
      to = next;
    },
    cut: () => {
      for (const socket of sockets) socket.destroy();
    },
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
};
