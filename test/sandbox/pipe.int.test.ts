import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { until } from '../e2e/support/until.ts';

const program = fileURLToPath(new URL('../../sandbox/main.ts', import.meta.url));

/** Processes whose environment carries `mark`: everything that the sandbox started, whatever became of it. */
const marked = (mark: string): readonly string[] =>
  readdirSync('/proc').flatMap((pid) => {
    try {
      return readFileSync(`/proc/${pid}/environ`, 'utf8').includes(mark) ? [pid] : [];
    } catch {
      return [];
    }
  });

test.skipIf(process.platform !== 'linux')(
  'the sandbox whose reader goes away leaves nothing running',
  async () => {
    const mark = `SANDBOX_PIPE_TEST=${process.pid}`;
    const env = { ...process.env, SANDBOX_PIPE_TEST: String(process.pid) };
    const sandbox = spawn(process.execPath, [program, '--no-kafka', '--no-alerts', '--for', '600'], {
      env,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    // As `| head -4` does: some lines, and then the pipe is closed while everything is being started.
    const lines = createInterface({ input: sandbox.stdout });
    let seen = 0;
    for await (const _ of lines) if (++seen === 4) break;
    sandbox.stdout.destroy();
    const [code] = await once(sandbox, 'exit');
    expect(code).toBe(0);
    await until(
      'the end of all that was started',
      async () => marked(mark),
      (pids) => pids.length === 0,
      20_000,
    );
  },
);
