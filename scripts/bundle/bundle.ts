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

/**
 * What packages load and farmhand does not use: Bolt's own ways over HTTP, with which would come Express and the tables of
 * all encodings, and the SQL of BullMQ for PostgreSQL.
 */
const unused = new Map([
  ['@slack/bolt/dist/receivers/ExpressReceiver.js', 'exports.default = class {};'],
  ['@slack/bolt/dist/receivers/AwsLambdaReceiver.js', 'exports.default = class {};'],
  ['raw-body/index.js', 'module.exports = undefined;'],
  ['bullmq/dist/cjs/postgres/sql-scripts.js', 'exports.SQL_MIGRATIONS = {}; exports.SQL_COMMANDS = {};'],
]);

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
        load: (id) => {
          const code = unused.get(id.replace(/^.*\/node_modules\//, ''));
          return code === undefined ? undefined : { code };
        },
      },
    ],
  });
  const { output } = await build.write({
    dir,
    format: 'esm',
    minify: true,
    // Node keeps the text of what it runs; of a file above 1 MB in two bytes a letter, where one of them is not ASCII. So no
    // comments either: the name of an author in one doubled two megabytes. Licences have a file of their own.
    charset: 'ascii',
    comments: false,
    sourcemap: true,
    entryFileNames: '[name].js',
    chunkFileNames: '[name]-[hash].js',
    assetFileNames: '[name][extname]',
  });
  await build.close();
  const chunks = output.filter((file) => file.type === 'chunk');
  for (const { fileName, code } of chunks) mustBeAscii(fileName, code);
  const inside = packagesOf(chunks.flatMap(({ moduleIds }) => moduleIds));
  const filler = 'fill-compile-cache.js';
  copyFileSync(join(import.meta.dirname, filler), join(dir, filler));
  writeFileSync(join(dir, 'THIRD-PARTY-LICENSES.txt'), licences(inside));
  return { chunks: chunks.length, packages: inside.length, outside: copyPackages(root, outside, dir) };
};

const mustBeAscii = (fileName: string, code: string): void => {
  const at = code.search(/\P{ASCII}/u);
  if (at < 0) return;
  throw new Error(`${fileName} is not plain ASCII: “${code.slice(Math.max(0, at - 60), at + 20)}”`);
};
