import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort } from '../../../sandbox/process/free-port.ts';
import type { ManagedProcess } from '../../../sandbox/process/process.ts';
import type { World } from '../../../sandbox/world/world.ts';
import { type Client, createClient } from './client.ts';

export interface Replica {
  readonly process: ManagedProcess;
  readonly client: Client;
}

/** One more farmhand in the same world: the same config, but for its own port, and the address of Redis where one is given. */
export const startReplica = async (
  world: World,
  spec: Parameters<World['start']>[0] = {},
  redisUrl = world.redis.url,
): Promise<Replica> => {
  const port = await freePort();
  const config = await readFile(world.configFile, 'utf8');
  const configFile = join(world.dir, `farmhand-${port}.yml`);
  const own = config.replace(`port: ${world.port}`, `port: ${port}`).replace(world.redis.url, redisUrl);
  await writeFile(configFile, own);
  return {
    process: await world.start({ ...spec, port, configFile }),
    client: createClient(world, `http://127.0.0.1:${port}`),
  };
};
