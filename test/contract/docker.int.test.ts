import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

/**
 * The image without a container engine: the same files, the same install, another user, no right to write. What the
 * base images themselves bring is not tested here.
 */
const root = fileURLToPath(new URL('../..', import.meta.url));
const dockerfile = readFileSync(join(root, 'Dockerfile'), 'utf8');
const runtime = dockerfile.slice(dockerfile.indexOf('AS runtime'));
const image = mkdtempSync(join(tmpdir(), 'farmhand-image-'));
const node = join(image, 'node');
const uid = Number(/^USER (\d+)/m.exec(runtime)?.[1]);

beforeAll(() => {
  for (const [, names = ''] of runtime.matchAll(/^COPY ((?:[\w.-]+ )+)\.\S*$/gm)) {
    for (const name of names.trim().split(' '))
      cpSync(join(root, name), join(image, name), { recursive: true });
  }
  for (const name of ['package-lock.json', '.npmrc']) copyFileSync(join(root, name), join(image, name));
  const install = /^RUN (npm ci .*)$/m.exec(dockerfile)?.[1] ?? '';
  const done = spawnSync('sh', ['-c', install], { cwd: image, encoding: 'utf8' });
  if (done.status !== 0) throw new Error(`${install}\n${done.stdout}${done.stderr}`);
  copyFileSync(process.execPath, node);
  chmodSync(image, 0o555);
}, 180_000);
afterAll(() => {
  chmodSync(image, 0o755);
  rmSync(image, { recursive: true, force: true });
});

const run = (args: readonly string[]) => {
  // Only root may become somebody else; anybody else is not root already.
  const user = process.getuid?.() === 0 ? { uid, gid: uid } : {};
  const { status, stdout, stderr } = spawnSync(node, args, {
    cwd: image,
    encoding: 'utf8',
    env: {},
    ...user,
  });
  return { status, stdout, stderr };
};

const importEverything = `
  const { globSync } = await import('node:fs');
  const files = globSync('{src,commands,views}/**/*.ts').filter((file) => file !== 'src/main.ts');
  for (const file of files) await import('./' + file);
  console.log(files.length > 100 ? 'all' : files.length);
`;

const drawSomething = `
  const { renderPng } = await import('./src/integrations/chart/png.ts');
  const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="200" height="40"><text y="30">system6</text></svg>';
  console.log(Buffer.from(await renderPng(svg)).subarray(1, 4).toString());
`;

describe('what is in the image', () => {
  test('draws charts', () => {
    const drawn = run(['--input-type=module', '--eval', drawSomething]);
    expect(drawn).toEqual({ status: 0, stdout: 'PNG\n', stderr: '' });
  });

  test('starts, as another user, from files it cannot write to', () => {
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    expect(run(['src/main.ts', '--version'])).toEqual({ status: 0, stdout: `${version}\n`, stderr: '' });
  });

  test('has every package that any production file imports', () => {
    const loaded = run(['--input-type=module', '--eval', importEverything]);
    expect(loaded).toEqual({ status: 0, stdout: 'all\n', stderr: '' });
  });

  test('has no sandbox, no tests, no local Slack and no local GitHub', () => {
    expect(run(['src/main.ts', 'sandbox']).stderr).toContain('production images leave it out');
    const installed = spawnSync('ls', ['node_modules'], { cwd: image, encoding: 'utf8' }).stdout;
    expect(
      installed
        .split('\n')
        .filter((name) => /^(local-slack|emulate|vitest|typescript|playwright)/.test(name)),
    ).toEqual([]);
  });
});
