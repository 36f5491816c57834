import { afterEach, beforeEach, expect, test } from 'vitest';
import { type JiraSandbox, startJira } from '../../../sandbox/jira/start.ts';

let jira: JiraSandbox;
let clock: number;
beforeEach(async () => {
  clock = 0;
  jira = await startJira({ now: () => clock });
});
afterEach(() => jira[Symbol.asyncDispose]());

const call = async (method: string, path: string, body?: unknown) => {
  const login = Buffer.from(`${jira.email}:${jira.token}`).toString('base64');
  const answer = await fetch(`${jira.url}/rest/api/3${path}`, {
    method,
    headers: { authorization: `Basic ${login}`, 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  return { status: answer.status, json: text === '' ? undefined : JSON.parse(text) };
};
const fields = (change = {}) => ({
  fields: {
    project: { key: 'OPS' },
    issuetype: { name: 'Task' },
    summary: 'x',
    labels: ['one'],
    ...change,
  },
});
const refused = (errors: Record<string, string>) => ({ status: 400, json: { errorMessages: [], errors } });

test('an issue is refused with all its field errors at once', async () => {
  expect(
    await call(
      'POST',
      '/issue',
      fields({ summary: 'a\nb', labels: ['a b'], color: 'red', description: 'x' }),
    ),
  ).toEqual(
    refused({
      summary: 'The summary is invalid because it contains newline characters.',
      labels: "The label 'a b' contains spaces which is invalid.",
      color: "Field 'color' cannot be set. It is not on the appropriate screen, or unknown.",
      description: 'Operation value must be an Atlassian Document (see the Atlassian Document Format)',
    }),
  );
  expect(await call('POST', '/issue', fields({ project: { key: 'NO' } }))).toEqual(
    refused({ project: 'Specify a valid project ID or key', issuetype: 'Specify a valid issue type' }),
  );
  expect(
    await call('POST', '/issue', fields({ description: { type: 'doc', version: 1, content: [{}] } })),
  ).toEqual({
    status: 400,
    json: { errorMessages: ['INVALID_INPUT'], errors: {} },
  });
  const long = { type: 'paragraph', content: [{ type: 'text', text: 'x'.repeat(33_000) }] };
  expect(
    await call('POST', '/issue', fields({ description: { type: 'doc', version: 1, content: [long] } })),
  ).toEqual(refused({ description: 'CONTENT_LIMIT_EXCEEDED' }));
  expect(jira.issues()).toEqual([]);
});

test('the search needs a restriction, gives only ids without fields, pages, and lags', async () => {
  await call('POST', '/issue', fields());
  await call('POST', '/issue', fields());
  expect(await call('POST', '/search/jql', { jql: 'order by created' })).toEqual({
    status: 400,
    json: {
      errorMessages: [
        'Unbounded JQL queries are not allowed here. Please add a search restriction to your query.',
      ],
      errors: {},
    },
  });
  const jql = 'labels = "ONE" AND project in (OPS, "SRE") ORDER BY created DESC';
  expect((await call('POST', '/search/jql', { jql, maxResults: 1 })).json).toEqual({
    issues: [{ id: '10002' }],
    isLast: false,
    nextPageToken: '1',
  });
  expect((await call('POST', '/search/jql', { jql, maxResults: 1, nextPageToken: '1' })).json).toEqual({
    issues: [{ id: '10001' }],
    isLast: true,
  });
  jira.setIndexDelay(5_000);
  expect((await call('POST', '/search/jql', { jql })).json).toEqual({ issues: [], isLast: true });
  expect((await call('POST', '/search/jql', { jql, reconcileIssues: [10_001] })).json).toEqual({
    issues: [{ id: '10001' }],
    isLast: true,
  });
  clock = 5_000;
  expect((await call('POST', '/search/jql', { jql })).json.issues).toHaveLength(2);
  expect((await call('POST', '/search/jql', { jql, colour: 'red' })).status).toBe(400);
  expect((await call('GET', '/search')).status).toBe(410);
});

test('a remote link of the same globalId is renewed', async () => {
  await call('POST', '/issue', fields());
  const link = (title: string) =>
    call('POST', '/issue/OPS-1/remotelink', { globalId: 'g', object: { url: 'https://x.y/', title } });
  expect((await link('a')).status).toBe(201);
  expect((await link('b')).status).toBe(200);
  expect((await call('GET', '/issue/OPS-1/remotelink')).json).toEqual([
    { id: 10002, globalId: 'g', object: { url: 'https://x.y/', title: 'b' } },
  ]);
});

test('transitions go to the other statuses only', async () => {
  await call('POST', '/issue', fields());
  const { json } = await call('GET', '/issue/OPS-1/transitions');
  expect(json.transitions.map((t: { id: string; name: string }) => `${t.id} ${t.name}`)).toEqual([
    '12 In Progress',
    '13 Done',
    '14 On hold',
  ]);
  expect((await call('POST', '/issue/OPS-1/transitions', { transition: { id: '13' } })).status).toBe(204);
  expect((await call('POST', '/issue/OPS-1/transitions', { transition: { id: '13' } })).status).toBe(400);
});

test('nothing is told without a login', async () => {
  const answer = await fetch(`${jira.url}/rest/api/3/myself`);
  expect([answer.status, answer.headers.get('x-seraph-loginreason')]).toEqual([401, 'AUTHENTICATED_FAILED']);
});

test('pages show hostile text as text and load nothing', async () => {
  const hostile = '"><script>alert(1)</script><img src=x onerror=alert(1)>';
  const link = (href: string) => ({ type: 'text', text: 'here', marks: [{ type: 'link', attrs: { href } }] });
  const description = {
    type: 'doc',
    version: 1,
    content: [{ type: 'paragraph', content: [{ type: 'text', text: hostile }, link('https://x.y/?"a')] }],
  };
  await call(
    'POST',
    '/issue',
    fields({ summary: hostile, labels: [hostile.replaceAll(' ', '-')], description }),
  );
  await call('POST', '/issue/OPS-1/remotelink', {
    globalId: 'g',
    object: { url: 'javascript:alert(1)', title: hostile },
  });
  for (const path of ['/', '/browse/OPS-1']) {
    const page = await fetch(jira.url + path);
    const html = await page.text();
    expect(page.status).toBe(200);
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(html).not.toContain('<script');
    expect(html).not.toContain('<img');
    expect(html).not.toMatch(/href="javascript/);
    expect(html).toContain('&quot;&gt;&lt;script&gt;alert(1)');
  }
  expect((await fetch(`${jira.url}/browse/OPS-9`)).status).toBe(404);
});

const say = (text: string) => ({
  version: 1,
  type: 'doc',
  content: [{ type: 'paragraph', content: [{ type: 'text', text }] }],
});

test('comments are paged, in either order, and refused like documents', async () => {
  await call('POST', '/issue', fields());
  for (const text of ['one', 'two', 'three']) {
    expect((await call('POST', '/issue/OPS-1/comment', { body: say(text) })).status).toBe(201);
  }
  const page = async (query: string) => {
    const { json } = await call('GET', `/issue/OPS-1/comment${query}`);
    return [json.total, ...json.comments.map((one: { body: unknown }) => JSON.stringify(one.body))];
  };
  const [one, two, three] = ['one', 'two', 'three'].map((text) => JSON.stringify(say(text)));
  expect(await page('')).toEqual([3, one, two, three]);
  expect(await page('?orderBy=-created&maxResults=2')).toEqual([3, three, two]);
  expect(await page('?orderBy=-created&maxResults=2&startAt=2')).toEqual([3, one]);
  expect((await call('GET', '/issue/OPS-1/comment?orderBy=author')).status).toBe(400);
  expect((await call('POST', '/issue/OPS-1/comment', { body: 'text' })).status).toBe(400);
  expect(await call('POST', '/issue/OPS-1/comment', { body: say('x'.repeat(33_000)) })).toEqual(
    refused({ comment: 'CONTENT_LIMIT_EXCEEDED' }),
  );
});

test('files need the token against forged requests, and only pictures are shown', async () => {
  await call('POST', '/issue', fields());
  const authorization = `Basic ${Buffer.from(`${jira.email}:${jira.token}`).toString('base64')}`;
  const attach = async (headers: Record<string, string>, ...files: File[]) => {
    const body = new FormData();
    for (const file of files) body.append('file', file);
    const url = `${jira.url}/rest/api/3/issue/OPS-1/attachments`;
    return (await fetch(url, { method: 'POST', headers: { authorization, ...headers }, body })).status;
  };
  const png = Buffer.from('89504e470d0a1a0a00ff', 'hex');
  const picture = new File([png], 'chart.png', { type: 'image/png' });
  const page = new File(['<script>alert(1)</script>'], 'x.png', { type: 'image/png' });
  expect(await attach({}, picture)).toBe(403);
  expect(await attach({ 'x-atlassian-token': 'no-check' })).toBe(400);
  expect(await attach({ 'x-atlassian-token': 'no-check' }, picture, page)).toBe(200);
  const [first, second] = jira.issues()[0]?.attachments ?? [];
  const html = await (await fetch(`${jira.url}/browse/OPS-1`)).text();
  expect(html.match(/<img[^>]*>/g)).toEqual([
    `<img src="/secure/attachment/${first?.id}/chart.png" alt="chart.png" loading="lazy">`,
  ]);
  const shown = await fetch(`${jira.url}/secure/attachment/${first?.id}/chart.png`);
  expect(shown.headers.get('content-type')).toBe('image/png');
  expect(Buffer.from(await shown.arrayBuffer())).toEqual(png);
  const saved = await fetch(`${jira.url}/secure/attachment/${second?.id}/x.png`);
  expect([saved.headers.get('content-type'), saved.headers.get('content-disposition')]).toEqual([
    'application/octet-stream',
    'attachment',
  ]);
});

test('a description is edited as a whole, with the same checks as a new one, and only by who may', async () => {
  await call('POST', '/issue', fields());
  const edit = (description: unknown) => call('PUT', '/issue/OPS-1', { fields: { description } });
  const doc = (text: string) => ({
    ...{ type: 'doc', version: 1 },
    content: [{ type: 'paragraph', content: [{ type: 'text', text }] }],
  });
  expect(await edit(doc('x'))).toEqual({ status: 204, json: undefined });
  expect(jira.issues()[0]?.description).toEqual(doc('x'));
  expect(await edit({ type: 'doc', version: 1, content: [{}] })).toEqual({
    status: 400,
    json: { errorMessages: ['INVALID_INPUT'], errors: {} },
  });
  expect(await edit(doc('x'.repeat(33_000)))).toEqual(refused({ description: 'CONTENT_LIMIT_EXCEEDED' }));
  const offScreen = 'cannot be set. It is not on the appropriate screen, or unknown.';
  expect(await call('PUT', '/issue/OPS-1', { fields: { color: 'red' } })).toEqual(
    refused({ color: `Field 'color' ${offScreen}` }),
  );
  jira.setLacking(['EDIT_ISSUES']);
  expect(await edit(doc('y'))).toEqual(refused({ description: `Field 'description' ${offScreen}` }));
  expect((await call('PUT', '/issue/OPS-9', { fields: {} })).status).toBe(404);
  expect(jira.issues()[0]?.description).toEqual(doc('x'));
});
