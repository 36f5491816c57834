import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Machine } from './plan.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Where tools that farmhand builds itself are kept; outside of the repository's history. */
export const toolsDir = join(root, '.cache', 'tools');

const extraDirs = [
  toolsDir,
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
