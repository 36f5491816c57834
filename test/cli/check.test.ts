import { expect, test } from 'vitest';
import { runCheck } from '../../src/cli/check.ts';
import { fakeTerminal } from './fake-terminal.ts';

const text = `slack: { default_channel: C0123ABCD }
http: { port: 9090 }
redis: { durability: none }
sre_api: { url: http://sre }
routes:
  - { name: one, type: [dcr, adhoc], match: ['{a="1", b=~"x|y"}'], channel: C0ONE, actions: [thread, { api_task: { task: bounce } }] }
  - { name: rest }
`;
const env = {
  SLACK_BOT_TOKEN: 'xoxb-canary',
  SLACK_APP_TOKEN: 'xapp-canary',
  FARMHAND_EVENTS_TOKEN: 'canary-of-the-events',
};

test('says what was understood, and no secret', () => {
  const terminal = fakeTerminal({ 'x.yml': text }, { ...env, REDIS_URL: 'redis://:canary@r' });
  expect(runCheck('x.yml', { secrets: true }, terminal)).toBe(0);
  expect(terminal.stdout()).toBe(`✓ x.yml is valid.

Kafka     off: there is no kafka section
HTTP      0.0.0.0:9090; probes and metrics
          POST /v1/events on
          read API off: there is no http.api_token
          GET /v1/audit off: there is no http.audit_token
Redis     (from a secret); keys farmhand:…; MAY LOSE RECORDS
Slack     https://slack.com/api/; default channel C0123ABCD
Jira      off: no tickets
silences  off: no alertmanagers
pagers    off: no pager actions
SRE API   http://sre
Rebuilds  off: there is no rebuilds section, and no /dcr

Routes, first match wins
  1. one        type dcr or adhoc, a="1", b=~"x|y" → C0ONE: thread, then api_task bounce
  2. rest       every event → C0123ABCD: thread
  –  (default)  everything else → C0123ABCD: thread

! Any other installation would have the same names as this one, and of two on one Redis or Kafka one does not start. Write down what is not said, as it is now: redis.prefix: farmhand

From the environment: redis.url (REDIS_URL), http.events_token (FARMHAND_EVENTS_TOKEN)`);
});

test('without secrets, where they cannot be looked up', () => {
  const terminal = fakeTerminal({
    'x.yml': `${text}kafka: { brokers: ["k:1"], topics: [{ name: t, tier: a }] }\n`,
  });
  expect(runCheck('x.yml', { secrets: false }, terminal)).toBe(0);
  expect(terminal.stdout().split('\n').slice(0, 5)).toEqual([
    '✓ x.yml is valid; secrets were not looked up.',
    '',
    'Kafka     k:1; group farmhand',
    '          topic t (tier a)',
    '          what cannot be read goes to farmhand-dead-letters',
  ]);
});

test('a bad file is refused with every problem', () => {
  const terminal = fakeTerminal({ 'x.yml': 'slack: {}\nfoo: 1\n' }, env);
  expect(() => runCheck('x.yml', { secrets: true }, terminal)).toThrow(
    'x.yml: 2 problems; nothing was applied.',
  );
  expect(terminal.stdout()).toBe('');
});
