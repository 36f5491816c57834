import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { startJira } from '../../../sandbox/jira/start.ts';
import type { SimRequest } from '../../../sandbox/simulator/server.ts';
import { openHttp } from '../../../src/integrations/http-client/call.ts';
import { checkJira } from '../../../src/integrations/jira/check.ts';
import { createJiraEvidence } from '../../../src/integrations/jira/evidence.ts';
import { createJiraTickets } from '../../../src/integrations/jira/tickets.ts';
import { inStep, someProgress } from '../../builders/rebuild.ts';
import { jiraConfig, ticketRequest } from './jira.ts';

/** Atlassian's OpenAPI of Jira Cloud v3: its path is given, or it lies beside the project. */
const file =
  process.env['FARMHAND_JIRA_OPENAPI'] ??
  join(import.meta.dirname, '../../../../shared/fixtures/jira-cloud-v3-openapi.json');

const Operation = z.looseObject({
  parameters: z.array(z.looseObject({ in: z.string(), name: z.string() })).default([]),
  requestBody: z
    .looseObject({ content: z.record(z.string(), z.looseObject({ schema: z.unknown() })) })
    .optional(),
});
const OpenApi = z.looseObject({ paths: z.record(z.string(), z.record(z.string(), z.unknown())) });

/** Every way in which `request` departs from the description. */
const departures = (ajv: Ajv2020, api: z.infer<typeof OpenApi>, request: SimRequest): readonly string[] => {
  const called = `${request.method} ${request.path}`;
  const path = Object.keys(api.paths).find((template) =>
    new RegExp(`^${template.replace(/\{[^}]+\}/g, '[^/]+')}$`).test(request.path),
  );
  const entry = path === undefined ? undefined : api.paths[path]?.[request.method.toLowerCase()];
  if (path === undefined || entry === undefined) return [`${called}: there is no such operation`];
  const operation = Operation.parse(entry);
  const known = operation.parameters.filter((p) => p.in === 'query').map((p) => p.name);
  const unknown = [...new Set(request.query.keys())].filter((name) => !known.includes(name));
  const queryProblems = unknown.map((name) => `${called}: unknown query parameter ${name}`);
  if (request.body === '') return queryProblems;
  if (!operation.requestBody) return [...queryProblems, `${called}: takes no body`];
  const type = request.headers['content-type']?.split(';')[0] ?? '';
  const content = operation.requestBody.content ?? {};
  if (content[type] === undefined) return [...queryProblems, `${called}: takes no ${type}`];
  if (type !== 'application/json') return queryProblems;
  const pointer = ['paths', path, request.method.toLowerCase(), 'requestBody', 'content', type]
    .map((part) => part.replaceAll('~', '~0').replaceAll('/', '~1'))
    .map(encodeURIComponent)
    .join('/');
  const validate = ajv.compile({ $ref: `jira#/${pointer}/schema` });
  validate(JSON.parse(request.body));
  return [
    ...queryProblems,
    ...(validate.errors ?? []).map((e) => `${called}: ${e.instancePath} ${e.message}`),
  ];
};

/** Which Jira it is, is asked in the way that both kinds know. */
const inV3 = (call: SimRequest): SimRequest => ({
  ...call,
  path: call.path.replace(/^\/rest\/api\/2\/serverInfo$/, '/rest/api/3/serverInfo'),
});

test('every call the adapter makes is one that Atlassian describes', async () => {
  if (!existsSync(file)) {
    console.warn('Atlassian’s OpenAPI is not here: the calls to Jira were not checked against it.');
    expect(process.env['FARMHAND_JIRA_OPENAPI']).toBeUndefined();
    return;
  }
  const api = OpenApi.parse(JSON.parse(readFileSync(file, 'utf8')));
  const ajv = new Ajv2020({ strict: false, validateFormats: false, schemas: { jira: api } });
  await using jira = await startJira();
  await using http = openHttp();
  const site = {
    host: jira.url,
    email: jira.email,
    token: jira.token,
    project: 'OPS',
    issueType: 'Task',
  };
  await checkJira(jiraConfig(site), { http });
  const request = ticketRequest();
  const raise = () =>
    createJiraTickets(jiraConfig(site), { http, sleep: async () => undefined }).raise(request);
  await raise();
  jira.setIndexDelay(3_600_000);
  await raise();
  jira.setIndexDelay(0);
  expect(await raise()).toMatchObject({ ok: true, id: 'OPS-1' });
  const evidence = createJiraEvidence(jiraConfig(site), { http, chart: async () => new Uint8Array(8) });
  const rebuild = inStep('release', {}, { progress: someProgress });
  const raised = await evidence.raise(
    rebuild,
    'https://example.slack.com/archives/C0DCR/p1763607600000100',
    false,
  );
  const ticket = { ...rebuild.ticket, key: raised.ok ? raised.id : '' };
  const entry = { n: 1, at: rebuild.at, kind: 'closing', lines: ['Released.'] } as const;
  expect(await evidence.comment(rebuild, ticket, entry, true)).toMatchObject({ ok: true });
  expect(await evidence.describe({ ...rebuild, reason: 'more' }, ticket, undefined, 'append')).toMatchObject({
    ok: true,
  });

  const calls = jira.control.requests();
  expect([...new Set(calls.map((call) => `${call.method} ${call.path.replace(/OPS-\d+/, 'KEY')}`))]).toEqual([
    'GET /rest/api/2/serverInfo',
    'GET /rest/api/3/myself',
    'GET /rest/api/3/issue/createmeta/OPS/issuetypes',
    'GET /rest/api/3/mypermissions',
    'GET /rest/api/3/issue/createmeta/OPS/issuetypes/10200',
    'POST /rest/api/3/search/jql',
    'POST /rest/api/3/issue',
    'POST /rest/api/3/issue/KEY/remotelink',
    'POST /rest/api/3/issue/KEY/comment',
    'GET /rest/api/3/issue/KEY/transitions',
    'POST /rest/api/3/issue/KEY/transitions',
    'POST /rest/api/3/issueLink',
    'GET /rest/api/3/issue/KEY',
    'POST /rest/api/3/issue/KEY/attachments',
    'GET /rest/api/3/issue/KEY/comment',
    'PUT /rest/api/3/issue/KEY',
  ]);
  expect(calls.flatMap((call) => departures(ajv, api, inV3(call)))).toEqual([]);
  const wrong = { ...(calls[0] as SimRequest), path: '/rest/api/3/search/nope' };
  expect(departures(ajv, api, wrong)).toHaveLength(1);
});
