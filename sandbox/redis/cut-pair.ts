import { openSwitch, type Switch } from '../process/switch.ts';
import { admin, follow, lead, until } from './admin.ts';
import { type RedisServer, startRedis } from './start.ts';

/** A primary and a replica that change places, with a replication link that can be cut while the primary goes on. */
export interface CutPair extends AsyncDisposable {
  /** Leads to the primary, as a service does. */
  readonly address: Switch;
  primary(): RedisServer;
  replica(): RedisServer;
  /** From now on the replica gets nothing; the primary confirms writes as ever. */
  cut(): void;
  /** The replica becomes the primary with what it has; the one before follows it, and forgets what only it had. */
  promote(): Promise<void>;
  /** Until the replica has all that the primary has. */
  inStep(): Promise<void>;
}

interface Side {
  readonly server: RedisServer;
  /** The way to this one, for its replica. */
  readonly link: Switch;
}

export const startCutPair = async (): Promise<CutPair> => {
  await using starting = new AsyncDisposableStack();
  const side = async (): Promise<Side> => {
    const server = starting.use(await startRedis({ args: ['--repl-diskless-sync-delay', '0'] }));
    return { server, link: starting.use(await openSwitch(server.port)) };
  };
  let [leading, following] = await Promise.all([side(), side()]);
  const inStep = () =>
    until('a replica that has all', async () => {
      const [mine, its] = await Promise.all(
        [leading, following].map(({ server }) => admin(server, (redis) => redis.info('replication'))),
      );
      const offset = (text = '') => /^master_repl_offset:(\d+)/m.exec(text)?.[1];
      return /master_link_status:up/.test(its ?? '') && offset(mine) === offset(its);
    });
  await follow(following.server, leading.link.port);
  await inStep();
  const address = starting.use(await openSwitch(leading.server.port));
  const all = starting.move();
  return {
    address,
    primary: () => leading.server,
    replica: () => following.server,
    cut: () => leading.link.hold(),
    promote: async () => {
      const before = leading;
      [leading, following] = [following, leading];
      await lead(leading.server);
      address.leadTo(leading.server.port);
      await follow(before.server, leading.link.port);
      before.link.cut();
      before.link.release();
    },
    inStep,
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
};
