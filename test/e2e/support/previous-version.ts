import { execFile } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { tempDir } from '../../../sandbox/process/temp-dir.ts';

const run = promisify(execFile);
const root = join(import.meta.dirname, '../../..');
const records = 'test/fixtures/records';

export interface PreviousVersion extends AsyncDisposable {
  readonly version: string;
  readonly commit: string;
  /** Its program, from its own sources, with the packages of this checkout. */
  readonly main: string;
}

/** The version before this one: the newest whose records are kept, and that is another one. */
const previousVersion = (): string => {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const others = readdirSync(join(root, records))
    .map((name) => name.replace('.json.gz', ''))
    .filter((name) => name !== version)
    .toSorted((a, b) => a.localeCompare(b, 'en', { numeric: true }));
  return others.at(-1) ?? '';
};

/**
 * The version before, as it was when its records were kept; undefined where git's history does not go back that far (an
 * archive, a shallow clone): what it left in Redis is read from the fixtures then, and it does not run beside this one.
 */
export const openPreviousVersion = async (): Promise<PreviousVersion | undefined> => {
  const version = previousVersion();
  const git = (...args: readonly string[]) =>
    run('git', ['-C', root, ...args]).then(({ stdout }) => stdout.trim());
  const kept = `${records}/${version}.json.gz`;
  const commit = await git('log', '--diff-filter=A', '--format=%H', '-1', '--', kept).catch(() => '');
  // Where a shallow history ends, everything seems to be added.
  const shallow = await git('rev-parse', '--is-shallow-repository').catch(() => 'true');
  if (commit === '' || shallow === 'true') return undefined;
  await using cleanup = new AsyncDisposableStack();
  const dir = cleanup.use(await tempDir('previous')).path;
  const tree = join(dir, 'tree');
  mkdirSync(tree);
  await git('archive', '--output', join(dir, 'tree.tar'), commit, 'src', 'commands', 'views', 'package.json');
  await run('tar', ['-xf', join(dir, 'tree.tar'), '-C', tree]);
  symlinkSync(join(root, 'node_modules'), join(tree, 'node_modules'));
  const opened = cleanup.move();
  return {
    ...{ version, commit, main: join(tree, 'src/main.ts') },
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
};
