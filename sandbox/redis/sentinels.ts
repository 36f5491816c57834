import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { freePort } from '../process/free-port.ts';
import { startProcess } from '../process/process.ts';
import { tempDir } from '../process/temp-dir.ts';
import { until } from './admin.ts';
import { type RedisServer, startRedis } from './start.ts';

export interface SentinelOptions {
  /** Of the servers. */
  readonly password?: string;
  /** Of the Sentinels themselves. */
  readonly sentinelPassword?: string;
  /** PEM files: servers and Sentinels then speak TLS to each other, and ask clients for a certificate. */
  readonly tls?: { readonly ca: string; readonly cert: string; readonly key: string };
}

/** A primary, its replica, and three Sentinels that watch them. */
export interface SentinelGroup extends AsyncDisposable {
  readonly name: string;
  /** Of the Sentinels, host:port. */
  readonly nodes: readonly string[];
  readonly servers: readonly [RedisServer, RedisServer];
  /** The port that clients use of a server: its TLS port, where it has one. */
  portOf(server: RedisServer): number;
  /** To each Sentinel. */
  tell(...command: readonly string[]): Promise<void>;
}

const name = 'farm';

export const startSentinelGroup = async (options: SentinelOptions = {}): Promise<SentinelGroup> => {
  const { password, sentinelPassword, tls } = options;
  await using starting = new AsyncDisposableStack();
  const auth = password === undefined ? [] : ['--requirepass', password, '--masterauth', password];
  const tlsPorts = new Map<number, number>();
  const server = async (more: readonly string[]): Promise<RedisServer> => {
    const tlsPort = await freePort();
    const args = [
      '--repl-diskless-sync-delay',
      '0',
      ...auth,
      ...(tls
        ? Object.entries(tlsSettings(tls, tlsPort)).flatMap(([key, value]) => [`--${key}`, value])
        : []),
      ...more,
    ];
    const started = starting.use(await startRedis({ args }));
    if (tls) tlsPorts.set(started.port, tlsPort);
    return started;
  };
  const portOf = ({ port }: RedisServer): number => tlsPorts.get(port) ?? port;
  const first = await server([]);
  const second = await server(['--replicaof', '127.0.0.1', String(portOf(first))]);
  const sentinels: { node: string; plain: number }[] = [];
  for (let i = 0; i < 3; i++) {
    const dir = starting.use(await tempDir('sentinel'));
    const [port, tlsPort] = [await freePort(), await freePort()];
    const conf = join(dir.path, 'sentinel.conf');
    const lines = [
      `port ${port}`,
      ...['bind 127.0.0.1', `dir ${dir.path}`],
      ...(tls ? Object.entries(tlsSettings(tls, tlsPort)).map((setting) => setting.join(' ')) : []),
      ...(sentinelPassword === undefined ? [] : [`requirepass ${sentinelPassword}`]),
      `sentinel monitor ${name} 127.0.0.1 ${portOf(first)} 2`,
      ...(password === undefined ? [] : [`sentinel auth-pass ${name} ${password}`]),
      `sentinel down-after-milliseconds ${name} 1000`,
      `sentinel failover-timeout ${name} 5000`,
    ];
    await writeFile(conf, `${lines.join('\n')}\n`);
    const started = await startProcess({
      name: 'Sentinel',
      command: 'redis-server',
      args: [conf, '--sentinel'],
      ready: { port },
    });
    starting.defer(() => started.stop().then(() => undefined));
    sentinels.push({ node: `127.0.0.1:${tls ? tlsPort : port}`, plain: port });
  }
  const all = async (command: readonly string[]): Promise<unknown[]> => {
    const asked = sentinels.map(async ({ plain }) => {
      const admin = new Redis({
        port: plain,
        ...(sentinelPassword !== undefined && { password: sentinelPassword }),
      });
      try {
        return await admin.call('SENTINEL', [...command]);
      } finally {
        admin.disconnect();
      }
    });
    return Promise.all(asked);
  };
  // They find each other and the replica through the primary.
  await until('Sentinels that have found each other', async () => {
    const [others, replicas] = [await all(['sentinels', name]), await all(['replicas', name])];
    const has = (n: number) => (list: unknown) => Array.isArray(list) && list.length >= n;
    return others.every(has(2)) && replicas.every(has(1));
  });
  const held = starting.move();
  return {
    name,
    nodes: sentinels.map(({ node }) => node),
    servers: [first, second],
    portOf,
    tell: async (...command) => {
      await all(command);
    },
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  };
};

const tlsSettings = ({ ca, cert, key }: NonNullable<SentinelOptions['tls']>, port: number) => ({
  'tls-port': String(port),
  ...{ 'tls-ca-cert-file': ca, 'tls-cert-file': cert, 'tls-key-file': key },
  ...{ 'tls-replication': 'yes', 'tls-auth-clients': 'yes' },
});
