import { connect } from 'node:net';

/** How it is seen that a process can be used. */
export type Ready =
  | { readonly line: RegExp }
  | { readonly port: number }
  | { readonly check: () => Promise<boolean>; readonly says: string };

/** What is being waited for, in words. */
export const sayReady = (ready: Ready): string => {
  if ('line' in ready) return `a log line like ${ready.line}`;
  if ('port' in ready) return `port ${ready.port}`;
  return ready.says;
};

/** True when something accepts connections on this loopback port. */
export const portOpen = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port, timeout: 1000 });
    const answer = (open: boolean) => () => {
      socket.destroy();
      resolve(open);
    };
    socket.once('connect', answer(true)).once('error', answer(false)).once('timeout', answer(false));
  });
