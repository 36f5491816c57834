import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const docs = [
  'README.md',
  'CONTRIBUTING.md',
  'CHANGELOG.md',
  'SECURITY.md',
  'helm/farmhand/README.md',
  'examples/README.md',
].concat(globSync('docs/**/*.md', { cwd: root }));
const { scripts } = JSON.parse(read('package.json'));

test('CI runs the test line of the README, and the long tests with it', () => {
  const [sandboxLine, testLine] = [...read('README.md').matchAll(/^```sh\n(npm ci && .*)\n```$/gm)].map(
    (m) => m[1],
  );
  expect([sandboxLine, testLine]).toEqual(['npm ci && npm run sandbox', 'npm ci && npm test']);
  expect(read('.ci/run').trimEnd().split('\n').at(-1)).toBe(`${testLine} -- long`);
});

test.each(docs)('%s names only npm scripts that are there', (path) => {
  const named = [...read(path).matchAll(/npm run ([a-z][a-z:-]*)/g)].map((match) => match[1] ?? '');
  expect(named.filter((name) => !scripts[name])).toEqual([]);
});

test.each(docs)('%s links only to what is there', (path) => {
  const links = [...read(path).matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)].map((match) => match[1] ?? '');
  const broken = links.filter(
    (link) => !/^https?:/.test(link) && !existsSync(join(root, dirname(path), link)),
  );
  expect(broken).toEqual([]);
});

test.each(docs)('%s links only to headings that are there', (path) => {
  const links = [...read(path).matchAll(/\]\(([^)#\s]*\.md)?#([^)]+)\)/g)];
  const broken = links.filter(([, file, anchor]) => {
    const text = read(file === undefined ? path : join(dirname(path), file));
    const headings = [...text.matchAll(/^#+ (.+)$/gm)].map((m) =>
      (m[1] ?? '')
        .toLowerCase()
        .replace(/[^\w\- ]/g, '')
        .replaceAll(' ', '-'),
    );
    return !headings.includes(anchor ?? '');
  });
  expect(broken.map(([link]) => link)).toEqual([]);
});
