import { spawnSync } from 'node:child_process';
import { delimiter, dirname } from 'node:path';
import { findCommand, thisMachine, toolsDir } from './machine.ts';
import type { Part, PartId } from './parts.ts';
import { installSteps, type Step, type Unmet, unmetOf } from './plan.ts';

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
  const steps = installSteps(wanted, asked, machine, toolsDir);
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
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, ...step.env, PATH: path },
  });
  if (result.status !== 0) say(`That failed: ${result.error?.message ?? `exit code ${result.status}`}.`);
};
