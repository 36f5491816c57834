import { cpSync, existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly license?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

const manifestOf = (folder: string): Manifest =>
  JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));

/** The folders of the packages that these files are in, each once, by name. */
export const packagesOf = (files: readonly string[]): readonly string[] => {
  const folders = files.flatMap(
    (file) => /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file.replace(/^\0/, ''))?.[0] ?? [],
  );
  return [...new Set(folders)].sort((a, b) => manifestOf(a).name.localeCompare(manifestOf(b).name));
};

/** What their licences ask to be kept with their code. */
export const licences = (folders: readonly string[]): string =>
  folders
    .map((folder) => {
      const { name, version, license = 'see below' } = manifestOf(folder);
      const texts = readdirSync(folder)
        .filter((file) => /^(licen[cs]e|notice|copying)/i.test(file))
        .map((file) => readFileSync(join(folder, file), 'utf8').trim());
      return [`${name} ${version} (${license})`, ...texts].join('\n\n');
    })
    .join(`\n\n${'-'.repeat(80)}\n\n`)
    .concat('\n');

/** Copies packages with all that they need and that is installed here; answers the names of all. */
export const copyPackages = (root: string, names: readonly string[], dir: string): readonly string[] => {
  const done = new Map<string, string>();
  const copy = (name: string, from: string): void => {
    const folder = folderOf(name, from);
    if (folder === undefined || done.get(name) === folder) return;
    // Flat, as npm has it where no two versions are needed.
    if (done.has(name)) throw new Error(`two versions of ${name} would be needed beside the bundle`);
    done.set(name, folder);
    cpSync(folder, join(dir, 'node_modules', name), { recursive: true });
    const { dependencies, optionalDependencies } = manifestOf(folder);
    for (const each of Object.keys({ ...dependencies, ...optionalDependencies })) copy(each, folder);
  };
  for (const name of names) copy(name, root);
  return [...done.keys()];
};

/** Where Node would find it; undefined: it is for another platform. */
const folderOf = (name: string, from: string): string | undefined => {
  for (let at = from; ; at = dirname(at)) {
    const folder = join(at, 'node_modules', name);
    if (existsSync(folder)) return folder;
    if (at === dirname(at)) return undefined;
  }
};
