import { expect, test } from 'vitest';
import { readConfig } from '../../src/config/load.ts';
import { sharedDefaultsWarning } from '../../src/config/own-names.ts';
import { load, minimal, problemLines, tokens } from './minimal.ts';

const kafka = (more = '') => `kafka: { brokers: ["k:9092"], topics: [{ name: a }]${more} }\n`;
const read = (text: string, env: Record<string, string> = {}) =>
  readConfig({ file: 'farmhand.yml', env: { ...tokens, ...env }, readFile: () => text });
const named = (name: string) => minimal(`installation: { name: ${name} }\n`);

test('with a name in the file each of the three is said: what is missing is told with both lines that it can be', () => {
  expect(problemLines(() => load(`${named('alpha')}${kafka()}`))).toEqual([
    'farmhand.yml:1 redis.prefix: is missing: an installation with a name shares it with no other. A new one: prefix: farmhand-alpha. One that has run without this line goes on with what it has: prefix: farmhand',
    'farmhand.yml:4 kafka.group_id: is missing: an installation with a name shares it with no other. A new one: group_id: farmhand-alpha. One that has run without this line goes on with what it has: group_id: farmhand',
    'farmhand.yml:4 kafka.dead_letter_topic: is missing: an installation with a name shares it with no other. A new one: dead_letter_topic: farmhand-alpha-dead-letters. One that has run without this line goes on with what it has: dead_letter_topic: farmhand-dead-letters',
  ]);
});

test('what is proposed can be written, and is what nobody else has', () => {
  const proposed = (name: string) =>
    /A new one: prefix: (\S+)\. /.exec(problemLines(() => load(named(name))).join())?.[1];
  const names = [
    ...['alpha', 'Alpha', 'team/alpha', 'team-alpha', 'team.alpha', 'a'.repeat(23), 'a'.repeat(24)],
    ...['a'.repeat(121), `${'a'.repeat(120)}b`],
  ];
  const all = names.map(proposed);
  expect(all.slice(0, 4)).toEqual([
    ...['farmhand-alpha', 'farmhand-alpha-b1a96d', 'farmhand-team-alpha-825c31', 'farmhand-team-alpha'],
  ]);
  expect(new Set(all).size).toBe(names.length);
  for (const prefix of all) {
    expect(load(`${named('x')}redis: { prefix: ${prefix} }`).redis.prefix).toBe(prefix);
  }
});

test('it goes on with what it has, or with its own', () => {
  for (const [own, letters] of [
    ['farmhand', 'farmhand-dead-letters'],
    ['farmhand-alpha', 'farmhand-alpha-dead-letters'],
  ]) {
    const rest = `${kafka(`, group_id: ${own}, dead_letter_topic: ${letters}`)}redis: { prefix: ${own} }\n`;
    const { config, sharedDefaults } = read(`${named('alpha')}${rest}`);
    expect([config.redis.prefix, config.kafka?.group_id, config.kafka?.dead_letter_topic]).toEqual([
      ...[own, own, letters],
    ]);
    expect(sharedDefaults).toEqual([]);
  }
});

test.each([
  ['nobody', {}],
  ['only its chart', { FARMHAND_INSTALLATION: 'ops/farmhand' }],
])('one that %s names goes on with the values of 0.1 and 0.2.0, and is told', (_, env) => {
  const { config, sharedDefaults } = read(minimal(kafka()), env);
  expect([config.redis.prefix, config.kafka?.group_id, config.kafka?.dead_letter_topic]).toEqual([
    ...['farmhand', 'farmhand', 'farmhand-dead-letters'],
  ]);
  expect(sharedDefaults).toEqual(['redis.prefix', 'kafka.group_id', 'kafka.dead_letter_topic']);
  expect(sharedDefaultsWarning(sharedDefaults)).toBe(
    'Any other installation would have the same names as this one, and of two on one Redis or Kafka one does not start. Write down what is not said, as it is now: redis.prefix: farmhand, kafka.group_id: farmhand, kafka.dead_letter_topic: farmhand-dead-letters',
  );
});

test('it is told of what is left out, and of Kafka only where it is read', () => {
  expect(read(minimal()).sharedDefaults).toEqual(['redis.prefix']);
  expect(read(minimal(kafka(', group_id: x'))).sharedDefaults).toEqual([
    'redis.prefix',
    'kafka.dead_letter_topic',
  ]);
  expect(sharedDefaultsWarning([])).toBeUndefined();
});
