import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { findCommand } from '../../../scripts/setup/machine.ts';

interface ToolRun {
  readonly ok: boolean;
  readonly output: string;
}

/** Runs promtool in a folder with these files, by their names. */
export const promtool = (args: readonly string[], files: Readonly<Record<string, unknown>>): ToolRun => {
  const command = findCommand('promtool');
  if (!command) throw new Error('promtool is not installed: npm run setup -- promtool');
  const folder = mkdtempSync(join(tmpdir(), 'farmhand-promtool-'));
  try {
    for (const [name, content] of Object.entries(files)) {
      writeFileSync(join(folder, name), typeof content === 'string' ? content : stringify(content));
    }
    const { status, stdout, stderr } = spawnSync(command, args, { cwd: folder, encoding: 'utf8' });
    return { ok: status === 0, output: `${stdout}${stderr}` };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};
