import { afterAll, beforeAll, expect, test } from 'vitest';
import { type SandboxRepository, startRepository } from '../../../sandbox/repository/start.ts';
import { createInstances } from '../../../src/integrations/gitops/instances.ts';
import { openRepository } from '../../../src/integrations/gitops/repository.ts';
import { createGitopsScales } from '../../../src/integrations/gitops/scales.ts';
import { type Http, type HttpRequest, openHttp } from '../../../src/integrations/http-client/call.ts';
import type { Instance } from '../../../src/rebuild/model/parts/instance.ts';
import type { ScaleRequest } from '../../../src/rebuild/ports/ports.ts';
import { noApplications, noSets } from '../../fakes/rebuilds/applications.ts';

let github: SandboxRepository;
const http = openHttp();
beforeAll(async () => {
  github = await startRepository({ adminUrl: (name) => `http://127.0.0.1:8080/instances/${name}` });
});
afterAll(async () => {
  await http[Symbol.asyncDispose]();
  await github[Symbol.asyncDispose]();
});

const repositoryOver = (client: Http, over: { timeoutMs?: number } = {}) =>
  openRepository(
    {
      apiUrl: github.apiUrl,
      repo: github.repo,
      branch: github.branch,
      token: { reveal: () => github.token },
      author: { name: 'farmhand', email: 'farmhand@example.com' },
      timeoutMs: over.timeoutMs ?? 30_000,
    },
    { http: client, now: Date.now },
  );
const scalesOver = (client: Http, over: { timeoutMs?: number } = {}) =>
  createGitopsScales(repositoryOver(client, over), noApplications, noSets);

/** The answer to a commit is lost on the way back: after the commit, or before GitHub ever saw it. */
const losing = (write: 'arrives' | 'is gone'): Http => ({
  async call(request: HttpRequest) {
    if (request.method !== 'PUT') return http.call(request);
    if (write === 'arrives') await http.call(request);
    return { kind: 'lost', error: 'other side closed' };
  },
  async [Symbol.asyncDispose]() {},
});

const instanceNamed = async (name: string): Promise<Instance> => {
  const got = await createInstances(repositoryOver(http), { path: 'instances', cacheMs: 0 }).get(name);
  if (!got.ok) throw new Error(JSON.stringify(got));
  return got.instance;
};
const requestFor = async (name: string, over: Partial<ScaleRequest>): Promise<ScaleRequest> => ({
  key: `${name}-20261120-1/farmers/1`,
  rebuild: `${name}-20261120-1`,
  instance: await instanceNamed(name),
  role: 'farmer',
  from: 0,
  to: 8,
  resourceVersion: '1',
  by: { id: 'U0ALICE', name: 'Alice Ash' },
  reason: 'new dataset',
  ...over,
});

test('every instance of the sandbox is valid', async () => {
  const instances = createInstances(repositoryOver(http), {
    path: 'instances',
    cacheMs: 60_000,
    clusters: ['den'],
  });
  expect(await instances.names()).toEqual({
    ok: true,
    value: ['system6', 'system7', 'system8', 'systemgov1'],
  });
  const got = await Promise.all(['system6', 'system7', 'system8', 'systemgov1'].map(instances.get));
  expect(got.map((g) => g.ok && [g.instance.engine, g.instance.way, g.instance.approval])).toEqual([
    ['balance', 'kubernetes', false],
    ['farm', 'gitops', false],
    ['balance', 'gitops', false],
    ['balance', 'kubernetes', true],
  ]);
  expect(got[0]?.ok && got[0].instance.adminUrl).toBe('http://127.0.0.1:8080/instances/system6');
});

test('the last rebuild of system8 is known by its commits', async () => {
  const instances = createInstances(repositoryOver(http), { path: 'instances', cacheMs: 60_000 });
  const last = await instances.lastFarmers(await instanceNamed('system8'));
  expect(last).toEqual({
    ok: true,
    value: {
      farmers: 10,
      from: expect.stringMatching(/^as in the last rebuild \(commit [0-9a-f]{7}, \d+ \w+\)$/),
    },
  });
});

test('a change whose answers are lost is made once, however often it is asked for', async () => {
  const file = 'instances/system7.yaml';
  const before = await github.read(file);
  const request = await requestFor('system7', {});
  expect(await scalesOver(losing('is gone')).scale(request)).toEqual(
    expect.objectContaining({ ok: false, kind: 'unknown' }),
  );
  const made = await scalesOver(losing('arrives')).scale(request);
  expect(made).toEqual(expect.objectContaining({ ok: true, already: false }));
  const again = await Promise.all([1, 2, 3].map(() => scalesOver(losing('arrives')).scale(request)));
  expect(again).toEqual(again.map(() => ({ ...made, already: true })));
  expect((await github.commits(file)).map(({ message }) => message.split('\n', 1)[0])).toEqual([
    'system7: farmers 0 → 8 (rebuild system7-20261120-1)',
    `Add ${file}`,
  ]);
  expect(await github.read(file)).toBe(before.replace('replicas: 0  ', 'replicas: 8  '));
});

test('of workers that make the same change at once one commits', async () => {
  const request = await requestFor('system8', { key: 'system8-20261120-1/farmers/1', to: 6 });
  const before = (await github.commits('instances/system8.yaml')).length;
  const results = await Promise.all([1, 2, 3, 4].map(() => scalesOver(http).scale(request)));
  const ids = results.map((result) => (result.ok ? result.id : JSON.stringify(result)));
  expect(new Set(ids).size).toBe(1);
  expect(results.filter((result) => result.ok && !result.already)).toHaveLength(1);
  expect(await github.commits('instances/system8.yaml')).toHaveLength(before + 1);
});

test('a GitHub that hangs is told within the timeout, and nothing was done', async () => {
  const request = await requestFor('system8', { key: 'system8-20261120-2/farmers/1', from: 6, to: 9 });
  github.pause();
  try {
    expect(await scalesOver(http, { timeoutMs: 300 }).scale(request)).toEqual({
      ok: false,
      kind: 'retry',
      error: 'GitHub did not answer: no answer within 300 ms. Nothing was committed.',
    });
  } finally {
    github.resume();
  }
});

test('a protected branch is refused with what to do', async () => {
  const request = await requestFor('system8', { key: 'system8-20261120-3/farmers/1', from: 6, to: 9 });
  await github.protect(true);
  try {
    expect(await scalesOver(http).scale(request)).toEqual({
      ok: false,
      kind: 'refused',
      error:
        "GitHub answered 409: Protected branch update failed for refs/heads/main. Let farmhand's account bypass the protection of the branch (Settings > Rules, or Branches). Nothing was committed.",
    });
  } finally {
    await github.protect(false);
  }
});
