import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { builtDirs } from '../setup/machine.ts';
import { failuresOf } from './failures.ts';
import { type Report, type Tally, tallyOf } from './tally.ts';

export const root = fileURLToPath(new URL('../..', import.meta.url));
const modules = join(root, 'node_modules');

export interface StepResult extends Tally {
  readonly seconds: number;
  /** What failed, a few lines each. */
  readonly failures: readonly string[];
}

const runNode = (args: readonly string[]): number => {
  const path = [join(modules, '.bin'), process.env['PATH'], ...builtDirs].join(delimiter);
  const { status } = spawnSync(process.execPath, [...args], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, PATH: path },
  });
  return status ?? 1;
};

const timed = (title: string, work: () => Omit<StepResult, 'seconds'>): StepResult => {
  console.log(`\n── ${title}`);
  const start = performance.now();
  const tally = work();
  const seconds = (performance.now() - start) / 1000;
  console.log(`   ${tally.failed === 0 ? 'ok' : 'FAILED'}, ${seconds.toFixed(1)} s`);
  return { ...tally, seconds };
};

/** A tool of the project, counted as one test. */
export const toolStep = (title: string, script: string, args: readonly string[] = []): StepResult =>
  timed(title, () => {
    const ok = runNode([join(modules, script), ...args]) === 0;
    return { passed: ok ? 1 : 0, failed: ok ? 0 : 1, failures: ok ? [] : [title] };
  });

interface TestSelection {
  /** Which tests, by their tags, as vitest's `--tags-filter` reads it. */
  readonly tags: string;
  /** Files whose parts are not there. */
  readonly exclude?: readonly string[];
  /** How many files at once; absent: as `vitest.config.ts` says. */
  readonly atOnce?: number;
}

/** Tests of some vitest projects. */
export const vitestStep = (
  title: string,
  projects: readonly string[],
  { tags, exclude = [], atOnce }: TestSelection,
): StepResult =>
  timed(title, () => {
    const file = join(root, '.vitest', `${projects.join('-')}.json`);
    rmSync(file, { force: true });
    const exitCode = runNode([
      join(modules, 'vitest/vitest.mjs'),
      'run',
      ...projects.flatMap((project) => ['--project', project]),
      ...['--tags-filter', tags, '--passWithNoTests'],
      ...['--reporter=default', '--reporter=json', `--outputFile.json=${file}`],
      ...(atOnce === undefined ? [] : [`--maxWorkers=${atOnce}`]),
      ...exclude.flatMap((path) => ['--exclude', path]),
    ]);
    const report = readReport(file);
    const failures = failuresOf(report, root);
    const tally = tallyOf(report, exitCode);
    const unnamed = `${title}: ended with ${exitCode}, see above`;
    return { ...tally, failures: tally.failed > 0 && failures.length === 0 ? [unnamed] : failures };
  });

const readReport = (file: string): Report | undefined => {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
};
