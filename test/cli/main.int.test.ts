import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Runs the real program, with nothing in its environment but `env`. */
const run = (program: string, args: readonly string[], env: Record<string, string> = {}, input = '') => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], {
    cwd: root,
    env: { PATH: process.env['PATH'] ?? '', ...env },
    input,
    encoding: 'utf8',
    timeout: 30_000,
  });
  return { status, stdout, stderr };
};

describe.each(['src/main.ts', 'bin/farmhand.mjs'])('%s', (program) => {
  test('--version and --help', () => {
    expect(run(program, ['--version'])).toEqual({
      status: 0,
      stdout: `${packageJson.version}\n`,
      stderr: '',
    });
    const help = run(program, ['--help']);
    expect(help.status).toBe(0);
    expect(help.stdout).toContain('farmhand routes test alert.json');
  });

  test('a wrong command line is refused, and says where help is', () => {
    expect(run(program, ['srve'])).toEqual({
      status: 1,
      stdout: '',
      stderr: "error: unknown command 'srve'\n(Did you mean serve?)\nSee farmhand --help\n",
    });
    expect(run(program, ['serve', '--role', 'foo']).stderr).toBe(
      "error: option '-r, --role <roles>' argument 'foo' is invalid. Write all, or some of intake, worker, slack, api, with commas between.\nSee farmhand serve --help\n",
    );
    expect(run(program, ['emit', '--title', 'x', '-l', 'y']).stderr).toContain('Write name=value.');
  });
});

test('a config without its secrets is refused on standard error', () => {
  const { status, stdout, stderr } = run('src/main.ts', ['serve']);
  expect([status, stdout]).toEqual([1, '']);
  expect(stderr).toMatch(
    /^farmhand\.yml: 11 problems; nothing was applied\.\n {2}farmhand\.yml:\d+ slack\.bot_token: /,
  );
});

test('an event from standard input', () => {
  const alert = { status: 'firing', labels: { alertname: 'A' }, startsAt: '2026-11-20T14:13:42Z' };
  const { status, stdout } = run(
    'src/main.ts',
    ['routes', 'test', '-'],
    {},
    JSON.stringify({ alerts: [alert] }),
  );
  expect(status).toBe(0);
  expect(stdout).toContain('→ thread');
});
