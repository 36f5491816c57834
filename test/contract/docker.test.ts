import { existsSync, globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { fileOf, readTree } from '../../scripts/imports/files.ts';

const root = new URL('../../', import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, root), 'utf8');
const lines = read('Dockerfile')
  .replace(/\\\n\s*/g, '')
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('#'));
const stages = lines.reduce<string[][]>((all, line) => {
  if (line.startsWith('FROM ')) all.push([]);
  all.at(-1)?.push(line);
  return all;
}, []);
const runtime = stages.at(-1) ?? [];
const instructions = (name: string): readonly string[] =>
  runtime.filter((line) => line.startsWith(`${name} `)).map((line) => line.slice(name.length + 1));

test('the last stage, which is built by default, is the runtime', () => {
  expect(runtime[0]).toBe('FROM ${RUNTIME_IMAGE} AS runtime');
});

test('images are pinned to a version, and Node to that of development', () => {
  const { devDependencies } = JSON.parse(read('package.json'));
  const major = devDependencies.node.split('.')[0];
  const images = Object.fromEntries(
    lines.filter((line) => /^ARG \w+_IMAGE=/.test(line)).map((line) => line.slice(4).split('=')),
  );
  expect(images).toEqual({
    BUILD_IMAGE: `docker.io/library/node:${devDependencies.node}-bookworm-slim`,
    RUNTIME_IMAGE: `gcr.io/distroless/nodejs${major}-debian13:nonroot`,
  });
});

test('it runs as the numeric, unprivileged user that the chart asks for', () => {
  const templates = readFileSync(new URL('helm/farmhand/templates/_helpers.tpl', root), 'utf8');
  const uid = /runAsUser: (\d+)/.exec(templates)?.[1];
  expect(instructions('USER')).toEqual([`${uid}:${uid}`]);
  expect(Number(uid)).toBeGreaterThan(10_000);
});

test('what it copies is there, and let through by .dockerignore', () => {
  const copied = [...new Set(stages.flat())]
    .filter((line) => line.startsWith('COPY ') && !line.includes('--from='))
    .flatMap((line) =>
      line
        .replace(/ --\S+/g, '')
        .split(' ')
        .slice(1, -1),
    )
    .filter((path) => path !== '.');
  const ignored = read('.dockerignore').split('\n');
  expect(copied.filter((path) => !existsSync(new URL(path, root)))).toEqual([]);
  expect(copied.filter((path) => !ignored.includes(`!${path}`))).toEqual([]);
});

test('the sandbox image has every file that the sandbox imports', () => {
  const through = read('.dockerignore')
    .split('\n')
    .flatMap((line) => (line.startsWith('!') ? [line.slice(1)] : []));
  const outside = [
    ...readTree(fileURLToPath(root), ['sandbox', 'scripts', 'src', 'commands', 'views']),
  ].flatMap(([path, { imports }]) =>
    imports.flatMap(({ specifier }) => {
      const target = fileOf(path, specifier);
      const inside = target === undefined || through.some((each) => target.startsWith(`${each}/`));
      return inside ? [] : [`${path}: ${target}`];
    }),
  );
  expect(outside).toEqual([]);
});

test('it starts without a shell, so that signals reach node', () => {
  expect(instructions('ENTRYPOINT')).toEqual(['["/nodejs/bin/node", "main.js"]']);
  expect(instructions('CMD')).toEqual(['["serve"]']);
  expect(instructions('RUN')).toEqual(['["/nodejs/bin/node", "fill-compile-cache.js"]']);
});

test('its labels say what it is, of which commit, when and on what it was built', () => {
  const labels = instructions('LABEL').flatMap((line) =>
    [...line.matchAll(/org\.opencontainers\.image\.([a-z.]+)="([^"]*)"/g)].map(([, key, value]) => [
      key,
      value,
    ]),
  );
  expect(Object.fromEntries(labels)).toEqual({
    title: 'farmhand',
    description: expect.any(String),
    licenses: JSON.parse(read('package.json')).license,
    version: '${VERSION}',
    revision: '${REVISION}',
    created: '${CREATED}',
    source: '${SOURCE}',
    'base.name': '${RUNTIME_IMAGE}',
  });
  const args = instructions('ARG').map((line) => line.split('=')[0]);
  for (const [, value = ''] of labels) {
    const [, name] = /^\$\{(\w+)\}$/.exec(value) ?? [];
    if (name !== undefined) expect(args).toContain(name);
  }
});

test('it looks for its config where the chart mounts it', () => {
  expect(instructions('ENV').join(' ')).toContain('FARMHAND_CONFIG=/etc/farmhand/farmhand.yml');
});

test('compose starts the same parts', () => {
  const { services } = parse(read('compose.yml'));
  expect(Object.keys(services).sort()).toEqual(['kafka', 'redis', 'sandbox']);
  expect(services.sandbox.build).toEqual({ context: '.', target: 'sandbox' });
  expect(services.redis.command).toEqual([
    ...['redis-server', '--appendonly', 'yes', '--maxmemory-policy', 'noeviction'],
  ]);
});

test('raw text is plain ASCII, since no bundler can write it in another way, and the bundle must be', () => {
  const files = globSync('{src,commands,views}/**/*.ts', { cwd: fileURLToPath(root) });
  const raw = (path: string) => read(path).match(/String\.raw`[^`]*`/g) ?? [];
  const texts = files.flatMap((path) => raw(path).map((text) => `${path}: ${text}`));
  expect(texts).not.toEqual([]);
  expect(texts.filter((text) => /\P{ASCII}/u.test(text))).toEqual([]);
});
