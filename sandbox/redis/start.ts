import { connect } from 'node:net';
import { FarmhandError } from '../../src/core/errors.ts';
import { freePort } from '../process/free-port.ts';
import { type Exit, type ManagedProcess, startProcess } from '../process/process.ts';
import { tempDir } from '../process/temp-dir.ts';

export interface RedisOptions {
  /** Where it keeps its files; default: a temporary directory, removed at the end. */
  readonly dir?: string;
  readonly port?: number;
  /** Default true, as farmhand asks for. */
  readonly appendonly?: boolean;
  /** Default `noeviction`, as farmhand asks for. */
  readonly maxmemoryPolicy?: string;
  /** More arguments for `redis-server`, e.g. `['--requirepass', 'x']`. */
  readonly args?: readonly string[];
  readonly logFile?: string;
}

export interface RedisServer extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  readonly dir: string;
  readonly process: ManagedProcess;
  /** SIGSTOP: connections stay open, nothing is answered. */
  pause(): void;
  resume(): void;
  /** SIGKILL; what the append-only file had is kept. */
  kill(): Promise<Exit>;
  /** Stops it if it runs, and starts it on the same port and directory. */
  restart(): Promise<void>;
  stop(): Promise<Exit>;
}

/** True when it answers PING with PONG, or wants a password (and so has loaded its data). */
const answers = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port, timeout: 1000 });
    const end = (up: boolean): void => {
      socket.destroy();
      resolve(up);
    };
    socket
      .once('connect', () => socket.write('PING\r\n'))
      .once('data', (data) => end(/^(\+PONG|-NOAUTH)/.test(data.toString('latin1'))))
      .once('error', () => end(false))
      .once('timeout', () => end(false));
  });

const launch = (options: RedisOptions, port: number, dir: string): Promise<ManagedProcess> =>
  startProcess({
    name: 'Redis',
    command: 'redis-server',
    installHint: 'Install it: `apt install redis-server`, `brew install redis`, or use `docker compose up`.',
    args: [
      ...['--port', String(port), '--bind', '127.0.0.1', '--dir', dir, '--save', ''],
      ...['--appendonly', options.appendonly === false ? 'no' : 'yes'],
      ...['--maxmemory-policy', options.maxmemoryPolicy ?? 'noeviction'],
      ...(options.args ?? []),
    ],
    ...(options.logFile === undefined ? {} : { logFile: options.logFile }),
    ready: { check: () => answers(port), says: `PONG on port ${port}` },
  });

const portTaken = (error: unknown): boolean =>
  error instanceof FarmhandError && /Address already in use|bind: /i.test(error.message);

/** A real Redis on loopback, with the settings farmhand wants unless told otherwise. */
export const startRedis = async (options: RedisOptions = {}): Promise<RedisServer> => {
  const temporary = options.dir === undefined ? await tempDir('redis') : undefined;
  const dir = options.dir ?? temporary?.path ?? '';
  let port = options.port ?? (await freePort());
  let current: ManagedProcess | undefined;
  for (let attempt = 1; current === undefined; attempt++) {
    try {
      current = await launch(options, port, dir);
    } catch (error) {
      if (options.port !== undefined || attempt === 5 || !portTaken(error)) {
        await temporary?.[Symbol.asyncDispose]();
        throw error;
      }
      port = await freePort();
    }
  }
  let running = current;
  return {
    url: `redis://127.0.0.1:${port}`,
    port,
    dir,
    get process() {
      return running;
    },
    pause: () => running.pause(),
    resume: () => running.resume(),
    kill: () => running.kill(),
    restart: async () => {
      await running.stop();
      running = await launch(options, port, dir);
    },
    stop: () => running.stop(),
    [Symbol.asyncDispose]: async () => {
      await running.stop();
      await temporary?.[Symbol.asyncDispose]();
    },
  };
};
