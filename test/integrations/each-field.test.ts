/**
 * Whatever field of an answer is null or missing: the answer is read for what it still says, or refused with the field.
 * `refused` is what an answer cannot do without; `other` is what it can, read as something else than the whole one.
 */
import { expect, test } from 'vitest';
import { createSightings } from '../../src/integrations/alertmanager/sightings.ts';
import { createSilences } from '../../src/integrations/alertmanager/silences.ts';
import { openRepository } from '../../src/integrations/gitops/repository.ts';
import type { Http, HttpRequest } from '../../src/integrations/http-client/call.ts';
import { createJiraApi } from '../../src/integrations/jira/adapter.ts';
import type { JiraApi } from '../../src/integrations/jira/client/jira-api.ts';
import { JiraFault } from '../../src/integrations/jira/client/jira-fault.ts';
import { createApiTasks } from '../../src/integrations/sre-api/tasks.ts';
import { anAlert } from '../builders/alert.ts';
import { silenceRequest } from '../conformance/alertmanager/alertmanager.ts';
import { jiraConfig } from '../conformance/jira/jira.ts';
import { withEachGone } from '../support/each-null.ts';

const httpThat = (answer: (request: HttpRequest) => unknown): Http => ({
  call: async (request) => ({
    kind: 'answered',
    status: 200,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(answer(request)),
    cut: false,
  }),
  async [Symbol.asyncDispose]() {},
});

const refusedMark = 'refused: ';

/** Reads the good answer, and then each spoilt one. What is the same for null and for missing is told once. */
const table = async (good: unknown, read: (body: unknown) => Promise<unknown>) => {
  const expected = JSON.stringify(await read(good));
  const refused: string[] = [];
  const other: string[] = [];
  for (const { what, value } of withEachGone(good)) {
    const got = await read(value);
    const said = JSON.stringify(got);
    expect(said, what).not.toMatch(/undefined|NaN|TypeError/);
    if (typeof got === 'string' && got.startsWith(refusedMark)) refused.push(what);
    else if (said !== expected) other.push(what);
  }
  return { refused: once(refused), other: once(other) };
};

const once = (all: readonly string[]): readonly string[] =>
  all.flatMap((what) => {
    const [field = ''] = what.split(' ');
    if (!all.includes(`${field} (null)`) || !all.includes(`${field} (gone)`)) return [what];
    return what.endsWith('(null)') ? [field] : [];
  });

const issue = {
  id: '10001',
  key: 'OPS-1',
  self: 'https://jira.example/rest/api/3/issue/10001',
  fields: {
    labels: ['farmhand-1'],
    status: { name: 'To Do', statusCategory: { key: 'new', name: 'To Do' } },
    issuelinks: [{ type: { name: 'Duplicate' }, outwardIssue: { key: 'OPS-2' } }],
    attachment: [{ filename: 'a.png' }],
  },
};
const text = { type: 'paragraph', content: [{ type: 'text', text: 'x' }] };
const done = { id: '5', name: 'Done', to: { name: 'Done', statusCategory: { key: 'done' } } };
const status = 'fields.status';

test.each<[string, (api: JiraApi) => Promise<unknown>, object, readonly string[], readonly string[]]>([
  [
    'tickets found by a label: one that cannot be read is not one that is not there',
    (api) => api.findByLabel('farmhand-1'),
    { issues: [issue], isLast: true },
    [
      ...['issues', 'issues.0 (null)', 'issues.0.id', 'issues.0.key', 'issues.0.fields'],
      ...['issues.0.fields.labels', 'issues.0.fields.labels.0 (null)', `issues.0.${status}`],
      ...[`issues.0.${status}.name`, `issues.0.${status}.statusCategory`],
      ...[`issues.0.${status}.statusCategory.key`, 'issues.0.fields.issuelinks.0 (null)'],
      ...['issues.0.fields.issuelinks.0.type', 'issues.0.fields.issuelinks.0.type.name'],
      'issues.0.fields.issuelinks.0.outwardIssue.key',
    ],
    [
      ...['issues.0 (gone)', 'issues.0.fields.labels.0 (gone)', 'issues.0.fields.issuelinks'],
      ...['issues.0.fields.issuelinks.0 (gone)', 'issues.0.fields.issuelinks.0.outwardIssue'],
    ],
  ],
  [
    'a created ticket',
    (api) => api.create({ description: [] } as never, {}),
    { id: '1', key: 'OPS-1' },
    ['id', 'key'],
    [],
  ],
  [
    'the state of a ticket',
    (api) => api.state('OPS-1'),
    issue,
    [
      ...['fields', status, `${status}.statusCategory`, `${status}.statusCategory.key`],
      ...['fields.attachment.0 (null)', 'fields.attachment.0.filename'],
    ],
    ['fields.attachment', 'fields.attachment.0 (gone)'],
  ],
  [
    'comments: what cannot be read is not one that is not there',
    (api) => api.comments('OPS-1', 0).then((all) => all.map(({ id }) => id)),
    { total: 1, comments: [{ id: '7', created: '2026-11-20T14:13:42Z', body: { content: [text] } }] },
    [
      ...['comments', 'comments.0 (null)', 'comments.0.id', 'comments.0.created'],
      'comments.0.body.content.0 (null)',
    ],
    ['comments.0 (gone)'],
  ],
  ['a comment that was made', (api) => api.comment('OPS-1', []), { id: '7' }, ['id'], []],
  [
    'transitions',
    (api) => api.transitions('OPS-1'),
    { transitions: [{ ...done, fields: { resolution: { name: 'Resolution', required: true } } }] },
    [
      ...['transitions', 'transitions.0 (null)', 'transitions.0.id', 'transitions.0.name'],
      ...[
        'transitions.0.to',
        'transitions.0.to.name',
        'transitions.0.to.statusCategory',
        'transitions.0.to.statusCategory.key',
      ],
      'transitions.0.fields.resolution.required',
    ],
    [
      ...['transitions.0 (gone)', 'transitions.0.fields', 'transitions.0.fields.resolution'],
      'transitions.0.fields.resolution.name',
    ],
  ],
  [
    'issue types',
    (api) => api.issueTypes('OPS'),
    { issueTypes: [{ id: '3', name: 'Task', subtask: false }] },
    ['issueTypes', 'issueTypes.0 (null)', 'issueTypes.0.id', 'issueTypes.0.name', 'issueTypes.0.subtask'],
    ['issueTypes.0 (gone)'],
  ],
  [
    'fields of a screen',
    (api) => api.createFields('OPS', '3'),
    { fields: [{ fieldId: 'summary', name: 'Summary', required: true }] },
    ['fields', 'fields.0 (null)', 'fields.0.fieldId', 'fields.0.name', 'fields.0.required'],
    ['fields.0 (gone)'],
  ],
  [
    'permissions: one that is not told is not held',
    (api) => api.missingPermissions('OPS', ['ADD_COMMENTS']),
    { permissions: { ADD_COMMENTS: { havePermission: true } } },
    ['permissions', 'permissions.ADD_COMMENTS.havePermission'],
    ['permissions.ADD_COMMENTS'],
  ],
])('Jira, %s', async (_, call, good, refused, other) => {
  let body: unknown;
  const site = { host: 'https://jira.example', email: 'e', token: 't', project: 'OPS', issueType: 'Task' };
  const api = createJiraApi(
    jiraConfig(site),
    httpThat(() => body),
    () => 0,
  );
  const read = async (answer: unknown) => {
    body = answer;
    try {
      return await call(api);
    } catch (error) {
      if (!(error instanceof JiraFault)) throw error;
      expect(error.message).toMatch(/the [a-z ]+ cannot be read \(\S+: .+\)/);
      return refusedMark;
    }
  };
  expect(await table(good, read)).toEqual({ refused, other });
});

const sha = 'a'.repeat(40);
const url = 'https://github.example/c';
type Repository = ReturnType<typeof openRepository>;

test.each<
  [string, (of: Repository) => ReturnType<Repository['head']>, unknown, readonly string[], readonly string[]]
>([
  ['the head of a branch', (of) => of.head(), { object: { sha } }, ['object', 'object.sha'], []],
  [
    'a blob',
    (of) => of.blob(sha) as never,
    { sha, content: 'eA==', encoding: 'base64' },
    ['content', 'encoding'],
    [],
  ],
  [
    'a file: one that cannot be read is not “no file”',
    (of) => of.file('a') as never,
    { type: 'file', sha, size: 1, content: 'eA==', encoding: 'base64' },
    ['type', 'sha', 'size', 'content', 'encoding'],
    [],
  ],
  ['a comparison', (of) => of.compare('a', 'b') as never, { status: 'ahead' }, ['status'], []],
  [
    'a commit that was made',
    (of) => of.put({ path: 'a', sha, bytes: Buffer.from('x'), message: 'm' }) as never,
    { content: { sha }, commit: { sha, html_url: url } },
    ['commit', 'commit.sha'],
    ['commit.html_url'],
  ],
  [
    'a folder: a file that cannot be read is not one that is not there',
    (of) => of.list(sha, '') as never,
    { tree: [{ path: 'a.yaml', type: 'blob', sha, size: 7 }], truncated: false },
    ['tree', 'tree.0 (null)', 'tree.0.path', 'tree.0.type', 'tree.0.sha'],
    ['tree.0 (gone)', 'tree.0.size'],
  ],
  [
    'commits: one that cannot be read is not one that was not made',
    (of) => of.commits('a', 10) as never,
    [{ sha, html_url: url, commit: { message: 'm', author: { name: 'Ana', date: '2026-11-20T14:13:42Z' } } }],
    ['0 (null)', '0.sha', '0.commit', '0.commit.message'],
    ['0 (gone)', '0.html_url', '0.commit.author', '0.commit.author.name', '0.commit.author.date'],
  ],
])('GitHub, %s', async (_, call, good, refused, other) => {
  let body: unknown;
  const settings = {
    apiUrl: 'https://api.github.example',
    token: { reveal: () => 't' },
    timeoutMs: 1_000,
    repo: 'acme/deployments',
    branch: 'main',
    author: { name: 'farmhand', email: 'farmhand@example.com' },
  };
  const repository = openRepository(settings, { http: httpThat(() => body), now: () => 0 });
  const read = async (answer: unknown) => {
    body = answer;
    const got = await call(repository);
    if (got.ok) return got.value;
    expect(got.fault.says).toMatch(/answered with what GitHub's API does not/);
    return refusedMark;
  };
  expect(await table(good, read)).toEqual({ refused, other });
});

const now = Date.UTC(2026, 10, 20, 15);
const alert = anAlert({ lastSeen: now - 9 * 3_600_000, links: { alertmanager: 'http://am.example' } });
const listed = (state: object) => [
  {
    labels: alert.labels,
    annotations: {},
    startsAt: '2026-11-20T06:00:00Z',
    fingerprint: 'f',
    status: state,
  },
];
const active = { state: 'active', silencedBy: [], inhibitedBy: [], mutedBy: [] };
const suppressed = { state: 'suppressed', silencedBy: ['s-1'], inhibitedBy: [], mutedBy: [] };
const running = { uptime: '2026-11-01T00:00:00.000Z', cluster: { status: 'ready', peers: [{ name: 'a' }] } };
const main = { name: 'main', url: 'http://am.example' };

test.each<[string, 'alerts' | 'status', unknown, readonly string[], readonly string[]]>([
  [
    'its alerts: one that cannot be read is not one that is gone',
    'alerts',
    listed(active),
    [
      ...['0 (null)', '0.labels', ...Object.keys(alert.labels).map((name) => `0.labels.${name} (null)`)],
      ...['0.status', '0.status.state'],
    ],
    ['0 (gone)', ...Object.keys(alert.labels).map((name) => `0.labels.${name} (gone)`)],
  ],
  [
    'a silenced alert: quiet, whatever is left of what says so',
    'alerts',
    listed(suppressed),
    [
      ...['0 (null)', '0.labels', ...Object.keys(alert.labels).map((name) => `0.labels.${name} (null)`)],
      ...['0.status', '0.status.state', '0.status.silencedBy.0 (null)'],
    ],
    ['0 (gone)', ...Object.keys(alert.labels).map((name) => `0.labels.${name} (gone)`)],
  ],
  ['its status', 'status', running, ['uptime', 'cluster.status'], []],
])('Alertmanager, %s', async (_, asked, good, refused, other) => {
  const read = async (answer: unknown) => {
    const http = httpThat(({ url: at }) => {
      const about = at.includes('/status') ? 'status' : 'alerts';
      if (about === asked) return answer;
      return about === 'status' ? running : listed(active);
    });
    const sightings = createSightings(() => [main], {
      httpFor: () => http,
      timeoutMs: 1_000,
      now: () => now,
    });
    const seen = (await sightings.look([alert], [])).get(alert.id);
    if (seen?.kind !== 'unknown') return seen;
    expect(seen.why).toMatch(/could not be read/);
    return refusedMark;
  };
  expect(await table(good, read)).toEqual({ refused, other });
});

test('Alertmanager, a silence: one that cannot be read is not one that is not there, and none is made beside it', async () => {
  const request = silenceRequest();
  const posted: string[] = [];
  const silences = [
    {
      ...{ id: 's-1', comment: `why [farmhand ${request.key}]`, createdBy: 'ada', matchers: [] },
      status: { state: 'active' },
    },
  ];
  const ask = async (answer: unknown, state: object) => {
    const http = httpThat(({ method, url: at }) => {
      if (method === 'POST') posted.push(at);
      if (method === 'POST') return { silenceID: 's-2' };
      return at.includes('/silences') ? answer : [{ labels: request.alertLabels, status: state }];
    });
    const port = createSilences([{ name: 'main', url: 'http://am.example' }], {
      httpFor: () => http,
      sleep: async () => {},
    });
    return port.silence(request);
  };
  const good = await ask(silences, suppressed);
  expect(good).toMatchObject({ ok: true, id: 's-1' });
  const lost: string[] = [];
  for (const { what, value } of withEachGone(silences)) {
    posted.length = 0;
    const result = await ask(value, suppressed);
    if (posted.length > 0) lost.push(what);
    if (!result.ok)
      expect(result.error).toMatch(/its list of silences could not be read\. Nothing was silenced/);
  }
  // Without it there is none of ours in the list.
  expect(lost).toEqual(['0 (gone)']);
  for (const { value } of withEachGone(suppressed)) {
    const result = await ask(silences, value as object);
    expect(result.ok && result.effect?.seen, JSON.stringify(value)).not.toBe('misses');
  }
});

test('the SRE API, a task that was taken: known by its key whatever the answer lacks', async () => {
  let body: unknown;
  const tasks = createApiTasks(
    { url: 'http://sre.example', timeout: 1_000 },
    { http: httpThat(() => body), now: () => 0 },
  );
  const good = {
    id: 't-1',
    url: 'http://sre.example/t-1',
    text: 'taken',
    message: 'm',
    idempotency_key: 'k',
  };
  const read = async (answer: unknown) => {
    body = answer;
    const result = await tasks.submit({ task: 'bounce', params: {}, idempotencyKey: 'k' });
    expect(result).toMatchObject({ ok: true, id: expect.stringMatching(/^(t-1|k)$/) });
    return result;
  };
  expect(await table(good, read)).toEqual({ refused: [], other: ['id', 'url', 'text'] });
});
