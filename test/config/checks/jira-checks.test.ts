import { expect, test } from 'vitest';
import { load, minimal, problemLines, tokens } from '../minimal.ts';

const jira = (keys: string): string =>
  minimal(`jira: { host: https://jira.example.mil/jira, project: OPS, ${keys} }\n`);
const env = { ...tokens, JIRA_API_TOKEN: 'j-1', JIRA_PERSONAL_ACCESS_TOKEN: 'pat-1', OTHER: 'o-1' };
const problems = (text: string, given: Record<string, string> = env) =>
  problemLines(() => load(text, { env: given }));

test('each kind of Jira takes its own token, from its variable unless the file says otherwise', () => {
  const cloud = load(jira('email: a@example.com'), { env }).jira;
  expect([cloud?.kind, cloud?.api_token?.reveal(), cloud?.personal_access_token]).toEqual([
    'cloud',
    'j-1',
    undefined,
  ]);
  const own = load(jira('kind: data_center'), { env }).jira;
  expect([own?.kind, own?.api_token, own?.personal_access_token?.reveal()]).toEqual([
    'data_center',
    undefined,
    'pat-1',
  ]);
  const named = load(jira('kind: data_center, personal_access_token: { env: OTHER }'), { env }).jira;
  expect(named?.personal_access_token?.reveal()).toBe('o-1');
});

test('the variable of the other kind is not asked for, and that of its own is', () => {
  expect(problems(jira('kind: data_center'), tokens)).toEqual([
    expect.stringMatching(/set JIRA_PERSONAL_ACCESS_TOKEN in the environment; it is not set$/),
  ]);
  expect(problems(jira('email: a@example.com'), tokens)).toEqual([
    expect.stringMatching(/set JIRA_API_TOKEN in the environment; it is not set$/),
  ]);
});

test('a login of the other kind is refused, each key with what to do', () => {
  expect(
    problems(jira('personal_access_token: { env: OTHER }')).map((text) => text.split(': is ')[1]),
  ).toEqual([
    'missing: Jira Cloud takes an API token together with the e-mail of its account. For a Jira of your own (Data Center) write kind: data_center',
    'for kind: data_center; Jira Cloud takes email and api_token. Remove it, or set the kind',
  ]);
  expect(problems(jira('kind: data_center, email: a@example.com, api_token: { env: OTHER }'))).toHaveLength(
    2,
  );
  expect(problems(jira('kind: server'))).toEqual(
    expect.arrayContaining([expect.stringMatching(/must be cloud or data_center/)]),
  );
  expect(
    problems(minimal('jira: { kind: data_center, host: https://a.atlassian.net, project: OPS }\n')),
  ).toEqual([expect.stringMatching(/is a site of Jira Cloud, and kind is data_center$/)]);
});
