import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { openapi } from '../../src/http-api/openapi.ts';

const published = JSON.parse(readFileSync(new URL('../../docs/openapi.json', import.meta.url), 'utf8'));
const prose = readFileSync(new URL('../../docs/api.md', import.meta.url), 'utf8');

test('docs/openapi.json is what the code says (node scripts/openapi-doc.ts writes it, biome formats it)', () => {
  expect(published).toEqual(JSON.parse(JSON.stringify(openapi())));
});

test('every reference leads somewhere', () => {
  const refs = [...JSON.stringify(published).matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/g)].map(
    ([, name]) => name ?? '',
  );
  expect(refs.length).toBeGreaterThan(0);
  expect(refs.filter((name) => !(name in published.components.schemas))).toEqual([]);
});

test('docs/api.md names exactly the paths of the document', () => {
  const named = new Set([...prose.matchAll(/^\| `(?:GET|POST) (\/[^`]*)`/gm)].map(([, path]) => path));
  expect([...named].toSorted()).toEqual(Object.keys(published.paths).toSorted());
});
