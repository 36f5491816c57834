// Loads all that farmhand ever loads, so that Node keeps it compiled where NODE_COMPILE_CACHE says. Run where the image is
// built, by the Node, user and flags that will run it: a cache of others is not taken.
import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';

const main = 'main.js';
const self = basename(import.meta.filename);
const files = readdirSync(import.meta.dirname).filter(
  (file) => file.endsWith('.js') && file !== main && file !== self,
);
for (const file of files) await import(`./${file}`);
// The program itself, which ends this one.
process.argv = [process.execPath, join(import.meta.dirname, main), '--version'];
await import(`./${main}`);
