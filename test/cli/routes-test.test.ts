import { describe, expect, test } from 'vitest';
import { runRoutesTest } from '../../src/cli/routes-test.ts';
import { fakeTerminal } from './fake-terminal.ts';

const config = `slack: { default_channel: C0DEFAULT }
kafka: { brokers: ["k:1"], topics: [{ name: gold-alerts, tier: gold }] }
jira: { host: https://e.atlassian.net, email: a@b.c, project: OPS }
sre_api: { url: http://sre }
routes:
  - { name: gold, match: ['tier="gold"'], channel: C0GOLD }
  - name: pay
    match: ['service=~"pay.*"']
    channel: C0PAY
    actions:
      - thread
      - ticket: { summary: '{{name}} on {{labels.service}}{{labels.none}}', labels: ['tier-{{tier}}'] }
      - api_task: { task: look, params: { where: '{{thread.permalink}} {{ticket.key}}', id: '{{alert.id}}' } }
`;
const fixtures = 'test/fixtures/alertmanager';
const firing = `${fixtures}/webhook-firing-1alerts-PodCrashLooping.json`;

const run = async (
  input: string,
  options: { topic?: string; header?: Record<string, string> } = {},
  files = {},
) => {
  const terminal = fakeTerminal({ 'farmhand.yml': config, ...files });
  const code = await runRoutesTest(input, { config: 'farmhand.yml', header: {}, ...options }, terminal);
  return { code, out: terminal.stdout(), err: terminal.stderr() };
};

test('which route takes the alert, why the others do not, and what would be done', async () => {
  expect(await run(firing)).toEqual({
    code: 0,
    err: '',
    out: `PodCrashLooping  warning · firing · type alertmanager · tier default · http://alertmanager.example:9093
  ✗ gold: wants tier="gold", but it is "default"
  ✓ pay: service=~"pay.*"
  → thread          in C0PAY
  → ticket
      summary       PodCrashLooping on payments
      labels.0      tier-default
  → api_task look
      params.where  ‹thread.permalink› ‹ticket.key›
      params.id     d38937b1a545ff0d-mwp27shc`,
  });
});

test('with whom an alert would share its thread', async () => {
  const grouped = config.replace('channel: C0GOLD', 'channel: C0GOLD, group_by: [alertname, service]');
  const { out } = await run(firing, { topic: 'gold-alerts' }, { 'farmhand.yml': grouped });
  expect(out).toContain('→ one thread with all of  alertname="PodCrashLooping", service="payments"');
});

test('topic and headers give the tier', async () => {
  expect((await run(firing, { topic: 'gold-alerts' })).out).toContain('✓ gold: tier="gold"');
  expect((await run(firing, { header: { Tier: 'gold' } })).out).toContain('✓ gold: tier="gold"');
});

test('what can be read is shown beside what cannot, and a body without alerts is nothing to do', async () => {
  const good = { status: 'firing', labels: { alertname: 'Good' }, annotations: null };
  const body = (alerts: unknown[]) => ({ 'body.json': JSON.stringify({ alerts }) });
  const { code, out, err } = await run('body.json', {}, body([good, { ...good, status: 'pending' }]));
  expect([code, out.split('\n')[0]?.split('  ')[0], err]).toEqual([
    1,
    'Good',
    '✗ cannot be read: the data does not match the schema of its type (invalid_data)\n' +
      '  alerts.1.status: expected one of "firing"|"resolved"',
  ]);
  expect(await run('body.json', {}, body([]))).toEqual({
    code: 0,
    out: 'Nothing to do: the body holds no alert.',
    err: '',
  });
});

test('each alert of a body by itself, and the default route where none matches', async () => {
  const alert = (name: string) => ({
    status: 'firing',
    labels: { alertname: name },
    startsAt: '2026-11-20T14:13:42Z',
  });
  const { code, out } = await run(
    'two.json',
    {},
    {
      'two.json': JSON.stringify({ version: '4', alerts: [alert('A'), alert('B')] }),
    },
  );
  expect(code).toBe(0);
  expect(out.split('\n').filter((line) => !line.startsWith('  ✗'))).toEqual([
    expect.stringMatching(/^A {2}/),
    '  ✓ (default): no other route took it',
    '  → thread  in C0DEFAULT',
    '',
    expect.stringMatching(/^B {2}/),
    '  ✓ (default): no other route took it',
    '  → thread  in C0DEFAULT',
  ]);
});

describe('what cannot be read', () => {
  test.each([
    ['{', /^✗ cannot be read: the body is not JSON \(bad_json\)\n {2}/],
    ['{"foo":1}', /^✗ cannot be read: the body is none of the shapes farmhand reads \(unknown_shape\)\n {2}/],
    ['', /^✗ cannot be read: the message has no body \(empty\)\n {2}/],
  ])('%s', async (text, expected) => {
    const { code, out, err } = await run('bad.json', {}, { 'bad.json': text });
    expect([code, out]).toEqual([1, '']);
    expect(err).toMatch(expected);
  });
});
