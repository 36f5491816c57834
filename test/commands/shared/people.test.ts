import { WebClient } from '@slack/web-api';
import { expect, test } from 'vitest';
import { createPeople } from '../../../commands/shared/people.ts';
import type { LogData } from '../../../src/observability/log.ts';

type Answer = { readonly user: Record<string, unknown> } | { readonly error: string } | 'none';

/** A Slack that answers `users.info` with `answer`, and a clock. */
const world = (first: Answer, deadlineMs?: number) => {
  let answer = first;
  let time = 0;
  let asked = 0;
  const warned: LogData[] = [];
  const ignore = (): void => undefined;
  const log = { debug: ignore, info: ignore, warn: (data: LogData) => warned.push(data), error: ignore };
  const client = new WebClient('xoxb-1', {
    retryConfig: { retries: 0 },
    fetch: async () => {
      asked++;
      if (answer === 'none') return new Promise<Response>(() => undefined);
      return Response.json({ ok: 'user' in answer, ...answer });
    },
  });
  const people = createPeople({ now: () => time, log }, deadlineMs);
  return {
    person: (id = 'U1', given?: string) => people.person(client, { id, name: given, via }),
    says: (next: Answer) => {
      answer = next;
    },
    pass: (ms: number) => {
      time += ms;
    },
    asked: () => asked,
    warned,
  };
};

const via = { client: 'thread', channel: 'C01ALERTS' } as const;
const nora = { user: { name: 'nora.sre', profile: { real_name: 'Nora Berg', display_name: 'nb' } } };

test.each([
  ['the full name', nora.user, 'Nora Berg'],
  ['the display name where there is no full one', { name: 'n', profile: { display_name: 'nb' } }, 'nb'],
  ['the user name where there is no other', { name: 'nora.sre', profile: { real_name: ' ' } }, 'nora.sre'],
  ['on one line, and not endless', { real_name: `a\n\u202e${'b'.repeat(200)}` }, `a ${'b'.repeat(77)}…`],
])('%s', async (_, user, name) => {
  expect(await world({ user }).person()).toEqual({ id: 'U1', name, via });
});

test('workspace and e-mail address are known where Slack says them', async () => {
  const user = { real_name: 'Nora Berg', team_id: 'T1', profile: { email: 'nora@acme.example' } };
  expect(await world({ user }).person()).toEqual({
    ...{ id: 'U1', name: 'Nora Berg', team: 'T1', email: 'nora@acme.example', via },
  });
});

test('a person is looked up once an hour', async () => {
  const { person, pass, says, asked } = world(nora);
  await Promise.all([person(), person()]);
  pass(3_599_999);
  await person();
  expect(asked()).toBe(1);
  pass(1);
  says({ user: { real_name: 'Nora Sund' } });
  expect(await person()).toEqual({ id: 'U1', name: 'Nora Sund', via });
  expect(asked()).toBe(2);
});

test('where Slack refuses, the name of the request counts, and it is asked again a minute later', async () => {
  const { person, pass, asked, warned } = world({ error: 'missing_scope' });
  expect(await person('U1', 'nora.sre')).toEqual({ id: 'U1', name: 'nora.sre', via });
  expect(await person()).toEqual({ id: 'U1', via });
  expect(asked()).toBe(1);
  expect(warned).toEqual([{ user: 'U1', error: 'An API error occurred: missing_scope' }]);
  pass(60_000);
  await person();
  expect(asked()).toBe(2);
});

test('a name once known stays while Slack does not answer for it', async () => {
  const { person, pass, says } = world(nora);
  await person();
  pass(3_600_000);
  says({ error: 'fatal_error' });
  expect(await person('U1', 'nora.sre')).toEqual({ id: 'U1', name: 'Nora Berg', via });
});

test('a Slack that never answers holds nothing up', async () => {
  const { person, asked } = world('none', 5);
  expect(await person('U1', 'nora.sre')).toEqual({ id: 'U1', name: 'nora.sre', via });
  expect(await person('U1')).toEqual({ id: 'U1', via });
  expect(asked()).toBe(1);
});

test('of a thousand people the one looked up first is forgotten first', async () => {
  const { person, asked } = world(nora);
  for (let i = 0; i <= 1_000; i++) await person(`U${i}`);
  await person('U1000');
  expect(asked()).toBe(1_001);
  await person('U0');
  expect(asked()).toBe(1_002);
});
