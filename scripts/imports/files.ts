import { globSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { readSource, type SourceFacts } from './read.ts';

/** Every source file under `folders`, by its path from `root`, read and parsed. */
export const readTree = (root: string, folders: readonly string[]): ReadonlyMap<string, SourceFacts> =>
  new Map(
    folders
      .flatMap((folder) => globSync(`${folder}/**/*.{ts,mjs}`, { cwd: root }))
      .map((path) => path.replaceAll('\\', '/'))
      .sort()
      .map((path) => [path, readSource(path, readFileSync(join(root, path), 'utf8'))]),
  );

/** The file that a relative import means, as a path from the root; undefined for a package. */
export const fileOf = (importer: string, specifier: string): string | undefined =>
  specifier.startsWith('.') ? posix.normalize(posix.join(posix.dirname(importer), specifier)) : undefined;

/** The package that a bare import means: `node:fs`, `zod`, `@slack/bolt`; undefined for a file. */
export const packageOf = (specifier: string): string | undefined => {
  if (specifier.startsWith('.')) return undefined;
  if (specifier.startsWith('node:')) return specifier;
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
};
