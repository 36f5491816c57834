import { expect, test } from 'vitest';
import { startJira } from '../../sandbox/jira/start.ts';
import { runAskJira } from '../../src/cli/ask-jira.ts';
import { fakeTerminal } from './fake-terminal.ts';

const env = {
  SLACK_BOT_TOKEN: 'xoxb-canary',
  SLACK_APP_TOKEN: 'xapp-canary',
  FARMHAND_EVENTS_TOKEN: 'canary-of-the-events',
};
const ask = async (jira: string, token: string) => {
  const text = `slack: { default_channel: C0123ABCD }\njira: { ${jira}, project: OPS }\n`;
  const terminal = fakeTerminal(
    { 'x.yml': text },
    { ...env, JIRA_API_TOKEN: token, JIRA_PERSONAL_ACCESS_TOKEN: token },
  );
  const code = await runAskJira('x.yml', terminal);
  return [code, ...terminal.stdout().split('\n')];
};

test('says which Jira it is, and that it takes tickets', async () => {
  await using own = await startJira({ kind: 'data_center' });
  expect(await ask(`kind: data_center, host: "${own.url}"`, own.token)).toEqual([
    0,
    `✓ Jira Data Center at ${own.url} takes the login, and tickets.`,
  ]);
  own.setLacking(['LINK_ISSUES']);
  expect(await ask(`kind: data_center, host: "${own.url}"`, own.token)).toEqual([
    0,
    `✓ Jira Data Center at ${own.url} takes the login, and tickets.`,
    '! jira.project: the account lacks LINK_ISSUES in OPS',
  ]);
});

test('a wrong kind and a Jira that is away are told in words, and fail', async () => {
  await using own = await startJira({ kind: 'data_center' });
  expect(await ask(`host: "${own.url}", email: a@example.com`, own.token)).toEqual([
    1,
    `✗ Tickets cannot be raised in ${own.url}:`,
    `  jira.kind: is cloud, but ${own.url} is Jira Data Center 9.12.15, as it says itself; write kind: data_center with jira.personal_access_token, and without jira.email and jira.api_token`,
  ]);
  own.control.outage(true);
  expect((await ask(`kind: data_center, host: "${own.url}"`, own.token)).slice(0, 2)).toEqual([
    1,
    expect.stringMatching(/^✗ Jira Data Center at .* does not answer: other side closed/),
  ]);
});
