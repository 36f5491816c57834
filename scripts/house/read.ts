import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileOf, readTree } from '../imports/files.ts';
import type { SourceFacts } from '../imports/read.ts';

/** What the rooms are measured by: of each file its imports within the project, and of `src` what it exports. */
export interface House {
  /** The production files, as the import rules read them. */
  readonly production: ReadonlyMap<string, SourceFacts>;
  readonly imports: ReadonlyMap<string, ReadonlySet<string>>;
  readonly exports: ReadonlyMap<string, readonly string[]>;
  readonly architecture: string;
}

const production = ['src', 'commands', 'views'];
const everything = [...production, 'test', 'sandbox', 'bench', 'scripts'];

/** Reads the project that lies in `root`. */
export const readHouse = (root: string): House => {
  const tree = readTree(root, everything);
  const imports = new Map<string, ReadonlySet<string>>();
  const exports = new Map<string, readonly string[]>();
  for (const [path, facts] of tree) {
    imports.set(path, new Set(facts.imports.flatMap(({ specifier }) => fileOf(path, specifier) ?? [])));
    if (path.startsWith('src/')) exports.set(path, facts.exports);
  }
  const ofProduction = new Map([...tree].filter(([path]) => isProduction(path)));
  return {
    production: ofProduction,
    imports,
    exports,
    architecture: readFileSync(join(root, 'docs/architecture.md'), 'utf8'),
  };
};

export const isProduction = (path: string): boolean =>
  production.some((folder) => path.startsWith(`${folder}/`));
