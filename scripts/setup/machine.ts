import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Part, type PartId, parts } from './parts.ts';
import type { Machine } from './plan.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

const cacheDir = process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache');

/** Where a part that farmhand builds itself is kept: in the user's cache, so that it outlives this folder. */
export const buildDir = ({ id, build }: Part): string =>
  join(cacheDir, 'farmhand', `${id}-${build?.version ?? 'none'}`);

/** The same, by its name. */
export const partDir = (id: PartId): string => {
  const part = parts.find((each) => each.id === id);
  if (part === undefined) throw new Error(`no part is called ${id}`);
  return buildDir(part);
};

/** Where the commands of all of them are. */
export const builtDirs: readonly string[] = parts.flatMap((part) => (part.build ? [buildDir(part)] : []));

const extraDirs = [
  ...builtDirs,
  join(root, 'node_modules', 'local-slack-linux-x64', 'bin'),
  '/usr/local/go/bin',
  '/Applications/Chromium.app/Contents/MacOS',
  '/Applications/Google Chrome.app/Contents/MacOS',
];
const macNames: Readonly<Record<string, string>> = { chromium: 'Chromium', 'google-chrome': 'Google Chrome' };

/** The path of a command, looked for on PATH and where farmhand keeps its own tools; undefined when absent. */
export const findCommand = (command: string): string | undefined => {
  const dirs = [...(process.env['PATH'] ?? '').split(delimiter), ...extraDirs].filter((dir) => dir !== '');
  const names = [command, ...(macNames[command] === undefined ? [] : [macNames[command]])];
  for (const path of dirs.flatMap((dir) => names.map((name) => join(dir, name)))) {
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      // not here
    }
  }
  return undefined;
};

const aptAccess = (): Machine['apt'] => {
  if (!findCommand('apt-get')) return 'absent';
  if (process.getuid?.() === 0) return 'root';
  return spawnSync('sudo', ['-n', 'true'], { stdio: 'ignore' }).status === 0 ? 'sudo' : 'needs-password';
};

export const thisMachine = (): Machine => ({
  platform: process.platform,
  arch: process.arch,
  apt: aptAccess(),
  go: findCommand('go') !== undefined,
  ci: process.env['CI'] === 'true',
  has: (command) => findCommand(command) !== undefined,
});
