import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Mutant } from './alerts/mutants.ts';
import type { simulate } from './alerts/simulate.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const copied = ['src', 'test/simulator', 'test/builders', 'test/fakes', 'sandbox/generator/random.ts'];

export interface Mutated<M> extends AsyncDisposable {
  readonly module: M;
}

export interface MutatedSimulator extends AsyncDisposable {
  readonly simulate: typeof simulate;
}

/** The simulator, and the code it runs, with one place changed; without a mutant the same code from the same place. */
export const mutated = async (mutant: Mutant | undefined): Promise<MutatedSimulator> => {
  const { module, ...rest } = await mutatedModule<{ simulate: typeof simulate }>(
    mutant,
    'test/simulator/alerts/simulate.ts',
  );
  return { simulate: module.simulate, ...rest };
};

/** The module at `entry` (from the root), and the code it runs, with one place changed. */
export const mutatedModule = async <M>(mutant: Mutant | undefined, entry: string): Promise<Mutated<M>> => {
  const name = mutant?.name.replace(/[^a-z]+/gi, '-') ?? 'none';
  const dir = join(root, '.vitest', 'mutants', `${process.pid}-${name}`);
  for (const path of copied) {
    await mkdir(dirname(join(dir, path)), { recursive: true });
    await cp(join(root, path), join(dir, path), { recursive: true });
  }
  if (mutant) {
    const file = join(dir, mutant.file);
    const text = await readFile(file, 'utf8');
    const at = text.indexOf(mutant.find);
    if (at < 0 || text.indexOf(mutant.find, at + 1) >= 0) {
      throw new Error(`${mutant.file} must have exactly one ${mutant.find}; the mutant is out of date`);
    }
    await writeFile(file, `${mutant.imports ?? ''}${text.replace(mutant.find, () => mutant.replace)}`);
  }
  const module: M = await import(pathToFileURL(join(dir, entry)).href);
  return {
    module,
    [Symbol.asyncDispose]: () => rm(dir, { recursive: true, force: true }),
  };
};
