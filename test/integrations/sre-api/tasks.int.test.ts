import { afterEach, beforeEach, expect, test } from 'vitest';
import { startSreApi } from '../../../sandbox/sre-api/start.ts';
import { Secret } from '../../../src/config/schema/secret.ts';
import { openHttp } from '../../../src/integrations/http-client/call.ts';
import { createApiTasks, type SreApiConfig } from '../../../src/integrations/sre-api/tasks.ts';

let api: Awaited<ReturnType<typeof startSreApi>>;
let http: ReturnType<typeof openHttp>;
beforeEach(async () => {
  api = await startSreApi({ token: 's3cret', now: () => 1_000 });
  http = openHttp();
});
afterEach(async () => {
  await http[Symbol.asyncDispose]();
  await api[Symbol.asyncDispose]();
});

const make = (change: Partial<SreApiConfig> = {}) =>
  createApiTasks(
    { url: `${api.url}/`, token: new Secret('s3cret'), timeout: 300, ...change },
    { http, now: () => 0 },
  );
const bounce = {
  task: 'bounce-cluster',
  params: { cluster: 'den' },
  idempotencyKey: 'abc-1/api_task',
};

test('a task is submitted with its key, and told with its id and address', async () => {
  expect(await make().submit(bounce)).toEqual({
    ok: true,
    id: 'task-1',
    url: `${api.url}/tasks/task-1`,
    text: 'Accepted: bounce-cluster',
  });
  expect(api.tasks()).toEqual([
    { id: 'task-1', key: 'abc-1/api_task', task: 'bounce-cluster', params: { cluster: 'den' }, at: 1_000 },
  ]);
});

test.for(['drop_after', 'hang_after', 'answer_after', 'drop_before', 'answer_before'] as const)(
  'after %s the repeat leaves one task',
  async (effect) => {
    api.control.fault({ effect, status: 502 });
    expect(await make().submit(bounce)).toMatchObject({ ok: false, retry: true });
    const again = await make().submit(bounce);
    expect(again).toMatchObject({ ok: true, id: 'task-1', url: `${api.url}/tasks/task-1` });
    expect(api.tasks()).toHaveLength(1);
  },
);

test('a repeat is done, and says so', async () => {
  await make().submit(bounce);
  expect(await make().submit(bounce)).toEqual({
    ok: true,
    id: 'task-1',
    url: `${api.url}/tasks/task-1`,
    text: 'already submitted: Already submitted.',
  });
});

test('a refusal is final, in the words of the API', async () => {
  expect(await make().submit({ ...bounce, task: 'no-such-task' })).toEqual({
    ok: false,
    retry: false,
    error:
      'Task no-such-task: the SRE API answered 422: Unknown task type no-such-task. Nothing was submitted.',
  });
});

test('a wrong token is final and says what to check', async () => {
  expect(await make({ token: new Secret('wrong') }).submit(bounce)).toEqual({
    ok: false,
    retry: false,
    error:
      'Task bounce-cluster: the SRE API answered 401: The bearer token is missing or wrong. Nothing was submitted. Check sre_api.token in farmhand.yml.',
  });
});

test('a rate limit is retried after the wait it asks for', async () => {
  api.control.fault({ effect: 'answer_before', status: 429, headers: { 'retry-after': '12' } });
  expect(await make().submit(bounce)).toEqual({
    ok: false,
    retry: true,
    retryAfterMs: 12_000,
    error: 'Task bounce-cluster: the SRE API answered 429: (an empty answer).',
  });
});

test('an answer without an id, or one that is no JSON, is known by its key', async () => {
  api.control.fault({ effect: 'answer_before', status: 204 });
  expect(await make().submit(bounce)).toEqual({
    ok: true,
    id: 'abc-1/api_task',
    text: 'the answer named no id; the task is known by its key',
  });
});

test('the key of another task is no success', async () => {
  api.control.fault({
    effect: 'answer_before',
    status: 409,
    body: '{"message":"in use","idempotency_key":"another"}',
  });
  expect(await make().submit(bounce)).toEqual({
    ok: false,
    retry: false,
    error: 'Task bounce-cluster: the SRE API answered 409: in use. Nothing was submitted.',
  });
});

test('a redirect is not followed, and links other than http are not taken over', async () => {
  api.control.fault({ effect: 'answer_before', status: 307, headers: { location: 'http://127.0.0.1:9/' } });
  expect(await make().submit(bounce)).toMatchObject({ ok: false, retry: false });
  api.control.fault({ effect: 'answer_before', status: 200, body: '{"id":"1","url":"javascript:alert(1)"}' });
  expect(await make().submit(bounce)).toEqual({ ok: true, id: '1' });
});

test('a key that no header can carry travels as its hash', async () => {
  await make().submit({ ...bounce, idempotencyKey: 'zwölf\nHost: evil' });
  expect(api.tasks()[0]?.key).toMatch(/^farmhand-[0-9a-f]{64}$/);
});
