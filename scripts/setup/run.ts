import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { constants, setPriority } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildDir, findCommand, thisMachine } from './machine.ts';
import type { Part, PartId } from './parts.ts';
import { installSteps, type Step, type Unmet, unmetOf } from './plan.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/**
 * Brings the parts of the long tests while others run, in a process of its own that gives way to them (its log:
 * `.vitest/parts.log`). What is answered waits for its end and says what is unmet; undefined: all were there.
 */
export const setUpMeanwhile = (wanted: readonly Part[]): (() => Promise<readonly Unmet[]>) | undefined => {
  const machine = thisMachine();
  if (installSteps(wanted, new Set(), machine, buildDir).length === 0) return undefined;
  mkdirSync(join(root, '.vitest'), { recursive: true });
  const log = join(root, '.vitest', 'parts.log');
  const to = openSync(log, 'w');
  const start = performance.now();
  const child = spawn(process.execPath, [join(root, 'scripts/setup.ts'), 'long'], {
    cwd: root,
    stdio: ['ignore', to, to],
  });
  closeSync(to);
  if (child.pid !== undefined) setPriority(child.pid, constants.priority.PRIORITY_LOW);
  const ended = once(child, 'exit');
  const names = wanted.map(({ name }) => name).join(', ');
  console.log(`Meanwhile, for the long tests: ${names} (see .vitest/parts.log).`);
  return async () => {
    const waits = performance.now();
    await ended;
    const seconds = (from: number): string => ((performance.now() - from) / 1000).toFixed(0);
    console.log(`\nParts of the long tests: after ${seconds(start)} s, waited for ${seconds(waits)} s`);
    const unmet = unmetOf(wanted, thisMachine());
    if (unmet.length > 0) console.log(readFileSync(log, 'utf8').split('\n').slice(-30).join('\n'));
    return unmet;
  };
};

/**
 * Installs what is absent of `wanted`, saying what and why, and asking nothing. Fast when all is there.
 * Returns what is still unmet, with what the person can do about it.
 */
export const setUp = (
  wanted: readonly Part[],
  asked: ReadonlySet<PartId> = new Set(),
  say: (line: string) => void = console.log,
): readonly Unmet[] => {
  const machine = thisMachine();
  const steps = installSteps(wanted, asked, machine, buildDir);
  for (const step of steps) run(step, say);
  const unmet = unmetOf(wanted, machine);
  if (unmet.length === 0) say(`All parts are there: ${wanted.map((part) => part.name).join(', ')}.`);
  for (const { part, advice } of unmet) say(`Not met: ${part.name} (${part.why}). To have it:\n  ${advice}`);
  return unmet;
};

const run = (step: Step, say: (line: string) => void): void => {
  say(`Installing ${step.parts.map((part) => `${part.name} (${part.why})`).join(', ')}:`);
  say(`  $ ${step.command.join(' ')}`);
  const [command = '', ...args] = step.command;
  const go = findCommand('go');
  const path = [process.env['PATH'], ...(go ? [dirname(go)] : [])].join(delimiter);
  const result = spawnSync(command, args, {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, ...step.env, PATH: path },
  });
  if (result.status !== 0) say(`That failed: ${result.error?.message ?? `exit code ${result.status}`}.`);
};
