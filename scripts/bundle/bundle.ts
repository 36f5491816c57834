import { copyFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';
import { ownFiles } from './own-files.ts';
import { copyPackages, licences, packagesOf } from './packages.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/**
 * Packages that stay packages: native code, fonts, and kafkajs, of which single files are loaded by their path to fix and
 * to look into it.
 */
const outside = ['@resvg/resvg-js', 'dejavu-fonts-ttf', 'kafkajs', 'lz4-napi'] as const;

/** What a dependency would use if it were there, and does without. */
const missing = ['bufferutil', 'msgpackr-extract', 'pino-pretty', 'utf-8-validate'];

/** Ways of Bolt to be reached that farmhand does not go; with them would come Express. */
const unused = /@slack\/bolt\/dist\/receivers\/(ExpressReceiver|AwsLambdaReceiver)\.js$/;

export interface Bundle {
  /** How many files of code. */
  readonly chunks: number;
  /** How many packages are in them. */
  readonly packages: number;
  /** Those that lie beside them, with what they need. */
  readonly outside: readonly string[];
}

/** Writes a folder that runs by itself: `node DIR/main.js`. @throws when a source names a file in a way not known here. */
export const bundle = async (dir: string): Promise<Bundle> => {
  const build = await rolldown({
    cwd: root,
    input: { main: 'src/main.ts' },
    platform: 'node',
    // What is CommonJS knows its folder.
    transform: { define: { __dirname: 'import.meta.dirname' } },
    external: [...outside, ...missing],
    onLog: (level, log, pass) => {
      // Of dependencies: eval, and `this` at the top of a module.
      if (log.code !== 'EVAL' && log.code !== 'COMMONJS_VARIABLE_IN_ESM') pass(level, log);
    },
    plugins: [
      ownFiles(root),
      {
        name: 'unused',
        load: (id) => (unused.test(id) ? { code: 'exports.default = class {};' } : undefined),
      },
    ],
  });
  const { output } = await build.write({
    dir,
    format: 'esm',
    minify: true,
    sourcemap: true,
    entryFileNames: '[name].js',
    chunkFileNames: '[name]-[hash].js',
    assetFileNames: '[name][extname]',
  });
  await build.close();
  const chunks = output.filter((file) => file.type === 'chunk');
  const inside = packagesOf(chunks.flatMap(({ moduleIds }) => moduleIds));
  const filler = 'fill-compile-cache.js';
  copyFileSync(join(import.meta.dirname, filler), join(dir, filler));
  writeFileSync(join(dir, 'THIRD-PARTY-LICENSES.txt'), licences(inside));
  return { chunks: chunks.length, packages: inside.length, outside: copyPackages(root, outside, dir) };
};
