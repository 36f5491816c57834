import { afterEach, beforeEach, expect, test } from 'vitest';
import { type JiraSandbox, startJira } from '../../../sandbox/jira/start.ts';
import { type RouteConfig, RouteSchema } from '../../../src/config/schema/route-schema.ts';
import { Secret } from '../../../src/config/schema/secret.ts';
import { openHttp } from '../../../src/integrations/http-client/call.ts';
import { checkJira, ticketTargets } from '../../../src/integrations/jira/check.ts';
import type { JiraConfig } from '../../../src/integrations/jira/client/jira-api.ts';
import { jiraConfig, siteOf } from '../../conformance/jira/jira.ts';

let jira: JiraSandbox;
let http: ReturnType<typeof openHttp>;
beforeEach(async () => {
  jira = await startJira({
    projects: [
      { key: 'OPS', name: 'Operations' },
      {
        key: 'SRE',
        name: 'Reliability',
        issueTypes: [
          { name: 'Story', required: 'Team' },
          { name: 'Ticket', without: 'labels' },
        ],
      },
    ],
  });
  http = openHttp();
});
afterEach(async () => {
  await http[Symbol.asyncDispose]();
  await jira[Symbol.asyncDispose]();
});

const config = (change: Partial<JiraConfig> = {}) =>
  jiraConfig(
    { host: jira.url, email: jira.email, token: jira.token, project: 'OPS', issueType: 'task' },
    change,
  );

test('every problem of every target comes at once', async () => {
  jira.setLacking(['CREATE_ISSUES', 'LINK_ISSUES']);
  const target = (path: string, project: string, issueType: string) =>
    ({ path, project, issueType, alert: true }) as const;
  expect(
    await checkJira(config({ issue_type: 'Saga' }), { http }, [
      target('routes[0]', 'NOPE', 'Task'),
      target('routes[1]', 'SRE', 'Story'),
      target('routes[2]', 'SRE', 'Ticket'),
    ]),
  ).toEqual({
    problems: [
      { path: 'jira.project', message: 'the account lacks CREATE_ISSUES in OPS' },
      {
        path: 'jira.issue_type',
        message: 'Saga is no issue type of OPS; use one of Task, Incident, Bug',
      },
      {
        path: 'routes[0].project',
        message: 'there is no project NOPE that this account can see and create tickets in',
      },
      { path: 'routes[1].project', message: 'the account lacks CREATE_ISSUES in SRE' },
      {
        path: 'routes[1].issue_type',
        message:
          'Story of SRE requires Team (customfield_10042), which farmhand does not set; make it optional or give it a default, or add routes[1].fields: { "Team": … } for tickets of alerts',
      },
      { path: 'routes[2].project', message: 'the account lacks CREATE_ISSUES in SRE' },
      {
        path: 'routes[2].issue_type',
        message: 'Ticket of SRE has no labels on its create screen; farmhand must set it',
      },
    ],
    warnings: [
      { path: 'jira.project', message: 'the account lacks LINK_ISSUES in OPS' },
      { path: 'routes[1].project', message: 'the account lacks LINK_ISSUES in SRE' },
      { path: 'routes[2].project', message: 'the account lacks LINK_ISSUES in SRE' },
    ],
  });
  expect(jira.issues()).toEqual([]);
});

test('what a project requires is missed for tickets of alerts and of rebuilds, each with where to say it', async () => {
  const story = { project: 'SRE', issue_type: 'Story' };
  const route = (fields?: Record<string, string>) =>
    RouteSchema.parse({ name: 'r', actions: [{ ticket: { ...story, ...(fields && { fields }) } }] });
  const problems = async (change: Partial<JiraConfig>, routes: RouteConfig[], rebuilds = true) => {
    const jiraOf = config(change);
    const found = await checkJira(jiraOf, { http, rebuilds }, ticketTargets(jiraOf, routes));
    return found.problems.map(({ path, message }) => `${path}: ${message}`);
  };
  const missed = (path: string, where: string) =>
    `${path}.issue_type: Story of SRE requires Team (customfield_10042), which farmhand does not set; make it optional or give it a default, or add ${where}`;
  expect(await problems(story, [])).toEqual([
    missed('jira', 'jira.fields: { "Team": … } for tickets of rebuilds'),
    missed('jira', 'jira.alert_fields: { "Team": … } for tickets of alerts'),
  ]);
  const both = { fields: { team: 'Farm' }, alert_fields: { customfield_10042: '{{labels.team}}' } };
  expect(await problems({ ...story, ...both }, [route()])).toEqual([]);
  expect(await problems({ ...story, alert_fields: { Team: 'Farm' } }, [], false)).toEqual([]);
  expect(await problems({}, [route(), route({ Team: 'SRE' }), route({ Tea: 'SRE', labels: 'x' })])).toEqual([
    missed(
      'routes[0].actions[0].ticket',
      'routes[0].actions[0].ticket.fields: { "Team": … } for tickets of alerts',
    ),
    missed(
      'routes[2].actions[0].ticket',
      'routes[2].actions[0].ticket.fields: { "Team": … } for tickets of alerts',
    ),
    expect.stringContaining('routes[2].actions[0].ticket.fields.Tea: is no field of its create screen'),
    'routes[2].actions[0].ticket.fields.labels: is set by farmhand itself: take it out',
  ]);
});

test('a wrong token, and an address that is no Jira, are problems', async () => {
  expect(await checkJira(config({ api_token: new Secret('wrong') }), { http })).toEqual({
    problems: [
      {
        path: 'jira.api_token',
        message:
          'Jira does not accept it for farmhand@example.com (401: Client must be authenticated to access this resource; AUTHENTICATED_FAILED); create a new token, they expire',
      },
    ],
    warnings: [],
  });
  jira.control.fault({ effect: 'answer_before', status: 404, body: 'nginx', times: 2 });
  expect(await checkJira(config(), { http })).toEqual({
    problems: [{ path: 'jira.host', message: 'does not answer like a Jira Cloud site (404: nginx)' }],
    warnings: [],
  });
});

test('a Jira that is down is no problem of the config', async () => {
  jira.control.outage(true);
  expect(await checkJira(config(), { http })).toEqual({
    problems: [],
    warnings: [],
    unreachable: 'other side closed (UND_ERR_SOCKET)',
  });
});

test('the other kind of Jira is told by its own word, before any login is sent to it', async () => {
  const site = { host: jira.url, email: '', token: 'pat', project: 'OPS', issueType: 'Task' };
  expect(await checkJira(jiraConfig({ ...site, kind: 'data_center' }), { http })).toEqual({
    problems: [
      {
        path: 'jira.kind',
        message: `is data_center, but ${jira.url} is Jira Cloud 1001.0.0-SNAPSHOT, as it says itself; write kind: cloud with jira.email and jira.api_token`,
      },
    ],
    warnings: [],
  });
  await using own = await startJira({ kind: 'data_center' });
  expect(await checkJira(config({ host: own.url }), { http })).toEqual({
    problems: [
      {
        path: 'jira.kind',
        message: `is cloud, but ${own.url} is Jira Data Center 9.12.15, as it says itself; write kind: data_center with jira.personal_access_token, and without jira.email and jira.api_token`,
      },
    ],
    warnings: [],
  });
  const sent = [...jira.control.requests(), ...own.control.requests()];
  expect(sent.map(({ headers }) => headers['authorization'])).toEqual([undefined, undefined]);
});

test('a personal access token that has expired, and an address without its context path', async () => {
  await using own = await startJira({ kind: 'data_center' });
  own.setExpired(true);
  expect(await checkJira(jiraConfig(siteOf(own)), { http })).toEqual({
    problems: [
      {
        path: 'jira.personal_access_token',
        message:
          'Jira does not accept it (401: Client must be authenticated to access this resource; AUTHENTICATED_FAILED); create a new token, they expire',
      },
    ],
    warnings: [],
  });
  const above = { ...siteOf(own), host: own.url.replace('/jira', '') };
  expect(await checkJira(jiraConfig(above), { http })).toEqual({
    problems: [
      {
        path: 'jira.host',
        message:
          'does not answer like a Jira Data Center site (404: Not found); has it a context path, such as https://jira.example.com/jira?',
      },
    ],
    warnings: [],
  });
});
