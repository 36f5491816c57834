import { openSwitch, type Switch } from '../process/switch.ts';
import { admin, follow, followed, lead, until } from './admin.ts';
import { type RedisServer, startRedis } from './start.ts';

/** A primary with a replica that has all it has, and an address that leads to the primary, as a service does. */
export interface RedisPair extends AsyncDisposable {
  readonly first: RedisServer;
  readonly second: RedisServer;
  readonly address: Switch;
  /** `FAILOVER` of the first, which loses nothing; then the address leads to the second. Clients are not cut. */
  failOver(): Promise<void>;
  /** As an operator does it by hand: the second is promoted first. Writes of that moment may be lost. */
  promote(): Promise<void>;
}

/** `primary`: one that runs already, and is left running at the end. */
export const startRedisPair = async (primary?: RedisServer): Promise<RedisPair> => {
  await using starting = new AsyncDisposableStack();
  const first = primary ?? starting.use(await startRedis());
  await admin(first, (redis) => redis.config('SET', 'repl-diskless-sync-delay', '0'));
  const second = starting.use(await startRedis({ args: ['--replicaof', '127.0.0.1', String(first.port)] }));
  await followed(second);
  const address = starting.use(await openSwitch(first.port));
  const all = starting.move();
  return {
    first,
    second,
    address,
    failOver: async () => {
      await admin(first, (redis) => redis.call('FAILOVER'));
      // A service leads elsewhere once the roles have changed.
      await until('another primary', () =>
        admin(second, async (redis) => /^role:master/m.test(await redis.info('replication'))),
      );
      address.leadTo(second.port);
    },
    promote: async () => {
      await lead(second);
      await follow(first, second.port);
      address.leadTo(second.port);
    },
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
};
