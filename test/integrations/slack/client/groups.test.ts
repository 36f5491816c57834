import { WebClient } from '@slack/web-api';
import { expect, test } from 'vitest';
import { createUserGroups } from '../../../../src/integrations/slack/client/groups.ts';
import type { LogData } from '../../../../src/observability/log.ts';

type Answer = { readonly users: readonly string[] } | { readonly error: string } | 'none';

/** A Slack that answers `usergroups.users.list` by group, and a clock. */
const world = (answers: Record<string, Answer>) => {
  let time = 0;
  const asked: string[] = [];
  const warned: LogData[] = [];
  const ignore = (): void => undefined;
  const log = { debug: ignore, info: ignore, warn: (data: LogData) => warned.push(data), error: ignore };
  const web = new WebClient('xoxb-1', {
    retryConfig: { retries: 0 },
    fetch: async (_, init) => {
      const group = new URLSearchParams(String(init?.body)).get('usergroup') ?? '';
      asked.push(group);
      const answer = answers[group] ?? { error: 'no_such_subteam' };
      if (answer === 'none') return new Promise<Response>(() => undefined);
      return Response.json({ ok: 'users' in answer, ...answer });
    },
  });
  const groups = createUserGroups({ web, now: () => time, log, rememberMs: 10_000, timeoutMs: 20 });
  const look = async (user: string, ...among: string[]) => {
    const { member, unknown } = await groups.groupsOf(user, among);
    return { member: [...member], unknown: [...unknown] };
  };
  return { look, asked, warned, answers, pass: (ms: number) => (time += ms) };
};

test('says which groups a person is in', async () => {
  const { look } = world({ S1: { users: ['U1', 'U2'] }, S2: { users: ['U2'] } });
  expect(await look('U1', 'S1', 'S2')).toEqual({ member: ['S1'], unknown: [] });
  expect(await look('U3', 'S1')).toEqual({ member: [], unknown: [] });
});

test('many clicks are one call, and after ten seconds it is asked again', async () => {
  const { look, asked, answers, pass } = world({ S1: { users: ['U1'] } });
  await Promise.all([look('U1', 'S1'), look('U2', 'S1')]);
  pass(9_999);
  await look('U1', 'S1');
  expect(asked).toEqual(['S1']);
  answers['S1'] = { users: [] };
  pass(1);
  expect(await look('U1', 'S1')).toEqual({ member: [], unknown: [] });
  expect(asked).toEqual(['S1', 'S1']);
});

test.each([
  ['refuses', { error: 'missing_scope' }, 'An API error occurred: missing_scope'],
  ['does not answer', 'none', 'no answer within 20 ms'],
] as const)(
  'where Slack %s it is not known of that group alone, and asked again',
  async (_, answer, error) => {
    const { look, asked, warned, answers } = world({ S1: answer, S2: { users: ['U1'] } });
    expect(await look('U1', 'S1', 'S2')).toEqual({ member: ['S2'], unknown: ['S1'] });
    expect(warned).toEqual([{ group: 'S1', error }]);
    answers['S1'] = { users: ['U1'] };
    expect(await look('U1', 'S1')).toEqual({ member: ['S1'], unknown: [] });
    expect(asked).toEqual(['S1', 'S2', 'S1']);
  },
);

test('a group that Slack does not know has no members', async () => {
  const { look, warned } = world({});
  expect(await look('U1', 'S404')).toEqual({ member: [], unknown: [] });
  expect(warned).toEqual([{ group: 'S404' }]);
});
