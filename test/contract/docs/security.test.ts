import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const page = readFileSync(`${root}/SECURITY.md`, 'utf8');
const [, threats = ''] = /\n## Threats\n([\s\S]+?)\n## /.exec(page) ?? [];
const rows = threats
  .split('\n')
  .filter((line) => line.startsWith('| ') && !/^\| (threat|---)/.test(line))
  .map((line) => line.split('|').map((cell) => cell.trim()));

test('there are threats', () => {
  expect(rows.length).toBeGreaterThan(10);
});

test.each(rows)('%s%s: the test that shows it is there by name', (...cells) => {
  const [, , , shown = ''] = cells;
  const [, path = '', link = '', name = ''] =
    /^\[(test\/[^\]]+)\]\((test\/[^)]+)\) “([^”]+)”$/.exec(shown) ?? [];
  expect([shown, path === link && existsSync(`${root}/${path}`)]).toEqual([shown, path !== '']);
  expect(readFileSync(`${root}/${path}`, 'utf8')).toContain(`'${name}'`);
});

test('the list of packages is CycloneDX, and has what farmhand runs with, and nothing that only its tests need', () => {
  const {
    name: project,
    version,
    dependencies,
    devDependencies,
  } = JSON.parse(readFileSync(`${root}/package.json`, 'utf8'));
  const script = `${root}/scripts/bundle/sbom.ts`;
  const { bomFormat, metadata, components } = JSON.parse(
    execFileSync(process.execPath, [script], { encoding: 'utf8', maxBuffer: 2 ** 27 }),
  );
  expect(bomFormat).toBe('CycloneDX');
  expect(metadata.component).toMatchObject({ type: 'application', name: project, version });
  const listed = new Set(
    components.map(
      ({ group, name, version }: Readonly<Record<string, string>>) =>
        `${group ? `${group}/` : ''}${name}@${version}`,
    ),
  );
  const named = (packages: Readonly<Record<string, string>>): readonly string[] =>
    Object.entries(packages).map(([name, version]) => `${name}@${version}`);
  expect(named(dependencies).filter((one) => !listed.has(one))).toEqual([]);
  // Some that tests use are there for farmhand, too: the lock file knows.
  const { packages } = JSON.parse(readFileSync(`${root}/package-lock.json`, 'utf8'));
  const forTests = Object.fromEntries(
    Object.entries<string>(devDependencies).filter(([name]) => packages[`node_modules/${name}`].dev),
  );
  expect(Object.keys(forTests)).toContain('vitest');
  expect(named(forTests).filter((one) => listed.has(one))).toEqual([]);
});
