import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  cpSync,
  globSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

/**
 * The image without a container engine: the same files, built by the same program, another user, no right to write. What
 * the base images themselves bring is not tested here.
 */
const root = fileURLToPath(new URL('../..', import.meta.url));
const dockerfile = readFileSync(join(root, 'Dockerfile'), 'utf8');
const runtime = dockerfile.slice(dockerfile.indexOf('AS runtime'));
const image = mkdtempSync(join(tmpdir(), 'farmhand-image-'));
const node = join(image, 'node');
const uid = Number(/^USER (\d+)/m.exec(runtime)?.[1]);
const cache = join(image, 'compile-cache');
const cached = () => globSync(join(cache, '*/*')).length;

beforeAll(() => {
  const [, bundler = ''] = /^RUN node (\S+) \/app\/dist/m.exec(dockerfile) ?? [];
  const done = spawnSync(process.execPath, [join(root, bundler), image], { cwd: root, encoding: 'utf8' });
  if (done.status !== 0) throw new Error(`${bundler}\n${done.stdout}${done.stderr}`);
  for (const [, names = ''] of runtime.matchAll(/^COPY ((?:[\w.-]+ )+)\.\S*$/gm)) {
    for (const name of names.trim().split(' '))
      cpSync(join(root, name), join(image, name), { recursive: true });
  }
  copyFileSync(process.execPath, node);
  chmodSync(image, 0o555);
}, 180_000);
afterAll(() => {
  chmodSync(image, 0o755);
  rmSync(image, { recursive: true, force: true });
});

const run = (args: readonly string[], env: NodeJS.ProcessEnv = {}) => {
  // Only root may become somebody else; anybody else is not root already.
  const user = process.getuid?.() === 0 ? { uid, gid: uid } : {};
  const { status, stdout, stderr } = spawnSync(node, args, { cwd: image, encoding: 'utf8', env, ...user });
  return { status, stdout, stderr };
};

const drawSomething = `
  const { createRequire } = await import('node:module');
  const { renderAsync } = await import('@resvg/resvg-js');
  const fonts = createRequire(process.cwd() + '/main.js').resolve('dejavu-fonts-ttf/package.json');
  const fontFiles = [fonts.replace('package.json', 'ttf/DejaVuSans.ttf')];
  const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="200" height="40"><text y="30">system6</text></svg>';
  const drawn = await renderAsync(svg, { font: { loadSystemFonts: false, fontFiles } });
  console.log(Buffer.from(drawn.asPng()).subarray(1, 4).toString());
`;
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const saysVersion = { status: 0, stdout: `${version}\n`, stderr: '' };

describe('what is in the image', () => {
  test('draws charts', () => {
    const drawn = run(['--input-type=module', '--eval', drawSomething]);
    expect(drawn).toEqual({ status: 0, stdout: 'PNG\n', stderr: '' });
  });

  test('starts, as another user, from files it cannot write to, also where compiled code is to be kept', () => {
    expect(run(['main.js', '--version'])).toEqual(saysVersion);
    expect(run(['main.js', '--version'], { NODE_COMPILE_CACHE: cache })).toEqual(saysVersion);
  });

  test('loads all that it ever loads, and keeps it compiled for the next start', () => {
    chmodSync(image, 0o777);
    const [, filler = ''] = /^RUN \["\/nodejs\/bin\/node", "([^"]+)"\]/m.exec(runtime) ?? [];
    expect(run([filler], { NODE_COMPILE_CACHE: cache })).toEqual(saysVersion);
    chmodSync(image, 0o555);
    const kept = cached();
    expect(kept).toBeGreaterThan(100);
    expect(run(['main.js', '--version'], { NODE_COMPILE_CACHE: cache })).toEqual(saysVersion);
    expect(cached()).toBe(kept);
  });

  test('runs the program only where it is started: no other file of the bundle imports it', () => {
    const files = readdirSync(image).filter(
      (file) => file.endsWith('.js') && file !== 'fill-compile-cache.js',
    );
    const importing = files.filter((file) =>
      /["'`]\.\/main\.js["'`]/.test(readFileSync(join(image, file), 'utf8')),
    );
    expect(files).toContain('decode-thread.js');
    expect(importing).toEqual([]);
  });

  test('has the licence of every package in it', () => {
    const text = readFileSync(join(image, 'THIRD-PARTY-LICENSES.txt'), 'utf8');
    const production = Object.keys(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).dependencies);
    const beside = (name: string) => globSync(join(image, 'node_modules', name, 'package.json')).length > 0;
    const named = (name: string) => text.includes(`\n${name} `) || text.startsWith(`${name} `);
    expect(production.filter((name) => !named(name) && !beside(name))).toEqual([]);
  });

  test('has no sandbox, no tests, no local Slack, no local GitHub, and nothing of what builds it', () => {
    expect(run(['main.js', 'sandbox']).stderr).toContain('production images leave it out');
    expect(readdirSync(join(image, 'node_modules')).sort()).toEqual([
      '@antoniomuso',
      '@resvg',
      'dejavu-fonts-ttf',
      'kafkajs',
      'lz4-napi',
    ]);
  });
});
