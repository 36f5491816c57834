import { expect, test } from 'vitest';
import type { ApplicationView } from '../../../src/integrations/gitops/applications.ts';
import { createGitopsScales } from '../../../src/integrations/gitops/scales.ts';
import type { Seen } from '../../../src/rebuild/ports.ts';
import type { EffectState } from '../../../src/rebuild/rebuild.ts';
import { anInstance } from '../../builders/rebuild.ts';
import { createFakeRepository } from '../../fakes/repository.ts';

const place = {
  file: 'f.yaml',
  farmersPath: ['f'],
  synchronizerPath: ['s'],
  application: 'system6',
  applicationNamespace: 'argocd',
};
const instance = anInstance({ way: 'gitops', gitops: place });

const world = () => {
  const repository = createFakeRepository();
  const older = repository.write('f.yaml', 'f: 0');
  const ours = repository.write('f.yaml', 'f: 24');
  const later = repository.write('other.yaml', 'a: 1');
  const base: ApplicationView = {
    sync: 'Synced',
    health: 'Healthy',
    revision: ours,
    message: '',
    automated: true,
    ignoresReplicas: false,
  };
  const asked: string[] = [];
  let seen: Seen<ApplicationView | undefined> = { ok: true, value: base };
  const applications = {
    get: async (...place: string[]) => {
      asked.push(place.join('/'));
      return seen;
    },
  };
  let clock = 60_000;
  const scales = createGitopsScales(repository, applications, { now: () => clock });
  const effect: EffectState = {
    key: 'k',
    effect: { kind: 'scale', role: 'farmer', from: 0, to: 24 },
    state: 'done',
    step: 'farmers',
    at: 0,
    attempts: 1,
    claim: 'c',
    endedAt: 60_000,
    id: ours,
  };
  return {
    ...{ repository, older, ours, later, asked, effect },
    pass: (ms: number) => (clock += ms),
    arrived: (view: Partial<ApplicationView> = {}, of: EffectState = effect) => {
      seen = { ok: true, value: { ...base, ...view } };
      return scales.arrived(instance, of);
    },
    arrivedAtHub: () =>
      scales.arrived({ ...instance, gitops: { ...place, applicationCluster: 'hub' } }, effect),
    answer: (given: typeof seen) => {
      seen = given;
      return scales.arrived(instance, effect);
    },
  };
};
const waiting = (says: string) => ({ ok: true, value: { state: 'waiting', says } });
const degraded = (says: string) => ({ ok: true, value: { state: 'degraded', says } });

test('a commit has arrived when its Application is synced and healthy at it, or at a later one', async () => {
  const { arrived, later, asked, repository, arrivedAtHub } = world();
  expect(await arrived()).toEqual({ ok: true, value: { state: 'arrived' } });
  expect(await arrived({ revision: later })).toEqual({ ok: true, value: { state: 'arrived' } });
  expect(asked).toEqual(['den/argocd/system6', 'den/argocd/system6']);
  await arrived({ revision: later });
  expect(repository.calls).toEqual(['compare']);
  expect(await arrivedAtHub()).toEqual({ ok: true, value: { state: 'arrived' } });
  expect(asked.at(-1)).toBe('hub/argocd/system6');
});

test('it waits while Argo CD has not seen it, has not applied it, or pods are coming up', async () => {
  const { arrived, older, ours } = world();
  const commit = ours.slice(0, 7);
  expect(await arrived({ revision: older })).toEqual(waiting(`Argo CD has not seen ${commit} yet`));
  expect(await arrived({ sync: 'OutOfSync' })).toEqual(waiting(`Argo CD has not applied ${commit} yet`));
  expect(await arrived({ health: 'Progressing' })).toEqual(waiting(`Argo CD syncs ${commit}`));
  expect(await arrived({ health: 'Suspended' })).toEqual(
    waiting(`Argo CD applied ${commit} and calls it Suspended`),
  );
});

test('an Application that stays out of sync is said with how long, and what Argo CD says', async () => {
  const { arrived, older, ours, pass } = world();
  const commit = ours.slice(0, 7);
  pass(12 * 60_000);
  expect(await arrived({ revision: older })).toEqual(
    waiting(`Argo CD has not seen ${commit} yet, 12m after the commit (Synced)`),
  );
  expect(await arrived({ sync: 'OutOfSync', message: 'sync failed:\nquota' })).toEqual(
    waiting(`Argo CD has not applied ${commit} yet, 12m after the commit (OutOfSync: sync failed: quota)`),
  );
});

test('an Application that nobody syncs is said at once', async () => {
  const { arrived, ours } = world();
  expect(await arrived({ sync: 'OutOfSync', automated: false })).toEqual(
    waiting(
      `Argo CD has not applied ${ours.slice(0, 7)} yet, its automatic sync is off: somebody has to sync it`,
    ),
  );
});

test('an Application that leaves replicas out never has a commit of them', async () => {
  expect(await world().arrived({ ignoresReplicas: true })).toEqual(
    degraded(
      'Argo CD leaves the replicas of system6 out (ignoreDifferences), so a commit of them is never applied. Take /spec/replicas out of its ignoreDifferences, or change system6 directly (change: kubernetes).',
    ),
  );
});

test('a person is needed when it is degraded, missing, not there, or on another history', async () => {
  const { arrived, answer, ours } = world();
  const commit = ours.slice(0, 7);
  expect(await arrived({ health: 'Degraded', message: 'CrashLoopBackOff' })).toEqual(
    degraded(`Argo CD applied ${commit} and calls it Degraded: CrashLoopBackOff`),
  );
  expect(await arrived({ health: 'Missing' })).toEqual(
    degraded(`Argo CD applied ${commit} and calls it Missing`),
  );
  expect(await arrived({ revision: 'f'.repeat(40) })).toEqual(
    degraded(
      `Argo CD is at fffffff, whose history has no ${commit}: does system6 follow main, and was that branch rewritten?`,
    ),
  );
  expect(await answer({ ok: true, value: undefined })).toEqual(
    degraded('There is no Argo CD Application system6 in argocd of cluster den.'),
  );
});

test('what cannot be told is an error', async () => {
  const { arrived, answer, effect, repository, later } = world();
  expect(await answer({ ok: false, error: 'den did not answer' })).toEqual({
    ok: false,
    error: 'den did not answer',
  });
  expect(await arrived({ revision: '1.2.3' })).toEqual({
    ok: false,
    error: 'Argo CD names the revision 1.2.3, no commit of acme/deployments.',
  });
  const { id: _, ...unknown } = effect;
  expect(await arrived({}, unknown)).toEqual({ ok: false, error: 'The commit of this change is not known.' });
  repository.fail('compare', { kind: 'lost', says: 'GitHub did not answer.' });
  expect(await arrived({ revision: later })).toEqual({ ok: false, error: 'GitHub did not answer.' });
});
