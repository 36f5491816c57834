import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type JiraSandbox, startJira } from '../../../sandbox/jira/start.ts';
import { Secret } from '../../../src/config/schema/secret.ts';
import { openHttp } from '../../../src/integrations/http-client/call.ts';
import type { JiraConfig } from '../../../src/integrations/jira/client/jira-api.ts';
import { labelOf } from '../../../src/integrations/jira/documents/issue-fields.ts';
import { createJiraTickets } from '../../../src/integrations/jira/tickets.ts';
import { jiraConfig, siteOf, ticketRequest } from '../../conformance/jira/jira.ts';

describe.each(['cloud', 'data_center'] as const)('%s', (kind) => {
  let jira: JiraSandbox;
  let http: ReturnType<typeof openHttp>;
  /** One clock for the adapter and the simulator; sleeping moves it on. */
  let clock: number;
  beforeEach(async () => {
    clock = 1_000_000;
    jira = await startJira({ kind, now: () => clock });
    http = openHttp();
  });
  afterEach(async () => {
    await http[Symbol.asyncDispose]();
    await jira[Symbol.asyncDispose]();
  });

  const make = (change: Partial<JiraConfig> = {}) => {
    const warnings: string[] = [];
    const port = createJiraTickets(jiraConfig(siteOf(jira), { timeout: 1_500, ...change }), {
      http,
      now: () => clock,
      sleep: async (ms) => {
        clock += ms;
      },
      log: { warn: (_data, message) => warnings.push(message) },
    });
    return { port, warnings };
  };
  const keys = () => jira.issues().map((issue) => `${issue.key} ${issue.status.name}`);
  const calls = (pattern: RegExp) =>
    jira.control.requests().filter((r) => pattern.test(`${r.method} ${r.path}`)).length;
  const done = (key: string) => ({ ok: true, id: key, url: `${jira.url}/browse/${key}` });

  test.for(['drop_after', 'hang_after', 'answer_after'] as const)(
    'a create whose answer is lost by %s is looked for and adopted',
    async (effect) => {
      jira.control.fault({ match: '^POST .*/issue$', effect, status: 201, body: '{"id":' });
      const { port, warnings } = make();
      expect(await port.raise(ticketRequest())).toEqual(done('OPS-1'));
      expect(keys()).toEqual(['OPS-1 To Do']);
      expect(warnings).toEqual(['Jira did not confirm a ticket; looking for it']);
    },
  );

  test('while the search is behind, a lost create is waited for and never repeated', async () => {
    jira.setIndexDelay(45_000);
    jira.control.fault({ match: '^POST .*/issue$', effect: 'drop_after' });
    const { port } = make();
    const request = ticketRequest();
    const waits: number[] = [];
    for (;;) {
      const result = await port.raise(request);
      if (result.ok) {
        expect(result).toEqual(done('OPS-1'));
        break;
      }
      expect(result.retry).toBe(true);
      waits.push(result.retryAfterMs ?? 0);
      clock += result.retryAfterMs ?? 0;
    }
    expect(waits).toEqual([5_000, 20_000, 20_000]);
    expect(keys()).toEqual(['OPS-1 To Do']);
    expect(calls(/^POST .*\/issue$/)).toBe(1);
  });

  test('a create that was lost on its way is repeated after a minute of looking', async () => {
    jira.control.fault({ match: '^POST .*/issue$', effect: 'drop_before' });
    const { port } = make();
    const request = ticketRequest();
    const start = clock;
    let result = await port.raise(request);
    while (!result.ok) {
      clock += result.retryAfterMs ?? 0;
      result = await port.raise(request);
    }
    expect(result).toEqual(done('OPS-1'));
    expect(clock - start).toBeGreaterThanOrEqual(60_000);
    expect(keys()).toEqual(['OPS-1 To Do']);
  });

  test('a ticket that shows up after a repeated create: the older is kept, the newer linked and closed', async () => {
    jira.setIndexDelay(70_000);
    jira.control.fault({ match: '^POST .*/issue$', effect: 'drop_after' });
    const { port, warnings } = make();
    const request = ticketRequest();
    let result = await port.raise(request);
    while (!result.ok) {
      clock += result.retryAfterMs ?? 0;
      if (clock > 1_065_000) jira.setIndexDelay(3_600_000);
      result = await port.raise(request);
    }
    expect(result).toEqual(done('OPS-2'));
    jira.setIndexDelay(0);

    const restarted = make();
    expect(await restarted.port.raise({ ...request, mayExist: true })).toEqual({
      ...done('OPS-1'),
      text: 'OPS-2 was raised as well; it is linked as its duplicate and closed',
    });
    expect(keys()).toEqual(['OPS-1 To Do', 'OPS-2 Done']);
    expect(warnings).toEqual(['Jira did not confirm a ticket; looking for it']);
    expect(restarted.warnings).toEqual(['A ticket was raised twice']);
    const comments = jira.issues()[1]?.comments.length;
    expect(await make().port.raise(request)).toEqual({
      ...done('OPS-1'),
      text: 'OPS-2 is linked as its duplicate',
    });
    expect(jira.issues()[1]?.comments.length).toBe(comments);
  });

  test('what its project requires is set on the ticket of an alert, and refused by name where it is not', async () => {
    await jira[Symbol.asyncDispose]();
    const issueTypes = [{ name: 'Task', required: 'Team' }];
    jira = await startJira({ kind, now: () => clock, projects: [{ key: 'OPS', name: 'Ops', issueTypes }] });
    const { port } = make();
    expect(await port.raise(ticketRequest())).toEqual({
      ...{ ok: false, retry: false },
      error: expect.stringContaining('Team is required'),
    });
    expect(await port.raise(ticketRequest({ fields: { Team: '' } }))).toMatchObject({ ok: false });
    const long = `SRE\n${'x'.repeat(300)}`;
    expect(await port.raise(ticketRequest({ fields: { team: long } }))).toMatchObject({ ok: true });
    expect(jira.issues().map(({ more }) => more)).toEqual([{ customfield_10042: `SRE ${'x'.repeat(250)}…` }]);
    expect(await port.raise(ticketRequest({ fields: { Team: 'SRE', Colour: 'red', Labels: 'x' } }))).toEqual({
      ...{ ok: false, retry: false },
      error:
        'The ticket was not raised: in OPS, Task, Colour is no field of its create screen; there is Summary, Issue Type, Project, Description, Labels, Priority, Due date, Team; Labels is set by farmhand itself: take it out. Put alert_fields of jira or fields of the route’s ticket right.',
    });
    // What is asked before the create is no doubt: nothing was created.
    jira.control.fault({ match: '^GET .*createmeta', effect: 'answer_before', status: 503 });
    expect(await port.raise(ticketRequest({ fields: { Team: 'SRE' } }))).toMatchObject({
      ok: false,
      retry: true,
    });
    expect(jira.issues()).toHaveLength(1);
  });

  test('a repeated create looks once more, so that the older ticket wins at once', async () => {
    jira.setIndexDelay(63_000);
    jira.control.fault({ match: '^POST .*/issue$', effect: 'drop_after' });
    const { port } = make();
    const request = ticketRequest();
    let result = await port.raise(request);
    while (!result.ok) {
      clock += result.retryAfterMs ?? 0;
      result = await port.raise(request);
    }
    expect(result).toMatchObject(done('OPS-1'));
    expect(keys()).toEqual(['OPS-1 To Do', 'OPS-2 Done']);
  });

  test('after a crash the ticket is looked for with patience before it is created', async () => {
    const request = ticketRequest();
    await make().port.raise(request);
    jira.setIndexDelay(30_000);
    const { port } = make();
    const first = await port.raise({ ...request, mayExist: true });
    expect(first).toMatchObject({ ok: false, retry: true, retryAfterMs: 20_000 });
    clock += 30_000;
    expect(await port.raise({ ...request, mayExist: true })).toEqual(done('OPS-1'));
    expect(keys()).toEqual(['OPS-1 To Do']);
  });

  test('after a surely failed attempt of this process, nothing is waited for', async () => {
    jira.control.fault({ match: '^POST .*/issue$', effect: 'answer_before', status: 429 });
    const { port } = make();
    const request = ticketRequest();
    expect(await port.raise(request)).toMatchObject({ ok: false, retry: true });
    expect(await port.raise({ ...request, mayExist: true })).toEqual(done('OPS-1'));
  });

  test('one process asks once for a key, however often it is raised at the same time', async () => {
    const { port } = make();
    const request = ticketRequest();
    const results = await Promise.all([port.raise(request), port.raise(request), port.raise(request)]);
    expect(results).toEqual([done('OPS-1'), done('OPS-1'), done('OPS-1')]);
    expect(calls(/^POST .*\/issue$/)).toBe(1);
  });

  test('a rate limit says its reason and its wait, on the search and on the create', async () => {
    const limit = {
      effect: 'answer_before' as const,
      status: 429,
      headers: { 'retry-after': '30', 'ratelimit-reason': 'jira-burst-based' },
      body: '{"errorMessages":["Rate limit exceeded."]}',
    };
    const expected = {
      ok: false,
      retry: true,
      retryAfterMs: 30_000,
      error:
        'Jira limits the rate of calls (429: Rate limit exceeded; jira-burst-based). No ticket was raised.',
    };
    jira.control.fault({ ...limit, match: '/search(/jql)?$' });
    expect(await make().port.raise(ticketRequest())).toEqual(expected);
    jira.control.fault({ ...limit, match: '^POST .*/issue$' });
    expect(await make().port.raise(ticketRequest())).toEqual(expected);
  });

  test('a Jira that is down is retried; nothing is created blindly', async () => {
    jira.control.outage(true);
    expect(await make().port.raise(ticketRequest())).toMatchObject({ ok: false, retry: true });
    expect(calls(/^POST .*\/issue$/)).toBe(0);
    const { port } = make({ host: 'http://127.0.0.1:9' });
    expect(await port.raise(ticketRequest())).toEqual({
      ok: false,
      retry: true,
      error: 'Jira cannot be reached: connect ECONNREFUSED 127.0.0.1:9 (ECONNREFUSED). No ticket was raised.',
    });
  });

  test('a wrong token is final, says what to do, and does not show the token', async () => {
    const secret = new Secret('hunter2-secret');
    const login = kind === 'cloud' ? 'jira.email and jira.api_token' : 'jira.personal_access_token';
    const { port } = make({ api_token: secret, personal_access_token: secret });
    const result = await port.raise(ticketRequest());
    expect(result).toEqual({
      ok: false,
      retry: false,
      error: `Jira does not accept the login (401: Client must be authenticated to access this resource; AUTHENTICATED_FAILED). No ticket was raised. Check ${login}; tokens expire.`,
    });
  });

  test('field errors come all at once, and the ticket is not tried again', async () => {
    jira.control.fault({
      match: '^POST .*/issue$',
      effect: 'answer_before',
      status: 400,
      body: '{"errorMessages":["Nope."],"errors":{"customfield_10042":"Team is required.","priority":"Unknown."}}',
    });
    const { port } = make();
    expect(await port.raise(ticketRequest({ project: 'OPS' }))).toEqual({
      ok: false,
      retry: false,
      error:
        'Jira refused the ticket in project OPS (400: Nope; customfield_10042: Team is required; priority: Unknown). No ticket was raised. The issue type Task must have Summary, Description and Labels on its create screen, and no other required field without a default.',
    });
  });

  test('a redirect is not followed', async () => {
    jira.control.fault({
      effect: 'answer_before',
      status: 302,
      headers: { location: 'http://127.0.0.1:9/login' },
    });
    expect(await make().port.raise(ticketRequest())).toMatchObject({ ok: false, retry: false });
  });

  test('a link to the thread that cannot be added is remarked, and the ticket stands', async () => {
    jira.setLacking(['LINK_ISSUES']);
    expect(await make().port.raise(ticketRequest())).toEqual({
      ...done('OPS-1'),
      text: 'its link to the Slack thread could not be added (403: You do not have the permission to link issues)',
    });
    jira.setLacking([]);
    jira.control.fault({ match: 'remotelink', effect: 'drop_before' });
    expect(await make().port.raise(ticketRequest())).toEqual(done('OPS-2'));
  });

  test('a duplicate that cannot be retired is told', async () => {
    const request = ticketRequest();
    await make().port.raise(request);
    jira.setIndexDelay(3_600_000);
    await make().port.raise(request);
    jira.setIndexDelay(0);
    jira.setLacking(['ADD_COMMENTS']);
    expect(await make().port.raise(request)).toEqual({
      ...done('OPS-1'),
      text: 'OPS-2 was raised as well and could not be retired (403: You do not have the permission to comment on this issue); close it as a duplicate',
    });
  });

  test('a ticket keeps the key and the alert as a property, and hostile text as text', async () => {
    const request = ticketRequest({ summary: ' <b>x</b>\n{code} '.repeat(40) });
    await make().port.raise(request);
    const issue = jira.issues()[0];
    expect(issue?.properties).toEqual({ farmhand: { key: request.key, alert: request.alertId } });
    expect(issue?.summary).toHaveLength(255);
    expect(issue?.labels).toEqual([labelOf(request.key), 'farmhand', 'tier-prod']);
  });

  test('the limit of each kind, with its own headers, and a token that expires: nothing is raised, and then once', async () => {
    const request = ticketRequest();
    const { port } = make();
    jira.limit(1);
    expect(await port.raise(request)).toMatchObject({ ok: false, retry: true, retryAfterMs: 10_000 });
    jira.setExpired(true);
    expect(await port.raise(request)).toMatchObject({ ok: false, retry: false });
    jira.setExpired(false);
    expect(await port.raise(request)).toEqual(done('OPS-1'));
    expect(keys()).toEqual(['OPS-1 To Do']);
  });
});
