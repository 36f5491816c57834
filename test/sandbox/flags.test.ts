import { expect, test } from 'vitest';
import { parseFlags } from '../../sandbox/flags.ts';

const usual = { kafka: 'auto', alerts: true, rebuilds: true, jira: 'cloud', speed: 1, seed: 1 };

test.each([
  ['', usual],
  ['--speed 5 --seed=3 --no-alerts', { ...usual, speed: 5, seed: 3, alerts: false }],
  ['--no-kafka --no-rebuilds --for 2.5', { ...usual, kafka: 'never', rebuilds: false, forMs: 2500 }],
  ['--jira data-center', { ...usual, jira: 'data_center' }],
  ['--kafka --alerts', { ...usual, kafka: 'always' }],
])('sandbox %s', (line, flags) => {
  expect(parseFlags(line.split(' ').filter(Boolean))).toEqual({ flags });
});

test.each(['--help', '-h', '--speed 5 -h'])('sandbox %s shows the flags', (line) => {
  expect(parseFlags(line.split(' '))).toEqual({ help: true });
});

test.each([
  ['--sped 5', ['--sped: there is no such flag; did you mean --speed?']],
  ['--no-alert', ['--no-alert: there is no such flag; did you mean --no-alerts?']],
  ['--no-speed', ['--no-speed: there is no such flag; did you mean --speed?']],
  ['speed', ['“speed”: the sandbox takes flags only']],
  ['--speed --no-kafka', ['--speed needs a value']],
  ['--jira server', ['--jira: server is not cloud or data-center']],
  ['--kafka=maybe', ['--kafka takes no value']],
  ['--kafka --no-kafka', ['--kafka is given twice']],
  ['--for 1h', ['--for: 1h is not a number of seconds']],
  [
    '--sped 5 --seed 1.5 --speed 0',
    [
      '--sped: there is no such flag; did you mean --speed?',
      '--speed: 0 is not between 0 and 1000',
      '--seed: 1.5 is not a whole number',
    ],
  ],
])('sandbox %s says what is meant, all of it at once', (line, problems) => {
  expect(parseFlags(line.split(' '))).toEqual({ problems });
});
