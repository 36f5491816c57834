import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { type ExitCode, exitCodes } from './terminal/failure.ts';
import type { Terminal } from './terminal/terminal.ts';

/**
 * Runs `sandbox/main.ts` as a process of its own: no production file imports from there, and the production image
 * does not have it. Resolves when it ends.
 */
export const runSandbox = async (
  program: string,
  args: readonly string[],
  terminal: Terminal,
): Promise<ExitCode> => {
  if (!existsSync(program)) {
    terminal.err(
      [
        'farmhand: the sandbox is not in this installation: production images leave it out. Nothing was started.',
        'To get it, clone the repository and run there: npm ci && npm run sandbox',
      ].join('\n'),
    );
    return exitCodes.failed;
  }
  const child = spawn(process.execPath, [program, ...args], { stdio: 'inherit' });
  // A terminal sends SIGINT to both; SIGTERM comes only to this one. The child decides when it is done.
  const forward = (signal: NodeJS.Signals) => () => void child.kill(signal);
  const [onTerm, onInt] = [forward('SIGTERM'), () => {}];
  process.on('SIGTERM', onTerm).on('SIGINT', onInt);
  try {
    const code = await new Promise<number | null>((resolve, reject) => {
      child.once('error', reject).once('exit', resolve);
    });
    return code === 0 ? exitCodes.ok : exitCodes.failed;
  } finally {
    process.off('SIGTERM', onTerm).off('SIGINT', onInt);
  }
};
