import { readFileSync } from 'node:fs';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createApplications } from '../../../src/integrations/kubernetes/applications.ts';
import { openClusters } from '../../../src/integrations/kubernetes/client/clusters.ts';
import { createClusterPort } from '../../../src/integrations/kubernetes/doctor/examine.ts';
import { withEachNull } from '../../support/each-null.ts';
import { aScale, openWorld, quiet } from './world.ts';

/** A cluster that answers as another did, but for what is put in place of an answer. */
const openEcho = async (answers: Map<string, string>) => {
  const server = createServer((request, response) => {
    const body = answers.get(`${request.method} ${new URL(request.url ?? '', 'http://x').pathname}`);
    response.writeHead(body === undefined ? 404 : 200, { 'content-type': 'application/json' });
    response.end(body ?? '{"kind":"Status","reason":"NotFound"}');
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const kubeconfig = join(await mkdtemp(join(tmpdir(), 'farmhand-kube-')), 'config');
  await writeFile(
    kubeconfig,
    JSON.stringify({
      clusters: [{ name: 'c', cluster: { server: url, 'insecure-skip-tls-verify': true } }],
      contexts: [{ name: 'den', context: { cluster: 'c', user: 'u' } }],
      users: [{ name: 'u', user: { token: 't' } }],
      'current-context': 'den',
    }),
  );
  const clusters = openClusters([{ name: 'den', kubeconfig }], { timeout: 10_000, log: quiet });
  onTestFinished(() => clusters[Symbol.asyncDispose]());
  const applications = createApplications(clusters);
  return { port: createClusterPort(clusters, applications), applications };
};

const recorded = async () => {
  await using world = await openWorld({ speed: 1_000 });
  const { namespace, farmerSet, synchronizerSet, synchronizerService } = world.instance;
  const paths = [
    `/apis/apps/v1/namespaces/${namespace}/statefulsets/${farmerSet}`,
    `/apis/apps/v1/namespaces/${namespace}/statefulsets/${synchronizerSet}`,
    `/api/v1/namespaces/${namespace}/services/${synchronizerService}`,
    `/apis/policy/v1/namespaces/${namespace}/poddisruptionbudgets`,
    `/api/v1/namespaces/${namespace}/pods`,
    `/api/v1/namespaces/${namespace}/resourcequotas`,
    `/apis/autoscaling/v2/namespaces/${namespace}/horizontalpodautoscalers`,
    '/version',
  ];
  await world.scales.scale(aScale(world.instance, { to: 2, resourceVersion: await versionOf(world) }));
  const answers = new Map<string, unknown>();
  for (const path of paths) {
    const answer = await fetch(`${world.cluster.url}${path}`, {
      headers: { authorization: `Bearer ${world.cluster.token}` },
    });
    if (answer.ok) answers.set(`GET ${path}`, await answer.json());
  }
  return { instance: world.instance, answers };
};

const versionOf = async (world: Awaited<ReturnType<typeof openWorld>>): Promise<string> => {
  const seen = await world.port.look(world.instance, 'farmer');
  return seen.ok ? seen.value.resourceVersion : '';
};

test('every answer of a cluster, with one field at a time null, is seen or refused with a sentence', async () => {
  const { instance, answers } = await recorded();
  const texts = () => new Map([...answers].map(([path, json]) => [path, JSON.stringify(json)]));
  const served = texts();
  const { port } = await openEcho(served);
  expect(await port.look(instance, 'farmer')).toMatchObject({ ok: true });
  let tried = 0;
  for (const [path, json] of answers) {
    for (const spoilt of withEachNull(json)) {
      served.set(path, JSON.stringify(spoilt));
      tried++;
      const seen = await port.look(instance, 'farmer');
      if (seen.ok) {
        expect(JSON.stringify(seen.value)).not.toMatch(/NaN|undefined/);
        expect(Number.isInteger(seen.value.wanted)).toBe(true);
      } else expect(seen.error).toMatch(/^cluster den/);
      const findings = await port.doctor(instance);
      for (const { says } of findings) expect(says).toMatch(/\S+ \S+/);
    }
    served.set(path, texts().get(path) ?? '');
  }
  expect(tried).toBeGreaterThan(100);
}, 240_000);

test('every field of an Argo CD Application may be null', async () => {
  const path = '/apis/argoproj.io/v1alpha1/namespaces/argocd/applications/a';
  const served = new Map<string, string>();
  const { applications } = await openEcho(served);
  for (const name of ['multi-chart-git-then-ref', 'retrying-old-revision-blocks-newer']) {
    const file = new URL(`../../fixtures/argocd/${name}.json`, import.meta.url);
    for (const spoilt of withEachNull(JSON.parse(readFileSync(file, 'utf8')))) {
      served.set(`GET ${path}`, JSON.stringify(spoilt));
      const seen = await applications.get('den', 'argocd', 'a');
      if (!seen.ok) expect(seen.error).toMatch(/^cluster den: the Application argocd\/a cannot be read: \S+/);
    }
  }
}, 120_000);
