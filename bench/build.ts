import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const exec = promisify(execFile);
const root = join(import.meta.dirname, '..');

/** What Node takes from the chart's memory limit of 768 MiB: on a machine without limits it would let garbage lie. */
export const limitArgs = ['--max-old-space-size=384'];

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

const envOf = (dir: string): Readonly<Record<string, string>> => {
  const dockerfile = readFileSync(join(dir, 'Dockerfile'), 'utf8');
  const runtime = dockerfile.slice(dockerfile.lastIndexOf('\nFROM ')).replace(/\\\n/g, ' ');
  const pairs = runtime
    .split('\n')
    .filter((line) => line.startsWith('ENV '))
    .flatMap((line) => [...line.matchAll(/(\w+)=(\S+)/g)])
    .map(([, name = '', value = '']) => [name, value] as const);
  return Object.fromEntries(pairs.filter(([name]) => matters.test(name)));
};

/** As the sources are, for what looks into them: a profile by file. */
export const sources: Build = { name: 'the sources', main: join(root, 'src/main.ts'), env: envOf(root) };

/** Of a checkout, in a folder of its own; one of before there were bundles runs its sources. */
const buildIn = async (name: string, checkout: string, into: string): Promise<Build> => {
  const bundler = join(checkout, 'scripts/bundle/main.ts');
  if (!existsSync(bundler)) return { name, main: join(checkout, 'src/main.ts'), env: envOf(checkout) };
  await exec(process.execPath, [bundler, into]);
  const env = { ...envOf(checkout), NODE_COMPILE_CACHE: join(into, 'compile-cache') };
  // With the flags of the rig: compiled code is taken only by those who have the same.
  await exec(process.execPath, [...limitArgs, join(into, 'fill-compile-cache.js')], {
    env: { ...process.env, ...env },
  });
  return { name, main: join(into, 'main.js'), env };
};

export const thisBuild = (into: string): Promise<Build> => buildIn('this build', root, into);

/** @throws where this repository has no such state */
export const mustBeRef = async (ref: string): Promise<void> => {
  await exec('git', ['rev-parse', '--verify', '--quiet', `${ref}^{commit}`], { cwd: root }).catch(() => {
    throw new Error(
      `--against ${ref}: this repository has no such commit, branch or tag. Nothing was measured.`,
    );
  });
};

/** Checks another state of this repository out beside it, with the packages of this one. */
export const buildOfRef = async (ref: string, into: string): Promise<Build> => {
  const checkout = join(into, 'checkout');
  await mkdir(checkout, { recursive: true });
  const archive = join(into, 'archive.tar');
  await exec('git', ['archive', '--format=tar', `--output=${archive}`, ref], { cwd: root });
  await exec('tar', ['-xf', archive, '-C', checkout]);
  await symlink(join(root, 'node_modules'), join(checkout, 'node_modules'));
  return buildIn(ref, checkout, join(into, 'build'));
};
