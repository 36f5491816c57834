import { expect, test } from 'vitest';
import type { Fault } from '../../../src/integrations/gitops/fault.ts';
import { createInstances } from '../../../src/integrations/gitops/instances.ts';
import { readValues } from '../../../src/integrations/gitops/values/values.ts';
import { hours, minutes } from '../../builders/event.ts';
import { anInstance } from '../../builders/rebuild.ts';
import { valuesOf } from '../../builders/values.ts';
import { createFakeRepository } from '../../fakes/rebuilds/repository.ts';

const day = Date.UTC(2026, 10, 20, 12);
const away: Fault = { kind: 'lost', says: 'GitHub did not answer: no answer within 10000 ms.' };

const start = (files: Readonly<Record<string, string>> = { 'instances/system7.yaml': valuesOf() }) => {
  let clock = day;
  const repository = createFakeRepository(files);
  const instances = createInstances(repository, {
    path: '/instances/',
    cacheMs: minutes(1),
    clusters: ['den'],
    now: () => clock,
  });
  const callsOf = async (work: () => Promise<unknown>): Promise<readonly string[]> => {
    const before = repository.calls.length;
    await work();
    return repository.calls.slice(before);
  };
  return { repository, instances, callsOf, pass: (ms: number) => (clock += ms) };
};

test('names are those of the values files, sorted; other files are none', async () => {
  const { instances } = start({
    'instances/system7.yaml': '',
    'instances/system10.yml': '',
    'instances/README.md': '',
    'instances/_common.yaml': '',
    'instances/Upper.yaml': '',
    'instances/old/system1.yaml': '',
    'system2.yaml': '',
  });
  expect(await instances.names()).toEqual({ ok: true, value: ['system10', 'system7'] });
});

test('an instance carries its file and the commit that changed it last', async () => {
  const { instances, repository } = start();
  const revision = repository.log()[0]?.sha ?? '';
  repository.write('README.md', 'something else');
  const expected = readValues({
    name: 'system7',
    file: 'instances/system7.yaml',
    text: valuesOf(),
    revision,
  });
  expect(await instances.get('system7')).toEqual({ ok: true, instance: expected.ok && expected.value });
});

test('a name that is not there comes with those that are near', async () => {
  const { instances } = start({
    'instances/system7.yaml': '',
    'instances/system8.yaml': '',
    'instances/x.yaml': '',
  });
  expect(await instances.get('sytem8')).toEqual({ ok: false, kind: 'unknown', near: ['system8', 'system7'] });
  expect(await instances.get('../../etc/passwd')).toEqual({ ok: false, kind: 'unknown', near: [] });
  expect(await instances.get('__proto__')).toEqual({ ok: false, kind: 'unknown', near: [] });
});

test('an invalid file is told with file and line, a huge one is not even read', async () => {
  const { instances, repository } = start({
    'instances/system7.yaml': valuesOf(['cluster: den', 'cluster: dne']),
    'instances/huge.yaml': `# ${'x'.repeat(200_000)}`,
  });
  expect(await instances.get('system7')).toEqual({
    ok: false,
    kind: 'invalid',
    problems: [
      {
        file: 'instances/system7.yaml',
        line: 3,
        message: 'cluster is no cluster that farmhand is configured for; there is den',
      },
    ],
  });
  const blobs = () => repository.calls.filter((call) => call.startsWith('blob')).length;
  const before = blobs();
  expect(await instances.get('huge')).toEqual({
    ok: false,
    kind: 'invalid',
    problems: [
      {
        file: 'instances/huge.yaml',
        message: 'is 196 KiB long; farmhand reads values files of up to 64 KiB',
      },
    ],
  });
  expect(blobs()).toBe(before);
});

test('values are remembered: nothing is asked for a minute, then one call while the branch stands still', async () => {
  const { instances, callsOf, pass, repository } = start();
  const get = () => instances.get('system7');
  expect(await callsOf(get)).toEqual(['head', 'list instances', 'blob', 'commits instances/system7.yaml']);
  expect(await callsOf(get)).toEqual([]);
  pass(minutes(1));
  expect(await callsOf(get)).toEqual(['head']);
  repository.write('instances/system8.yaml', valuesOf());
  pass(minutes(1));
  expect(await callsOf(get)).toEqual(['head', 'list instances']);
  repository.write('instances/system7.yaml', valuesOf(['engine: balance', 'engine: farm']));
  pass(minutes(1));
  expect(await callsOf(get)).toEqual(['head', 'list instances', 'blob', 'commits instances/system7.yaml']);
  expect(await get()).toEqual({ ok: true, instance: expect.objectContaining({ engine: 'farm' }) });
});

test('those who ask at the same time share one look', async () => {
  const { instances, callsOf } = start();
  const calls = await callsOf(() => Promise.all([instances.names(), instances.names(), instances.get('x')]));
  expect(calls).toEqual(['head', 'list instances']);
});

test('without GitHub the last values count, and their age is said', async () => {
  const { instances, repository, callsOf, pass } = start();
  const fresh = await instances.get('system7');
  const commit = repository.log()[0]?.sha.slice(0, 7);
  repository.fail('head', away, { always: true });
  pass(minutes(90));
  expect(await instances.get('system7')).toEqual({
    ...fresh,
    stale: `The values are 1h 30m old (commit ${commit}). ${away.says}`,
  });
  expect(await instances.names()).toEqual({ ok: true, value: ['system7'] });
  // Nobody waits for the timeout again within the next seconds.
  expect(await callsOf(() => instances.get('system7'))).toEqual([]);
  pass(15_000);
  expect(await callsOf(() => instances.get('system7'))).toEqual(['head']);

  repository.heal();
  pass(15_000);
  expect(await instances.get('system7')).toEqual(fresh);
});

test('values older than a day are none, and without any there are none', async () => {
  const { instances, repository, pass } = start();
  await instances.get('system7');
  repository.fail('head', away, { always: true });
  pass(hours(24));
  expect(await instances.get('system7')).toEqual({ ok: false, kind: 'unavailable', error: away.says });
  const { instances: others, repository: gone } = start();
  gone.fail('head', away, { always: true });
  expect(await others.names()).toEqual({ ok: false, error: away.says });
  expect(await others.get('system7')).toEqual({ ok: false, kind: 'unavailable', error: away.says });
});

test('a folder that is not there is said so', async () => {
  const { instances } = start({ 'README.md': '' });
  expect(await instances.names()).toEqual({
    ok: false,
    error: 'There is no folder instances in acme/deployments on main. Check rebuilds.repository.path.',
  });
});

const place = {
  file: 'instances/system7.yaml',
  farmersPath: ['farmer', 'replicas'],
  synchronizerPath: ['synchronizer', 'replicas'],
  application: 'system7',
  applicationNamespace: 'argocd',
};
const system7 = anInstance({
  name: 'system7',
  way: 'gitops',
  gitops: place,
  source: { file: place.file, revision: 'x' },
});

test('the number of farmers of the last rebuild is read from the messages of its commits', async () => {
  const { instances, repository } = start();
  const say = (message: string, at: number) =>
    repository.write(place.file, `${valuesOf()}# ${message}\n`, { message, at });
  say('system7: farmers 0 → 8 (rebuild system7-20251020-1)', day - hours(24 * 390));
  const scaled = say('system7: farmers 8 → 24 (rebuild system7-20261112-1)', Date.UTC(2026, 10, 12));
  say('system7: farmers 24 → 0 (rebuild system7-20261112-1)', Date.UTC(2026, 10, 13));
  say('Added/Modified system7 via automation (Bringing up the rest of the nodes)', day);
  expect(await instances.lastFarmers(system7)).toEqual({
    ok: true,
    value: { farmers: 24, from: `as in the last rebuild (commit ${scaled.slice(0, 7)}, 12 Nov)` },
  });
});

test('a message of long ago comes with its year', async () => {
  const { instances, repository } = start();
  const message = 'system7: farmers 0 → 8 (rebuild system7-20251020-1)';
  const sha = repository.write(place.file, 'a: 1', { message, at: Date.UTC(2025, 9, 20) });
  expect(await instances.lastFarmers(system7)).toEqual({
    ok: true,
    value: { farmers: 8, from: `as in the last rebuild (commit ${sha.slice(0, 7)}, 20 Oct 2025)` },
  });
});

test('where the messages say nothing, the number itself tells', async () => {
  const { instances, repository } = start();
  const numbered = valuesOf(['replicas: 0 # farmhand', 'replicas: 30 # farmhand']);
  const sha = repository.write(place.file, numbered, { at: Date.UTC(2026, 10, 12) });
  repository.write(place.file, valuesOf(), { at: Date.UTC(2026, 10, 13) });
  expect(await instances.lastFarmers(system7)).toEqual({
    ok: true,
    value: { farmers: 30, from: `as committed last (commit ${sha.slice(0, 7)}, 12 Nov)` },
  });
});

test('nothing is suggested when nothing is known, and an error is told', async () => {
  const { instances, repository } = start();
  expect(await instances.lastFarmers(system7)).toEqual({ ok: true, value: undefined });
  const { gitops: _, ...direct } = system7;
  expect(await instances.lastFarmers(direct)).toEqual({ ok: true, value: undefined });
  repository.fail('commits', away);
  expect(await instances.lastFarmers(system7)).toEqual({ ok: false, error: away.says });
});
