import { readFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import type { Plugin } from 'rolldown';

/** `new URL('../x', import.meta.url)`: how a source names a file beside it. */
const named = /new URL\(\s*'([^']+)',\s*import\.meta\.url,?\s*\)/g;
/** Where packages are looked for: those outside of the bundle are found from there as well. */
const lookedFor = /createRequire\(import\.meta\.url\)/g;
/** It asks whether it was started itself, and an auditor runs it alone: it stays a file of its own. */
const alone = /\/src\/audit\/chain\/verify\.mjs$/;

/**
 * Files that farmhand's own sources read or start by their path: all of them lie beside the bundle, under their own names.
 * The sandbox does not: images leave it out, and farmhand says so.
 */
export const ownFiles = (root: string): Plugin => {
  const placed = new Map<string, string>();
  const place = (path: string, name: string): void => {
    const other = placed.get(name);
    if (other !== undefined && other !== path) throw new Error(`${other} and ${path} would both be ${name}`);
    placed.set(name, path);
  };
  return {
    name: 'own files',
    resolveId(source, importer) {
      if (importer === undefined || !alone.test(join(dirname(importer), source))) return undefined;
      const path = join(dirname(importer), source);
      place(path, basename(path));
      this.emitFile({ type: 'asset', fileName: basename(path), source: readFileSync(path) });
      return { id: './verify.mjs', external: true };
    },
    transform(code, id) {
      const path = relative(root, id);
      if (path.startsWith('..') || path.includes('node_modules') || !code.includes('import.meta'))
        return undefined;
      const changed = code.replace(named, (whole, to: string) => {
        const target = join(dirname(id), to);
        if (relative(root, target).startsWith('sandbox/')) return whole;
        const name = basename(target).replace(/\.ts$/, '.js');
        place(target, name);
        if (target.endsWith('.ts')) this.emitFile({ type: 'chunk', id: target, fileName: name });
        else this.emitFile({ type: 'asset', fileName: name, source: contentOf(target) });
        return `new URL('./${name}', import.meta.url)`;
      });
      const left = changed.replace(named, '').replace(lookedFor, '');
      if (left.includes('import.meta')) {
        throw new Error(`${path} uses import.meta in a way that scripts/bundle/own-files.ts does not know`);
      }
      return { code: changed, map: null };
    },
  };
};

/** Of package.json only what says what this is. */
const contentOf = (path: string): Buffer | string => {
  const bytes = readFileSync(path);
  if (basename(path) !== 'package.json') return bytes;
  const { name, version, description, license } = JSON.parse(bytes.toString('utf8'));
  return `${JSON.stringify({ name, version, description, license, private: true, type: 'module' }, undefined, 2)}\n`;
};
