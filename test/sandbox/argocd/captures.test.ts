import { expect, test } from 'vitest';
import { startArgo } from '../../../sandbox/argocd/start.ts';
import type { SimApplication } from '../../../sandbox/cluster/contract.ts';
import { applicationObject } from '../../../sandbox/cluster/objects/application.ts';
import { setsOf } from '../../../sandbox/repository/instances.ts';
import { type ArgoApplication, readApplication } from '../../../src/integrations/argocd/application.ts';
import { valuesOf } from '../../builders/values.ts';
import { createFakeRepository } from '../../fakes/rebuilds/repository.ts';
import { createFakeSimCluster } from '../../fakes/rebuilds/sim-cluster.ts';
import { capture, onTheDay, sequence } from '../../integrations/argocd/captures.ts';

/** What people and farmhand can tell apart of a status, with commits numbered in the order in which they came. */
const told = (application: ArgoApplication, commits: readonly string[]): string => {
  const { operation, compared, sync, health, conditions } = application;
  const at = (commit: string | undefined): string =>
    `#${commits.findIndex((each) => commit?.startsWith(each))}`;
  const doing = operation
    ? `${operation.phase} ${at(operation.revisions.one)} retries ${operation.retries}`
    : 'nothing';
  return [doing, sync, at(compared.one), health, ...conditions.map(({ type }) => type)].join(', ');
};
const steady = (all: readonly string[]): readonly string[] => all.filter((each, i) => each !== all[i - 1]);

const start = () => {
  const file = 'instances/system7.yaml';
  const sets = setsOf('system7');
  const repository = createFakeRepository({ [file]: valuesOf() });
  const cluster = createFakeSimCluster([sets.farmers, sets.synchronizer]);
  let clock = 0;
  let reachable = true;
  const argo = startArgo({
    ...{ cluster, every: 3_600_000, instances: ['system7'], now: () => clock },
    repository: {
      async head() {
        if (!reachable) throw new Error('dial tcp 192.0.2.1:443: connect: connection refused');
        return repository.log()[0]?.sha ?? '';
      },
      read: async (path) => repository.read(path),
    },
  });
  return {
    ...{ argo, cluster },
    commit: (n: number) =>
      repository.write(file, valuesOf(['replicas: 0 # farmhand', `replicas: ${n} # farmhand`])),
    pass: (ms: number) => (clock += ms),
    away: () => (reachable = false),
    async look() {
      await argo.look();
      return readApplication(applicationObject(cluster.applications.get('system7') as SimApplication, false));
    },
    [Symbol.asyncDispose]: () => argo[Symbol.asyncDispose](),
  };
};

test('a sync that is refused goes through the states that a real one went through, at the same times', async () => {
  await using world = start();
  const { argo, look, commit, pass } = world;
  const before = (await look()).compared.one;
  const real = sequence('seq-policy-denies-retries-then-fix.json').flatMap(({ at, object }) =>
    object === undefined ? [] : [{ at: onTheDay(at), application: readApplication(object) }],
  );
  // Where a try has ended: in between the words change within milliseconds, which no poll sees.
  const ended = real.filter(
    ({ application: { operation } }) =>
      operation && (operation.phase === 'Failed' || /^one or more/.test(operation.message)),
  );
  const began = ended[0]?.at ?? 0;
  const expected = steady(
    ended.map(({ at, application }) => {
      const { phase = '', retries = 0 } = application.operation ?? {};
      return `${Math.round((at - began) / 10_000) * 10} s: ${phase} ${retries} ${application.health}`;
    }),
  ).filter((each, i, all) => each.split(': ')[1] !== all[i - 1]?.split(': ')[1]);
  argo.fail('no more than 5 farmers here');
  const sha = commit(8);
  await look();
  const seen: string[] = [];
  for (let second = 0; second <= 320; second += 10) {
    const application = await look();
    const { phase = '', retries = 0 } = application.operation ?? {};
    if (phase !== 'Succeeded') seen.push(`${second} s: ${phase} ${retries} ${application.health}`);
    pass(10_000);
  }
  const changes = seen.filter((each, i) => each.split(': ')[1] !== seen[i - 1]?.split(': ')[1]);
  expect(changes).toEqual(expected);
  expect(told(await look(), [before, sha])).toBe(
    told(readApplication(capture('failed-final-healthy.json')), ['-', '69727c7']).replace(
      'retries 0',
      'retries 5',
    ),
  );
});

test('a newer commit waits behind a refused one, as it was seen', async () => {
  await using world = start();
  const { argo, look, commit, pass } = world;
  const before = (await look()).compared.one;
  argo.fail('no');
  const sha = commit(8);
  await look();
  for (const wait of [10, 20, 40, 80]) {
    await look();
    pass(wait * 1_000);
  }
  const newer = commit(6);
  const simulated = told(await look(), [before, sha, newer]);
  expect(simulated).toBe(
    told(readApplication(capture('retrying-old-revision-blocks-newer.json')), ['-', '88b9fc8', '45ca2e3']),
  );
});

test('a repository that is away shows after minutes, as it was seen', async () => {
  await using world = start();
  const { look, pass, away } = world;
  const before = await look();
  away();
  expect(told(await look(), [before.compared.one])).toBe(told(before, [before.compared.one]));
  pass(8 * 60_000);
  const after = await look();
  const real = readApplication(capture('unreachable-unknown-revision-main.json'));
  for (const each of [after, real]) {
    expect([each.sync, each.compared.one, each.conditions.map(({ type }) => type)]).toEqual([
      'Unknown',
      'main',
      ['ComparisonError'],
    ]);
    expect([...new Set(each.resources.map(({ sync }) => sync))]).toEqual(['Unknown']);
  }
});

test('a number that a hidden rule leaves out reads Synced and Healthy, as it was seen', async () => {
  await using world = start();
  const { argo, look, commit, cluster } = world;
  await look();
  argo.ignore(true);
  const sha = commit(8);
  const { sync, health, compared, ignored } = await look();
  const real = readApplication(capture('false-arrived-global-ignore.json'));
  expect([sync, health, ignored]).toEqual([real.sync, real.health, real.ignored]);
  expect(compared.one).toBe(sha);
  expect(cluster.replicas('', setsOf('system7').farmers)).toBe(0);
});
