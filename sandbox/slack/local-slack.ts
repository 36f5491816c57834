import { writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { FarmhandError } from '../../src/core/errors.ts';
import { freePort } from '../process/free-port.ts';
import { startProcess } from '../process/process.ts';
import { tempDir } from '../process/temp-dir.ts';
import { localSlackConfig, type SlackSeed } from './control/seed.ts';

export interface LocalSlack extends AsyncDisposable {
  readonly port: number;
  /** `localhost:PORT`, as it writes itself into its answers. */
  readonly ownHost: string;
}

/** Why there is no local Slack on this machine; undefined when there is one. */
export const localSlackMissing = (): string | undefined => {
  if (binary() !== undefined) return undefined;
  return (
    `There is no local Slack for ${process.platform}-${process.arch} here: the npm package local-slack-linux-x64 ` +
    'is not installed. Nothing was started. On 64-bit Linux run `npm ci` (without --omit=optional); elsewhere use ' +
    '`docker compose up`, or point slack.api_url at a test workspace.'
  );
};

const binary = (): string | undefined => {
  try {
    const manifest = createRequire(import.meta.url).resolve('local-slack-linux-x64/package.json');
    return process.platform === 'linux' && process.arch === 'x64'
      ? join(dirname(manifest), 'bin', 'local-slack')
      : undefined;
  } catch {
    return undefined;
  }
};

/** Binds its server to loopback: it has no option for that, and its runtime loads this file before it. */
const loopbackOnly =
  "const serve = Bun.serve;\nBun.serve = (options) => serve({ ...options, hostname: '127.0.0.1' });\n";

/** The program itself, on loopback, with the seed as its workspace. The gateway stands before it. */
export const startLocalSlack = async (seed: SlackSeed): Promise<LocalSlack> => {
  const command = binary();
  if (command === undefined) throw new FarmhandError('local_slack_missing', localSlackMissing() ?? '');
  const dir = await tempDir('slack');
  try {
    await writeFile(join(dir.path, 'config.json'), JSON.stringify(localSlackConfig(seed)));
    await writeFile(join(dir.path, 'loopback.js'), loopbackOnly);
    await writeFile(join(dir.path, 'bunfig.toml'), 'preload = ["./loopback.js"]\n');
    const port = await freePort();
    const running = await startProcess({
      name: 'Local Slack',
      command,
      args: ['--config', 'config.json', '--port', String(port), '--files-dir', join(dir.path, 'files')],
      cwd: dir.path,
      ready: { port },
    });
    return {
      port,
      ownHost: `localhost:${port}`,
      [Symbol.asyncDispose]: async () => {
        await running.stop();
        await dir[Symbol.asyncDispose]();
      },
    };
  } catch (error) {
    await dir[Symbol.asyncDispose]();
    throw error;
  }
};
