import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { freePort } from '../../../sandbox/process/free-port.ts';
import type { ManagedProcess } from '../../../sandbox/process/process.ts';
import type { World } from '../../../sandbox/world/world.ts';
import { type Client, createClient } from './client.ts';

export interface Replica {
  readonly process: ManagedProcess;
  readonly client: Client;
}

/** Sections of a config in the place of the world's own. */
export type Sections = Readonly<Record<string, unknown>>;

/** One more farmhand in the same world: the same config, but for its own port, and the sections given. */
export const startReplica = async (
  world: World,
  spec: Parameters<World['start']>[0] = {},
  sections: Sections = {},
): Promise<Replica> => {
  const port = await freePort();
  const configFile = await writeConfig(world, port, sections);
  return {
    process: await world.start({ ...spec, port, configFile }),
    client: createClient(world, `http://127.0.0.1:${port}`),
  };
};

/** The file of a config for that port, with these sections. */
export const writeConfig = async (world: World, port: number, sections: Sections): Promise<string> => {
  const file = join(world.dir, `farmhand-${port}.yml`);
  const config = parse(await readFile(world.configFile, 'utf8'));
  await writeFile(file, stringify({ ...config, http: { ...config.http, port }, ...sections }));
  return file;
};
