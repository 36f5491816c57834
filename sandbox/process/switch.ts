import { connect, createServer, type Socket } from 'node:net';

/** A loopback address that leads to one port and later to another, as a service in front of Redis does. */
export interface Switch extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  /** Connections that are made from now on; those that are there stay as they are. */
  leadTo(port: number): void;
  /** Breaks every connection that is there; new ones are taken at once. */
  cut(): void;
  /** Nothing passes any more, and nobody is told: connections stay open, new ones are taken. Until `release`. */
  hold(): void;
  release(): void;
}

export const openSwitch = async (target: number): Promise<Switch> => {
  let to = target;
  const sockets = new Set<Socket>();
  /** Which socket's bytes go to which. */
  const ways = new Map<Socket, Socket>();
  let held = false;
  const server = createServer((socket) => {
    const onward = connect({ host: '127.0.0.1', port: to });
    for (const [one, other] of [
      [socket, onward],
      [onward, socket],
    ] as const) {
      sockets.add(one);
      ways.set(one, other);
      one
        .on('error', () => {})
        .on('close', () => {
          sockets.delete(one);
          ways.delete(one);
          other.destroy();
        });
      if (!held) one.pipe(other);
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
    hold: () => {
      held = true;
      for (const [one, other] of ways) one.unpipe(other);
    },
    release: () => {
      held = false;
      for (const [one, other] of ways) one.pipe(other);
    },
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
};
