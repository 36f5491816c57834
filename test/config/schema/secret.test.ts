import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { stringify } from 'yaml';
import { ConfigError } from '../../../src/core/errors.ts';
import { load, minimal } from '../minimal.ts';

const canary = 'canary-7f3a9';
const env = {
  SLACK_BOT_TOKEN: `xoxb-${canary}`,
  SLACK_APP_TOKEN: `xapp-${canary}`,
  FARMHAND_EVENTS_TOKEN: `events-${canary}`,
  FARMHAND_API_TOKEN: `api-of-${canary}`,
  JIRA_API_TOKEN: `jira-${canary}`,
  REDIS_URL: `redis://:${canary}@redis:6379`,
};
const everySecret = minimal(`
jira: { host: https://example.atlassian.net, email: a@b.c, project: OPS }
kafka: { brokers: ["a:1"], topics: [{ name: t }], sasl: { mechanism: plain, username: u, password: { env: SLACK_BOT_TOKEN } } }
alertmanagers: [{ name: a, url: http://am, token: { file: /secret } }]
sre_api: { url: http://sre, token: { file: /secret } }
`);

test('no way of printing a config shows a secret', () => {
  const config = load(everySecret, { env, files: { '/secret': canary } });
  expect(config.redis.url.toString()).toBe('[redacted]');
  const spread = { ...config.slack, copy: Object.assign({}, config.slack.bot_token) };
  const prints = [
    JSON.stringify(config),
    JSON.stringify(Object.entries(config)),
    inspect(config, { depth: 20, showHidden: true }),
    inspect(config.slack.bot_token, { showHidden: true, customInspect: false }),
    `${config.slack.bot_token} ${config.redis.url}`,
    String(config.jira?.api_token),
    JSON.stringify(spread),
    JSON.stringify(structuredClone(spread.copy)),
    stringify(JSON.parse(JSON.stringify(config))),
    String(new Error(`refused ${config.slack.bot_token}`)),
  ];
  for (const print of prints) expect(print).not.toContain(canary);
  expect(JSON.stringify(config).match(/\[redacted\]/g)).toHaveLength(9);
});

test('no problem shows what was written in the place of a secret, or any other value', () => {
  const text = `slack:
  bot_token: ${canary}
  app_token: [${canary}]
  default_channel: ${canary}
  api_url: ${canary}
redis: { url: "redis://u:${canary}@h", prefix: "${canary} x", command_timeout: ${canary} }
http: { port: ${canary}, events_token: { token: ${canary} } }
jira: { host: https://a.b, email: a@b.c, project: ${canary}, api_token: { env: ${canary}, file: ${canary} } }
log: { level: ${canary} }
kafka: { brokers: [${canary}], topics: ${canary}, tls: ${canary}, sasl: { mechanism: plain, username: u, password: ${canary} } }
`;
  try {
    load(text);
    expect.unreachable();
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    expect(String(error)).not.toContain(canary);
    expect(inspect(error, { depth: 10 })).not.toContain(canary);
  }
});
