import { join, resolve } from 'node:path';
import { makeRelease } from './make-release.ts';

/** `npm run release -- [DIR]`: what is published beside the image, in `dist/release` or DIR. */
const [dir = join(import.meta.dirname, '../../dist/release')] = process.argv.slice(2);
const out = resolve(dir);
for (const name of makeRelease(out)) console.log(join(out, name));
