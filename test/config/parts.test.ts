import { expect, test } from 'vitest';
import { loadConfig } from '../../src/config/load.ts';
import type { ConfigPart } from '../../src/config/parts.ts';
import { Secret } from '../../src/config/schema/secret.ts';
import { problemsOf } from './minimal.ts';

const everything = `slack:
  default_channel: C0123ABCD
redis:
  url: { env: THE_REDIS }
kafka:
  brokers: [kafka:9092]
  topics: [{ name: alerts }]
  sasl: { mechanism: plain, username: farmhand, password: { file: /run/kafka } }
http:
  sources:
    - { name: east, token: { env: EAST } }
    - { name: west, token: { env: WEST } }
jira:
  host: https://example.atlassian.net
  email: bot@example.com
  api_token: { env: JIRA_API_TOKEN }
  project: OPS
alertmanagers:
  - { name: am, url: 'http://am:9093', token: { env: AM_TOKEN } }
audit:
  file: /audit/chain.ndjson
`;

const load = (
  secretsFor: readonly ConfigPart[] | undefined,
  env: Readonly<Record<string, string>>,
  text = everything,
) =>
  loadConfig({
    file: 'farmhand.yml',
    env,
    readFile: (path) => {
      if (path === 'farmhand.yml') return text;
      throw Object.assign(new Error('no such file'), { code: 'ENOENT' });
    },
    ...(secretsFor && { secretsFor }),
  });

const problems = (...args: Parameters<typeof load>): readonly string[] =>
  problemsOf(() => load(...args)).map(({ path }) => path.replace(/^\S+ /, ''));

test.each<[readonly ConfigPart[] | undefined, readonly string[]]>([
  [['redis'], ['redis.url']],
  [
    ['redis', 'kafka'],
    ['redis.url', 'kafka.sasl.password'],
  ],
  [['http'], ['http.sources[0].token', 'http.sources[1].token']],
  [['jira'], ['jira.api_token']],
  [['slack'], ['slack.bot_token', 'slack.app_token']],
  [
    undefined,
    [
      'slack.bot_token',
      'slack.app_token',
      'redis.url',
      'kafka.sasl.password',
      'http.sources[0].token',
      'http.sources[1].token',
      'jira.api_token',
      'alertmanagers[0].token',
    ],
  ],
])('a command that uses %j misses the secrets of these alone: %j', (parts, missing) => {
  expect([...problems(parts, {})].sort()).toEqual([...missing].sort());
});

test('what a command uses is there, all else of the file is as it is written', () => {
  const config = load(['redis'], { THE_REDIS: 'redis://:secret@redis:6379' });
  expect(config.redis.url).toBeInstanceOf(Secret);
  expect((config.redis.url as Secret).reveal()).toBe('redis://:secret@redis:6379');
  expect(config.audit.file).toBe('/audit/chain.ndjson');
  expect(config.http.sources.map(({ name }) => name)).toEqual(['east', 'west']);
  expect(config.slack.bot_token.reveal()).toBe('redis://not-looked-up');
});

test('a mistake in a part that is not used is still told: the file is one', () => {
  const wrong = everything.replace('brokers: [kafka:9092]', 'brokers: [kafka]');
  expect(problems(['redis'], { THE_REDIS: 'redis://r' }, wrong)).toEqual(['kafka.brokers[0]']);
});

test('the form of a token that a command does not use is not its business', () => {
  const env = { THE_REDIS: 'redis://r', SLACK_BOT_TOKEN: 'nonsense', SLACK_APP_TOKEN: 'more nonsense' };
  expect(problems(['redis'], env)).toEqual([]);
  expect(problems(['redis', 'slack'], env)).toEqual(['slack.bot_token', 'slack.app_token']);
});
