import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';

const script = fileURLToPath(new URL('../../../scripts/setup.ts', import.meta.url));

// A machine with nothing but a shell, an apt-get that keeps a diary, and a sudo that asks nothing.
let bin: string;
beforeEach(() => {
  bin = mkdtempSync(join(tmpdir(), 'farmhand-setup-'));
  for (const tool of ['env', 'sh', 'touch', 'chmod']) symlinkSync(`/usr/bin/${tool}`, join(bin, tool));
  program('sudo', 'shift; exec "$@"');
});
afterEach(() => rmSync(bin, { recursive: true, force: true }));

const program = (name: string, body: string): void =>
  writeFileSync(
    join(bin, name),
    `#!${process.platform === 'darwin' ? '/bin/sh' : '/usr/bin/sh'}\n${body}\n`,
    {
      mode: 0o755,
    },
  );
const diary = (): readonly string[] => readFileSync(join(bin, 'diary'), 'utf8').trim().split('\n');
const setup = (...args: readonly string[]) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...args], {
    encoding: 'utf8',
    env: { PATH: bin },
  });
  return { status, output: stdout + stderr };
};
const aptGet = (install: string): void =>
  program('apt-get', `echo "$@" >> ${bin}/diary; [ "$1" = update ] || { ${install}; }`);

test('installs what is absent, says what and why, and asks nothing', () => {
  aptGet(`touch ${bin}/redis-server; chmod 755 ${bin}/redis-server`);
  const first = setup('redis');
  expect(first.output).toContain('Installing Redis (keeps the records):');
  expect(first.output).toContain('All parts are there: Redis.');
  expect(first.status).toBe(0);
  expect(diary()).toEqual(['update', 'install -y --no-install-recommends redis-server']);
});

test('does nothing the second time', () => {
  program('redis-server', '');
  aptGet('exit 1');
  expect(setup('redis')).toEqual({ status: 0, output: 'All parts are there: Redis.\n' });
});

test('an install that fails is said, with its exit code and what the person can do', () => {
  aptGet('exit 100');
  const { status, output } = setup('redis');
  expect(status).toBe(1);
  expect(output).toContain('That failed: exit code 100.');
  expect(output).toContain('Not met: Redis (keeps the records). To have it:');
});

test('an install that says it worked and brought nothing is not believed', () => {
  aptGet('exit 0');
  expect(setup('redis')).toMatchObject({ status: 1 });
});

test('a part that does not exist is refused before anything is done', () => {
  aptGet('exit 0');
  expect(setup('redis', 'frob')).toEqual({
    status: 1,
    output:
      'frob: no such part. Nothing was done. Parts: redis, slack, chromium, kafka, alertmanager, helm, promtool, kubernetes, new-alertmanager, argo-events, moto; or sandbox, test, long.\n',
  });
});
