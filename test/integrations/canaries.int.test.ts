import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type SimRequest, type Simulator, startSimulator } from '../../sandbox/simulator/server.ts';
import { Secret } from '../../src/config/schema/secret.ts';
import { createSilences } from '../../src/integrations/alertmanager/silences.ts';
import { createEngine } from '../../src/integrations/engine/engine.ts';
import { openRepository } from '../../src/integrations/gitops/repository.ts';
import { type Http, openHttp } from '../../src/integrations/http-client/call.ts';
import { createJiraEvidence } from '../../src/integrations/jira/evidence.ts';
import { createJiraTickets } from '../../src/integrations/jira/tickets.ts';
import { createApplications } from '../../src/integrations/kubernetes/applications.ts';
import { openClusters } from '../../src/integrations/kubernetes/client/clusters.ts';
import { createClusterPort } from '../../src/integrations/kubernetes/doctor/examine.ts';
import { createKubernetesScales } from '../../src/integrations/kubernetes/scales.ts';
import { createApiTasks } from '../../src/integrations/sre-api/tasks.ts';
import { leaks } from '../builders/leaks.ts';
import { anInstance, aRebuild } from '../builders/rebuild.ts';
import { silenceRequest } from '../conformance/alertmanager/alertmanager.ts';
import { jiraConfig, ticketRequest } from '../conformance/jira/jira.ts';
import { aScale, quiet } from './kubernetes/world.ts';

/** With every character that an encoding changes. */
const canary = 'cAn4ry&"<key>/+ one=%two';
const plainCanary = 'cAn4ry-0f-a-token-5e7d';
const user = 'farmhand@example.com';

/** What a debug page, a careless proxy or an error handler makes of a request. */
const echoes: Readonly<Record<string, (request: SimRequest) => string>> = {
  'the headers as text': ({ headers }) => JSON.stringify(headers),
  'the headers in a JSON message': ({ headers }) =>
    JSON.stringify({ message: `bad request: ${headers['authorization']} ${headers['x-api-key']}` }),
  'the login, decoded': ({ headers }) => decoded(headers).join(' '),
  'percent-encoded': ({ headers }) => encodeURIComponent(JSON.stringify([headers, decoded(headers)])),
  'percent-encoded within JSON': ({ headers }) =>
    JSON.stringify({ message: decoded(headers).map((text) => encodeURIComponent(text)) }),
  'as a form': ({ headers }) => new URLSearchParams({ login: decoded(headers).join(' ') }).toString(),
  'as HTML': ({ headers }) =>
    `request: ${decoded(headers).join(' ').replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')}`,
  'in base64': ({ headers }) =>
    `x ${decoded(headers)
      .map((text) => Buffer.from(text).toString('base64'))
      .join(' ')}`,
  'in base64, shifted by one': ({ headers }) =>
    `x ${decoded(headers)
      .map((text) => Buffer.from(`a${text}zz`).toString('base64'))
      .join(' ')}`,
  'in base64, shifted by two, for addresses': ({ headers }) =>
    `x ${decoded(headers)
      .map((text) => Buffer.from(`ab${text}`).toString('base64url'))
      .join(' ')}`,
  'in hex': ({ headers }) =>
    decoded(headers)
      .map((text) => Buffer.from(text).toString('hex'))
      .join(' '),
};

const decoded = (headers: SimRequest['headers']): readonly string[] =>
  Object.entries(headers)
    .filter(([name]) => /auth|key|token/.test(name))
    .map(([, value]) => {
      const [scheme = '', rest = ''] = value.split(/ (.*)/s);
      return scheme === 'Basic' ? Buffer.from(rest, 'base64').toString() : rest || value;
    });

let echo = (_: SimRequest): string => '';
let status = 500;
let sim: Simulator;
let http: Http;
let folder: string;
beforeAll(async () => {
  sim = await startSimulator({
    handler: (request) => ({
      status,
      body: echo(request),
      headers:
        status >= 300 && status < 400 ? { location: `/login?next=${encodeURIComponent(echo(request))}` } : {},
    }),
  });
  http = openHttp();
  folder = await mkdtemp(join(tmpdir(), 'farmhand-canary-'));
});
afterAll(async () => {
  await http[Symbol.asyncDispose]();
  await sim[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

/** Everything that the clients say of calls that went wrong. */
const calls = async (token: string): Promise<Readonly<Record<string, unknown>>> => {
  const instance = anInstance({ adminUrl: sim.url });
  const rebuild = aRebuild();
  const secret = new Secret(token);
  const engine = createEngine({ token: secret, timeout: 2_000 }, { http, now: Date.now });
  const site = { host: sim.url, email: user, token, project: 'OPS', issueType: 'Task' };
  const jira = jiraConfig(site, { timeout: 2_000 });
  const ownJira = jiraConfig({ ...site, kind: 'data_center' }, { timeout: 2_000 });
  const jiraDeps = { http, log: quiet, sleep: async () => {} };
  const repository = openRepository(
    {
      apiUrl: sim.url,
      token: secret,
      timeoutMs: 2_000,
      repo: 'a/b',
      branch: 'main',
      author: { name: 'x', email: user },
    },
    { http, now: Date.now },
  );
  const kubeconfig = join(folder, `config-${token.length}`);
  await writeFile(
    kubeconfig,
    JSON.stringify({
      clusters: [{ name: 'c', cluster: { server: sim.url, 'insecure-skip-tls-verify': true } }],
      contexts: [{ name: 'den', context: { cluster: 'c', user: 'u' } }],
      users: [{ name: 'u', user: { token } }],
    }),
  );
  await using clusters = openClusters([{ name: 'den', kubeconfig }], { timeout: 5_000, log: quiet });
  const cluster = createClusterPort(clusters, createApplications(clusters));
  const said = async (ask: Promise<unknown>): Promise<unknown> =>
    ask.catch((error: unknown) =>
      error instanceof Error ? `${error.message} ${String(error.cause)}` : String(error),
    );
  return {
    'engine, a look': await said(engine.look(instance, rebuild.id)),
    'engine, an order': await said(
      engine.order({
        key: 'k',
        rebuild: rebuild.id,
        instance,
        effect: { kind: 'run', run: 'history' },
        forced: false,
        farmers: 4,
      }),
    ),
    'Jira, a ticket of an alert': await said(createJiraTickets(jira, jiraDeps).raise(ticketRequest())),
    'Jira, a ticket of a rebuild': await said(
      createJiraEvidence(jira, jiraDeps).raise(rebuild, undefined, false),
    ),
    'Jira Data Center, a ticket of a rebuild': await said(
      createJiraEvidence(ownJira, jiraDeps).raise(rebuild, undefined, false),
    ),
    'GitHub, the head': await said(repository.head()),
    'GitHub, a file': await said(repository.file('instances/system6.yaml')),
    'Alertmanager, a silence': await said(
      createSilences([{ name: 'main', url: sim.url, token: secret }], {
        httpFor: () => http,
        sleep: async () => {},
      }).silence(silenceRequest()),
    ),
    'SRE API, a task': await said(
      createApiTasks({ url: sim.url, token: secret, timeout: 2_000 }, { http, now: Date.now }).submit({
        task: 't',
        params: {},
        idempotencyKey: 'k',
      }),
    ),
    'Kubernetes, a look': await said(cluster.look(instance, 'farmer')),
    'Kubernetes, the version': await said(clusters.reach('den')),
    'Kubernetes, a scale': await said(createKubernetesScales(clusters).scale(aScale(instance))),
  };
};

describe.each([
  ['a token', plainCanary],
  ['a token that every encoding changes', canary],
])('fault row 47: whatever an answer makes of the request, %s is in no error', (_, token) => {
  const header = /[^\x21-\x7e ]/.test(token) ? '' : token;
  test.each(Object.keys(echoes))('%s', async (name) => {
    expect(header).toBe(token);
    for (status of [200, 302, 400, 401, 403, 422, 500]) {
      echo = echoes[name] ?? echo;
      const said = await calls(token);
      const found = Object.entries(said).filter(([, words]) => leaks(JSON.stringify(words), token));
      expect(found, `${status}`).toEqual([]);
    }
  });
});

test('the echo reaches the errors, so that there is something to take out', async () => {
  status = 400;
  echo = ({ headers }) =>
    JSON.stringify({ message: `bad header ${headers['authorization'] ?? headers['x-api-key']}` });
  const said = Object.entries(await calls(plainCanary)).map(([call, words]) => [call, JSON.stringify(words)]);
  expect(said.filter(([, words]) => !words?.includes('[redacted]'))).toEqual([]);
});

test.each([
  [`token ${plainCanary}`, true],
  [Buffer.from(`x:${plainCanary}`).toString('base64'), true],
  [encodeURIComponent(JSON.stringify({ a: canary })), true],
  ['nothing of it', false],
])('the check itself sees %s', (text, seen) => {
  expect(leaks(text, plainCanary) || leaks(text, canary)).toBe(seen);
});
