import { expect, test } from 'vitest';
import { loadConfig } from '../../src/config/load.ts';
import { configJsonSchema } from '../../src/config/schema/json-schema.ts';
import { keyReferences } from '../../src/config/schema/reference.ts';
import { Secret } from '../../src/config/schema/secret.ts';
import {
  type SecretPlace,
  type SecretRole,
  type SecretUser,
  secretUses,
} from '../../src/config/secret-uses.ts';
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
  user: readonly SecretPlace[] | SecretUser | undefined,
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
    ...(user && { secretsFor: 'length' in user ? { uses: user } : user }),
  });

const problems = (...args: Parameters<typeof load>): readonly string[] =>
  problemsOf(() => load(...args)).map(({ path }) => path.replace(/^\S+ /, ''));

test.each<[readonly SecretPlace[] | undefined, readonly string[]]>([
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
  // Whoever asks for it by mistake sends nothing to anybody.
  expect(() => config.slack.bot_token.reveal()).toThrow(
    'slack.bot_token is not read in this role, and was asked for all the same',
  );
  expect(String(config.slack.bot_token)).toBe('[redacted]');
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

test('a secret written into the file is refused, whoever reads it', () => {
  const wrong = everything.replace('{ env: AM_TOKEN }', 'canary');
  expect(problems(['redis'], { THE_REDIS: 'redis://r' }, wrong)).toEqual(['alertmanagers[0].token']);
});

test('the table has every secret of the config, and nothing else', () => {
  const rows = Object.entries(configJsonSchema().properties ?? {}).flatMap(([name, node]) =>
    keyReferences(node.items ?? node, node.items ? `${name}[]` : name),
  );
  const secrets = rows.filter(({ path, type }) => type.includes('secret') || path === 'redis.url');
  expect(Object.keys(secretUses).toSorted()).toEqual(secrets.map(({ path }) => path).toSorted());
});

const file = (name: string) => `{ file: /secrets/${name} }`;
const whole = `slack:
  default_channel: C0123ABCD
  bot_token: ${file('bot')}
  app_token: ${file('app')}
redis: { url: ${file('redis')} }
kafka:
  brokers: [kafka:9092]
  topics: [{ name: alerts }]
  sasl: { mechanism: plain, username: farmhand, password: ${file('kafka')} }
http:
  events_token: ${file('events')}
  sources: [{ name: east, token: ${file('east')} }]
  api_token: ${file('api')}
  readers: [{ name: beta, token: ${file('beta')}, tiers: ["*"] }]
  audit_token: ${file('audit')}
jira: { host: 'https://example.atlassian.net', email: bot@example.com, api_token: ${file('jira')}, project: OPS }
alertmanagers: [{ name: am, url: 'http://am:9093', token: ${file('am')} }]
pagers: [{ name: night, pagerduty: { routing_key: ${file('pager')} } }]
sre_api: { url: 'http://sre', token: ${file('sre')} }
access: { roles: [{ name: sre, verbs: ["*"], instances: ["*"] }], users: { U0123ABCD: [sre] } }
rebuilds:
  channel: C0DCR
  clusters: [{ name: den }]
  repository: { repo: example/deployments, branch: main, path: instances, token: ${file('github')} }
  engine: { token: ${file('engine')} }
`;

const textOf = (name: string): string => {
  if (name === 'redis') return 'redis://r';
  return { bot: 'xoxb-', app: 'xapp-' }[name] === undefined
    ? `${name}-0123456789abcdef`
    : `x${name === 'bot' ? 'oxb' : 'app'}-1`;
};

/** The files of secrets that are opened for it. */
const opened = (secretsFor: SecretUser, text = whole): readonly string[] => {
  const found = new Set<string>();
  loadConfig({
    ...{ file: 'farmhand.yml', env: {}, secretsFor },
    readFile: (path) => {
      if (path === 'farmhand.yml') return text;
      const name = path.replace('/secrets/', '');
      found.add(name);
      return textOf(name);
    },
  });
  return [...found].toSorted();
};

test.each<[readonly SecretRole[], readonly string[]]>([
  [['intake'], ['bot', 'east', 'events', 'github', 'kafka', 'redis']],
  [['worker'], ['am', 'bot', 'engine', 'github', 'jira', 'pager', 'redis', 'sre']],
  [['slack'], ['am', 'app', 'bot', 'engine', 'github', 'redis']],
  [['api'], ['api', 'audit', 'beta', 'bot', 'redis']],
  [
    ['api', 'slack'],
    ['am', 'api', 'app', 'audit', 'beta', 'bot', 'engine', 'github', 'redis'],
  ],
])('the roles %j open the files of these secrets and no others: %j', (roles, files) => {
  expect(opened({ roles })).toEqual(files);
});

test.each(['audit: { topic: farmhand-audit }\n', 'watchdog: { channel: C0WATCH }\n'])(
  'who works opens that of Kafka where it writes there: %j',
  (more) => {
    expect(opened({ roles: ['worker'] }, `${whole}${more}`)).toContain('kafka');
  },
);

test('what a role needs and does not have is told all at once, and of the rest nothing', () => {
  const found = problemsOf(() =>
    loadConfig({
      ...{ file: 'farmhand.yml', env: {}, secretsFor: { roles: ['api'] } },
      readFile: (path) => {
        if (path === 'farmhand.yml') return whole;
        throw Object.assign(new Error('no such file'), { code: 'ENOENT' });
      },
    }),
  );
  expect(found.map(({ path }) => path.replace(/^\S+ /, ''))).toEqual([
    ...['slack.bot_token', 'redis.url', 'http.api_token', 'http.readers[0].token', 'http.audit_token'],
  ]);
});
