import { rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { bundle } from './bundle.ts';

/** What the image runs: `node scripts/bundle/main.ts [DIR]`, default `dist`. Nothing else needs it; see the Dockerfile. */
const [dir = join(import.meta.dirname, '../../dist')] = process.argv.slice(2);
const out = resolve(dir);
rmSync(out, { recursive: true, force: true });
const { chunks, packages, outside } = await bundle(out);
console.log(
  `${out}: ${chunks} files with the code of farmhand and of ${packages} packages; beside them ${outside.join(', ')}`,
);
