import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { admin, until } from './admin.ts';
import { type RedisServer, startRedis } from './start.ts';

/** Three primaries with a replica each. */
export interface RedisCluster extends AsyncDisposable {
  readonly nodes: readonly RedisServer[];
  /** Who has this key now, and who is its replica. */
  shardOf(
    key: string,
  ): Promise<{ readonly slot: number; readonly primary: RedisServer; readonly replica: RedisServer }>;
  /** Moves the slot of this key to another primary, key by key. */
  move(key: string, to: RedisServer): Promise<void>;
}

export const startRedisCluster = async (): Promise<RedisCluster> => {
  await using starting = new AsyncDisposableStack();
  const nodes: RedisServer[] = [];
  const args = [
    '--cluster-enabled',
    'yes',
    '--cluster-node-timeout',
    '2000',
    '--repl-diskless-sync-delay',
    '0',
  ];
  for (let i = 0; i < 6; i++) nodes.push(starting.use(await startRedis({ args })));
  const addresses = nodes.map(({ port }) => `127.0.0.1:${port}`);
  await promisify(execFile)('redis-cli', [
    ...['--cluster', 'create', ...addresses, '--cluster-replicas', '1', '--cluster-yes'],
  ]);
  const byPort = (port: unknown): RedisServer => {
    const node = nodes.find((one) => one.port === Number(port));
    if (!node) throw new Error(`The cluster names a node that nobody started: ${port}.`);
    return node;
  };
  const shardOf: RedisCluster['shardOf'] = async (key) => {
    const alive = nodes.find(({ process }) => process.running);
    return admin(alive ?? byPort(0), async (redis) => {
      const slot = Number(await redis.cluster('KEYSLOT', key));
      const ranges = (await redis.call('CLUSTER', 'SLOTS')) as [
        number,
        number,
        ...[string, number, string][],
      ][];
      const own = ranges.find(([first, last]) => first <= slot && slot <= last);
      return { slot, primary: byPort(own?.[2]?.[1]), replica: byPort(own?.[3]?.[1]) };
    });
  };
  const all = starting.move();
  // Replicas are there a moment after the cluster says that it is.
  await until('a cluster whose replicas are known', () => shardOf('x').then(Boolean, () => false));
  return {
    nodes,
    shardOf,
    move: async (key, to) => {
      const { slot, primary } = await shardOf(key);
      const [from, onto] = await Promise.all(
        [primary, to].map((node) => admin(node, (redis) => redis.cluster('MYID'))),
      );
      await admin(to, (redis) => redis.cluster('SETSLOT', slot, 'IMPORTING', String(from)));
      await admin(primary, async (redis) => {
        await redis.cluster('SETSLOT', slot, 'MIGRATING', String(onto));
        for (;;) {
          const keys = await redis.cluster('GETKEYSINSLOT', slot, 100);
          if (keys.length === 0) break;
          await redis.call('MIGRATE', '127.0.0.1', String(to.port), '', '0', '5000', 'KEYS', ...keys);
        }
      });
      for (const node of [to, primary]) {
        await admin(node, (redis) => redis.cluster('SETSLOT', slot, 'NODE', String(onto)));
      }
    },
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
};

/** One node that has every slot: it refuses a script or a transaction whose keys lie in two of them. */
export const startClusterNode = async (): Promise<RedisServer> => {
  const server = await startRedis({ args: ['--cluster-enabled', 'yes'] });
  await admin(server, async (redis) => {
    await redis.call('CLUSTER', 'ADDSLOTSRANGE', '0', '16383');
    await until('a cluster that is up', async () =>
      /cluster_state:ok/.test(String(await redis.cluster('INFO'))),
    );
  });
  return server;
};
