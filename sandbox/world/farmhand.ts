import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type ManagedProcess, startProcess } from '../process/process.ts';

const ownMain = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

export interface FarmhandSpec {
  readonly configFile: string;
  readonly port: number;
  readonly env: Readonly<Record<string, string>>;
  readonly role?: string;
  readonly logFile?: string;
  /** Flags for Node itself, such as `--import`. */
  readonly nodeArgs?: readonly string[];
  readonly readyTimeout?: number;
  /** The program; default: this checkout's, from its sources. */
  readonly main?: string;
}

/** farmhand as people run it: a process of its own, ready when its own probe says so. */
export const startFarmhand = (spec: FarmhandSpec): Promise<ManagedProcess> =>
  startProcess({
    name: 'farmhand',
    command: process.execPath,
    args: [
      ...(spec.nodeArgs ?? []),
      spec.main ?? ownMain,
      'serve',
      '--role',
      spec.role ?? 'all',
      '--config',
      spec.configFile,
    ],
    env: { ...ownEnv(), ...spec.env },
    ready: {
      check: () =>
        fetch(`http://127.0.0.1:${spec.port}/readyz`).then(
          (answer) => answer.ok,
          () => false,
        ),
      says: 'its probe /readyz',
    },
    readyTimeout: spec.readyTimeout ?? 60_000,
    stopTimeout: 20_000,
    ...(spec.logFile !== undefined && { logFile: spec.logFile }),
  });

/** A command of farmhand that comes to its end; its standard output. Rejects with what it says when it fails. */
export const runFarmhand = async (
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<string> => {
  const whole = { env: { ...ownEnv(), ...env }, timeout: 120_000 };
  return (await promisify(execFile)(process.execPath, [ownMain, ...args], whole)).stdout;
};

const ownEnv = () => ({ PATH: process.env['PATH'], HOME: process.env['HOME'] });
