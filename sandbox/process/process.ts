import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { formatDuration } from '../../src/core/duration.ts';
import { FarmhandError } from '../../src/core/errors.ts';
import { createLogTail } from './log-tail.ts';
import { portOpen, type Ready, sayReady } from './ready.ts';

export interface ProcessSpec {
  /** How people call it: `Redis`, `Kafka`. */
  readonly name: string;
  readonly command: string;
  readonly args?: readonly string[];
  readonly cwd?: string;
  /** The whole environment; default: this process's own. */
  readonly env?: NodeJS.ProcessEnv;
  /** The output is appended here as well as kept in memory (the last 400 lines). */
  readonly logFile?: string;
  /** Without it the process counts as ready once it is spawned. */
  readonly ready?: Ready;
  /** Milliseconds; default 60 s, for a busy machine. */
  readonly readyTimeout?: number;
  /** Milliseconds between SIGTERM and SIGKILL of the group; default 5 s. */
  readonly stopTimeout?: number;
  /** What to do when the program is not installed, one sentence. */
  readonly installHint?: string;
}

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface ManagedProcess extends AsyncDisposable {
  readonly name: string;
  readonly pid: number;
  readonly running: boolean;
  readonly exited: Promise<Exit>;
  tail(count?: number): readonly string[];
  /** Resolves with the first line, past or coming, that matches. */
  waitForLine(pattern: RegExp, timeout?: number): Promise<string>;
  /** Sends a signal to the whole process group; nothing happens when it is gone. */
  signal(signal: NodeJS.Signals): void;
  /** SIGSTOP: it keeps its connections and answers nothing. */
  pause(): void;
  /** SIGCONT. */
  resume(): void;
  /** SIGKILL to the group. */
  kill(): Promise<Exit>;
  /** SIGTERM, then SIGKILL to the group when the time is up. Safe to call twice. */
  stop(): Promise<Exit>;
}

const groups = new Set<number>();
const signalGroup = (pid: number, signal: NodeJS.Signals): void => {
  try {
    process.kill(-pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
};
// A crash or process.exit() of the parent leaves no orphans; only its own SIGKILL can.
process.on('exit', () => {
  for (const pid of groups) signalGroup(pid, 'SIGKILL');
});

const indent = (lines: readonly string[]): string =>
  lines.length === 0 ? '  (it printed nothing)' : lines.map((line) => `  ${line}`).join('\n');

const spawned = (child: ChildProcess, spec: ProcessSpec): Promise<number> =>
  new Promise((resolve, reject) => {
    child.once('spawn', () => resolve(child.pid as number));
    child.once('error', (error: NodeJS.ErrnoException) => {
      const why = error.code === 'ENOENT' ? 'was not found' : `could not be started: ${error.message}`;
      const hint = spec.installHint === undefined ? '' : ` ${spec.installHint}`;
      reject(
        new FarmhandError('process_not_started', `${spec.name}: ${spec.command} ${why}.${hint}`, {
          cause: error,
        }),
      );
    });
  });

/**
 * Starts a program in a process group of its own and waits until it is ready. When it isn't in time, or exits
 * before, the group is killed and the error shows its last lines; nothing is left running.
 */
export const startProcess = async (spec: ProcessSpec): Promise<ManagedProcess> => {
  const child = spawn(spec.command, [...(spec.args ?? [])], {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    cwd: spec.cwd,
    env: spec.env ?? process.env,
  });
  // At once: an exit of this process between here and the next line leaves nothing behind.
  if (child.pid !== undefined) groups.add(child.pid);
  const tail = createLogTail(400);
  const file = spec.logFile === undefined ? undefined : createWriteStream(spec.logFile, { flags: 'a' });
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (chunk: string) => {
      tail.push(chunk);
      file?.write(chunk);
    });
  }
  const exited = new Promise<Exit>((resolve) => {
    child.once('close', (code, signal) => {
      file?.end();
      resolve({ code, signal });
    });
  });
  let running = true;
  child.once('exit', () => {
    running = false;
    if (child.pid === undefined) return;
    groups.delete(child.pid);
    // Whatever the program had started goes with it.
    signalGroup(child.pid, 'SIGKILL');
  });
  const pid = await spawned(child, spec);

  const kill = (): Promise<Exit> => {
    if (running) signalGroup(pid, 'SIGKILL');
    return exited;
  };
  const stop = async (): Promise<Exit> => {
    if (running) {
      // A stopped (SIGSTOP) process would never see the SIGTERM.
      signalGroup(pid, 'SIGCONT');
      signalGroup(pid, 'SIGTERM');
      const cancel = new AbortController();
      const late = sleep(spec.stopTimeout ?? 5000, 'late' as const, { signal: cancel.signal });
      late.catch(() => undefined);
      const first = await Promise.race([exited, late]);
      cancel.abort();
      if (first === 'late') return kill();
    }
    return exited;
  };
  const fail = async (code: string, what: string): Promise<never> => {
    await kill();
    const log = spec.logFile === undefined ? '' : `\nThe whole log: ${spec.logFile}`;
    throw new FarmhandError(
      code,
      `${spec.name} ${what}. Nothing of it is left running. Its last lines:\n${indent(tail.lines(25))}${log}`,
    );
  };
  const waitForLine = (pattern: RegExp, timeout = 45_000): Promise<string> => {
    const known = tail.lines().find((line) => pattern.test(line));
    if (known !== undefined) return Promise.resolve(known);
    return new Promise((resolve, reject) => {
      const end = (settle: () => void): void => {
        clearTimeout(timer);
        forget();
        settle();
      };
      const refuse = (what: string) => () =>
        end(() =>
          reject(new Error(`${spec.name} ${what} ${pattern}; last lines:\n${indent(tail.lines(25))}`)),
        );
      const timer = setTimeout(refuse(`printed within ${formatDuration(timeout)} no line like`), timeout);
      const forget = tail.onLine((line) => {
        if (pattern.test(line)) end(() => resolve(line));
      });
      void exited.then(refuse('exited before it printed a line like'));
    });
  };

  const managed: ManagedProcess = {
    name: spec.name,
    pid,
    get running() {
      return running;
    },
    exited,
    tail: tail.lines,
    waitForLine,
    signal: (signal) => {
      if (running) signalGroup(pid, signal);
    },
    pause: () => managed.signal('SIGSTOP'),
    resume: () => managed.signal('SIGCONT'),
    kill,
    stop,
    [Symbol.asyncDispose]: async () => {
      await stop();
    },
  };

  const { ready } = spec;
  if (ready === undefined) return managed;
  const deadline = performance.now() + (spec.readyTimeout ?? 60_000);
  let seen = false;
  const forget = tail.onLine((line) => {
    if ('line' in ready && ready.line.test(line)) seen = true;
  });
  if ('line' in ready) seen = tail.lines().some((line) => ready.line.test(line));
  const check = async (): Promise<boolean> =>
    seen || ('port' in ready && (await portOpen(ready.port))) || ('check' in ready && (await ready.check()));
  while (!(await check())) {
    if (!running) {
      const { code, signal } = await exited;
      return fail('process_exited', `ended (${signal ?? `exit code ${code}`}) before it was ready`);
    }
    if (performance.now() > deadline) {
      const limit = formatDuration(spec.readyTimeout ?? 60_000);
      return fail('process_not_ready', `was not ready within ${limit} (waited for ${sayReady(ready)})`);
    }
    await sleep(25);
  }
  forget();
  return managed;
};
