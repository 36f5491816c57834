import { readFileSync } from 'node:fs';
import { parseAllDocuments } from 'yaml';
import type { Manifest } from './chart.ts';

const folder = new URL('../../../examples/', import.meta.url);

export const exampleText = (path: string): string => readFileSync(new URL(path, folder), 'utf8');

/** The objects of an example, in its order. */
export const exampleObjects = (path: string): readonly Manifest[] =>
  parseAllDocuments(exampleText(path)).map((document): Manifest => document.toJS());
