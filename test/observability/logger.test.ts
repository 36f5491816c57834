import { expect, test } from 'vitest';
import { withFacts } from '../../src/observability/log.ts';
import { createLogger } from '../../src/observability/logger.ts';
import { createRedactor } from '../../src/observability/redact.ts';

const capture = (level: 'debug' | 'info' | 'warn' = 'debug') => {
  const lines: string[] = [];
  const redactor = createRedactor();
  const destination = { write: (line: string) => void lines.push(line) };
  const log = createLogger({ level, redactor, base: { role: 'all' }, destination });
  const entries = () => lines.map((line) => ({ ...JSON.parse(line), time: 'T' }));
  return { log, lines, entries, redactor };
};

test('one JSON object a line, level and time in words', () => {
  const { log, lines, entries } = capture();
  withFacts(log, { alert: 'a-1' }).info({ count: 2 }, 'looked');
  expect(lines[0]).toMatch(/"time":"\d{4}-\d\d-\d\dT[\d:.]+Z"/);
  expect(entries()).toEqual([
    { level: 'info', time: 'T', role: 'all', alert: 'a-1', count: 2, msg: 'looked' },
  ]);
});

test('secrets are gone from message, data, error text and stack', () => {
  const { log, lines, redactor } = capture();
  redactor.registerSecret('correct-horse');
  log.error({ error: new Error('said correct-horse'), url: 'redis://:pw123@h' }, 'failed with correct-horse');
  expect(lines.join('')).not.toMatch(/correct-horse|pw123/);
  expect(lines.join('')).toContain('[redacted]');
});

test('below its level nothing is written', () => {
  const { log, lines } = capture('warn');
  log.info({}, 'not this');
  log.warn({}, 'this');
  expect(lines).toHaveLength(1);
});

test('data cannot pass for the line itself', () => {
  const { log, entries } = capture();
  log.info({ level: 'fatal', time: 1, msg: 'forged\n{"level":"error"}' }, 'real');
  expect(entries()).toEqual([
    {
      level: 'info',
      time: 'T',
      role: 'all',
      data_level: 'fatal',
      data_time: 1,
      data_msg: 'forged\n{"level":"error"}',
      msg: 'real',
    },
  ]);
});

test.each(['debug', 'info', 'warn'] as const)(
  'the level %s is switched and comes back, and says so',
  (level) => {
    const { log, entries } = capture(level);
    const other = level === 'debug' ? 'info' : 'debug';
    log.switchLevel();
    log.debug({}, 'in between');
    log.switchLevel();
    log.debug({}, 'after it');
    const said = entries().map(({ msg, from, to }) => (from === undefined ? msg : `${from} to ${to}`));
    expect(said).toEqual([
      `${level} to ${other}`,
      ...(other === 'debug' ? ['in between'] : []),
      `${other} to ${level}`,
      ...(level === 'debug' ? ['after it'] : []),
    ]);
  },
);
