import { EventEmitter } from 'node:events';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };
import type { StartOptions } from '../../src/app/shared/run-options.ts';
import { createProgram } from '../../src/cli/program.ts';
import { fakeTerminal } from './fake-terminal.ts';

const config = 'slack: { default_channel: C0123ABCD }\n';
const env = {
  SLACK_BOT_TOKEN: 'xoxb-aaaaaaa',
  SLACK_APP_TOKEN: 'xapp-bbbbbbb',
  FARMHAND_EVENTS_TOKEN: 'ccccccccccccccccc',
};

/** Runs a command line; `start` stands for the app. */
const run = async (
  args: readonly string[],
  options: { env?: Record<string, string>; files?: Record<string, string>; start?: () => Promise<void> } = {},
) => {
  const terminal = fakeTerminal({ 'farmhand.yml': config, ...options.files }, options.env ?? env);
  const codes: number[] = [];
  const logged: string[] = [];
  const starts: StartOptions[] = [];
  const events = new EventEmitter();
  const program = createProgram({
    terminal,
    startApp: async (given) => {
      starts.push(given);
      await options.start?.();
      setImmediate(() => events.emit('SIGTERM', 'SIGTERM'));
      return { reload: () => {}, [Symbol.asyncDispose]: async () => {} };
    },
    sendToKafka: async () => {},
    openDeadLetters: async () => Promise.reject(new Error('not here')),
    openReplay: async () => Promise.reject(new Error('not here')),
    openAuditBox: async () => Promise.reject(new Error('not here')),
    exportRecords: async () => Promise.reject(new Error('not here')),
    importRecords: async () => Promise.reject(new Error('not here')),
    promoteRegion: async () => Promise.reject(new Error('not here')),
    makeReport: async () => Promise.reject(new Error('not here')),
    examineAll: async () => [],
    fetch: async () => new Response('{}', { status: 202 }),
    events,
    logTo: { write: (line) => void logged.push(JSON.parse(line).msg) },
    newId: () => 'new-id',
    exit: (code) => void codes.push(code),
  });
  await program.parseAsync(['node', 'farmhand', ...args]);
  return { codes, starts, logged, out: terminal.stdout(), err: terminal.stderr() };
};

test('audit verify takes the file as it is typed, as --file does', async () => {
  const file = fileURLToPath(new URL('../../farmhand.yml', import.meta.url));
  const typed = await run(['audit', 'verify', file]);
  expect(typed.codes).toEqual([1]);
  expect(typed.err).toContain('no JSON');
  expect(await run(['audit', 'verify', '--file', file])).toEqual(typed);
});

describe('serve', () => {
  test('starts all roles, and ends with 0 when asked to stop', async () => {
    const { codes, starts } = await run(['serve']);
    expect(codes).toEqual([0]);
    expect(starts.map((s) => [[...s.roles], s.version, s.configFile.path])).toEqual([
      [['intake', 'worker', 'slack', 'api'], packageJson.version, 'farmhand.yml'],
    ]);
    expect(starts[0]?.configFile.load().slack.default_channel).toBe('C0123ABCD');
    expect(starts[0]?.configFile.readText()).toBe(config);
    expect(starts[0]?.redactor.text('token xoxb-aaaaaaa')).toBe('token [redacted]');
  });

  test('some roles, and another file', async () => {
    const { starts } = await run(['serve', '--role', 'slack,api', '--config', 'b.yml'], {
      files: { 'b.yml': config },
    });
    expect([...(starts[0]?.roles ?? [])]).toEqual(['slack', 'api']);
  });

  test('FARMHAND_CONFIG names the file', async () => {
    const { starts } = await run(['serve'], {
      env: { ...env, FARMHAND_CONFIG: 'c.yml' },
      files: { 'c.yml': config },
    });
    expect(starts[0]?.configFile.path).toBe('c.yml');
  });

  test('a bad config starts nothing', async () => {
    const { codes, starts, err } = await run(['serve'], { env: {} });
    expect([codes, starts]).toEqual([[1], []]);
    expect(err).toMatch(/^farmhand\.yml: 3 problems; nothing was applied\.\n/);
  });

  test('a start that fails is told in words', async () => {
    const start = async () => {
      throw new Error('Redis at xoxb-aaaaaaa does not answer');
    };
    const { codes, err, logged } = await run(['serve'], { start });
    expect([codes, logged]).toEqual([
      [1],
      [
        'Another installation on this Redis or Kafka would have the same names; farmhand check says what to write',
        'farmhand could not start',
      ],
    ]);
    expect(err).toBe(
      'farmhand could not start: Redis at [redacted] does not answer\nThe log line above has the details.',
    );
  });
});

test('check and emit take their options', async () => {
  expect((await run(['check', '--no-secrets'], { env: { FARMHAND_EVENTS_TOKEN: 'x' } })).out).toContain(
    'farmhand.yml is valid; secrets were not looked up',
  );
  const { codes, out } = await run(['emit', '--title', 'a', '-l', 'x=1', '-l', 'y=a=b', '--source', 's']);
  expect(codes).toEqual([0]);
  expect(out).toContain('event  s/new-id');
});

test('a file that is not there is told without a stack', async () => {
  const { codes, err } = await run(['routes', 'test', 'none.json']);
  expect(codes).toEqual([1]);
  expect(err).toBe('farmhand: none.json is not there; name one that is.');
});

test('every command says what it does, and its exit codes', () => {
  const program = createProgram({
    terminal: fakeTerminal(),
    startApp: () => Promise.reject(new Error('not here')),
    sendToKafka: async () => {},
    openDeadLetters: async () => Promise.reject(new Error('not here')),
    openReplay: async () => Promise.reject(new Error('not here')),
    openAuditBox: async () => Promise.reject(new Error('not here')),
    exportRecords: async () => Promise.reject(new Error('not here')),
    importRecords: async () => Promise.reject(new Error('not here')),
    promoteRegion: async () => Promise.reject(new Error('not here')),
    makeReport: async () => Promise.reject(new Error('not here')),
    examineAll: async () => [],
    fetch,
    events: new EventEmitter(),
    newId: () => '',
    exit: () => {},
  });
  const names = program.commands.map((command) => command.name());
  expect(names).toEqual([
    'serve',
    'check',
    'doctor',
    'routes',
    'emit',
    'dead-letters',
    'replay',
    'audit',
    'export',
    'import',
    'report',
    'promote',
    'size',
    'sandbox',
  ]);
  for (const command of program.commands) expect(command.description()).not.toBe('');
});
