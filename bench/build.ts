import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const exec = promisify(execFile);
const root = join(import.meta.dirname, '..');

/** farmhand as an image has it. */
export interface Build {
  /** `this build`, or the ref it was checked out from. */
  readonly name: string;
  /** The program. */
  readonly main: string;
  /** What its Dockerfile sets for Node and for the allocator. */
  readonly env: Readonly<Record<string, string>>;
}

/** What of a Dockerfile's environment says how the process runs. */
const matters = /^(NODE_OPTIONS|MALLOC_\w+)$/;

const envOf = (dockerfile: string): Readonly<Record<string, string>> => {
  const runtime = dockerfile.slice(dockerfile.lastIndexOf('\nFROM ')).replace(/\\\n/g, ' ');
  const pairs = runtime
    .split('\n')
    .filter((line) => line.startsWith('ENV '))
    .flatMap((line) => [...line.matchAll(/(\w+)=("[^"]*"|\S+)/g)])
    .map(([, name = '', value = '']) => [name, value.replace(/^"(.*)"$/, '$1')] as const);
  return Object.fromEntries(pairs.filter(([name]) => matters.test(name)));
};

/** The build of a checkout. */
const buildIn = async (name: string, dir: string): Promise<Build> => ({
  name,
  main: join(dir, 'src/main.ts'),
  env: envOf(readFileSync(join(dir, 'Dockerfile'), 'utf8')),
});

export const thisBuild = (): Promise<Build> => buildIn('this build', root);

/** Checks another state of this repository out beside it, with the packages of this one. */
export const buildOfRef = async (ref: string, into: string): Promise<Build> => {
  await mkdir(into, { recursive: true });
  const archive = join(into, 'archive.tar');
  await exec('git', ['archive', '--format=tar', `--output=${archive}`, ref], { cwd: root });
  await exec('tar', ['-xf', archive, '-C', into]);
  if (!existsSync(join(into, 'node_modules'))) {
    await symlink(join(root, 'node_modules'), join(into, 'node_modules'));
  }
  return buildIn(ref, into);
};
