import { expect, test } from 'vitest';
import { readApplication } from '../../../src/integrations/argocd/application.ts';
import type { Applications, LiveSet } from '../../../src/integrations/argocd/applications.ts';
import { readGlobalRules } from '../../../src/integrations/argocd/global-rules.ts';
import type { SyncWindow } from '../../../src/integrations/argocd/windows.ts';
import { createGitopsScales } from '../../../src/integrations/gitops/scales.ts';
import type { EffectState } from '../../../src/rebuild/model/rebuild.ts';
import type { Observation } from '../../../src/rebuild/ports/ports.ts';
import { anInstance } from '../../builders/rebuild.ts';
import { createFakeRepository } from '../../fakes/rebuilds/repository.ts';

const place = {
  file: 'f.yaml',
  farmersPath: ['f'],
  synchronizerPath: ['s'],
  application: 'system6',
  applicationNamespace: 'argocd',
};
const instance = anInstance({ way: 'gitops', gitops: place });
const set = { namespace: instance.namespace, name: instance.farmerSet };

interface Shown {
  readonly sync?: string;
  readonly revision?: string;
  readonly spec?: object;
  readonly annotations?: object;
}

const world = () => {
  const repository = createFakeRepository();
  const older = repository.write('f.yaml', 'f: 0');
  const ours = repository.write('f.yaml', 'f: 24');
  const later = repository.write('other.yaml', 'a: 1');
  const asked: string[] = [];
  let shown: Observation<unknown> = { ok: true, value: undefined };
  let windows: Observation<readonly SyncWindow[]> = { ok: false, error: 'may not' };
  let settings: Observation<unknown> = { ok: false, error: 'may not' };
  let refreshed: Observation<void> = { ok: true, value: undefined };
  let live: Observation<LiveSet> = { ok: true, value: { ...set, replicas: 24 } };
  const applications: Applications = {
    async get(...place) {
      asked.push(`get ${place.join('/')}`);
      if (!shown.ok) return shown;
      return { ok: true, value: shown.value === undefined ? undefined : readApplication(shown.value) };
    },
    async windows(...place) {
      asked.push(`windows ${place.join('/')}`);
      return windows;
    },
    async globalRules(...place) {
      asked.push(`argocd-cm ${place.join('/')}`);
      return settings.ok ? { ok: true, value: readGlobalRules(settings.value) } : settings;
    },
    async refresh(...place) {
      asked.push(`refresh ${place.join('/')}`);
      return refreshed;
    },
  };
  let clock = 60_000;
  const sets = { replicas: async () => live };
  const scales = createGitopsScales(repository, applications, sets, { now: () => clock });
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
  const show = ({ sync = 'Synced', revision = ours, spec = {}, annotations = {} }: Shown = {}): void => {
    shown = {
      ok: true,
      value: {
        metadata: { annotations },
        spec: { project: 'p', syncPolicy: { automated: {} }, ...spec },
        status: {
          sync: { status: sync, revision },
          health: { status: 'Healthy' },
          reconciledAt: new Date(clock).toISOString(),
        },
      },
    };
  };
  return {
    ...{ repository, older, ours, later, asked, effect },
    pass: (ms: number) => (clock += ms),
    replicas: (replicas: number | undefined) => {
      live = { ok: true, value: { ...set, replicas } };
    },
    blind: () => {
      live = { ok: false, error: 'den did not answer' };
    },
    settings: (data: Readonly<Record<string, string>>) => {
      settings = { ok: true, value: { data } };
    },
    refuse: () => {
      refreshed = { ok: false, error: '403' };
    },
    window: (window: Partial<SyncWindow>) => {
      const none = { timeZone: '', applications: ['*'], namespaces: [], clusters: [], useAnd: false };
      windows = {
        ok: true,
        value: [{ kind: 'deny', schedule: '* * * * *', duration: '1h', ...none, ...window }],
      };
    },
    arrived: (as: Shown = {}, of: EffectState = effect, at = instance) => {
      show(as);
      return scales.arrived(at, of);
    },
    answer: (given: Observation<unknown>) => {
      shown = given;
      return scales.arrived(instance, effect);
    },
  };
};
const arrivedIt = { ok: true, value: { state: 'arrived' } };
const waiting = (says: string) => ({ ok: true, value: { state: 'waiting', says } });

test('a commit has arrived when the set has its number under it or a later one; two commits are compared once', async () => {
  const { arrived, later, asked, repository } = world();
  expect(await arrived()).toEqual(arrivedIt);
  expect(await arrived({ revision: later })).toEqual(arrivedIt);
  expect(await arrived({ revision: later })).toEqual(arrivedIt);
  expect(repository.calls).toEqual(['compare']);
  expect(asked).toEqual(Array(3).fill('get den/argocd/system6'));
  const hub = { ...instance, gitops: { ...place, applicationCluster: 'hub' } };
  expect(await arrived({}, undefined, hub)).toEqual(arrivedIt);
  expect(asked.at(-1)).toBe('get hub/argocd/system6');
});

test('Synced and Healthy at our commit, and the set with the old number: it has not arrived', async () => {
  const { arrived, replicas, pass, ours, asked } = world();
  replicas(0);
  pass(60_000);
  const spec = {
    ignoreDifferences: [{ group: 'apps', kind: 'StatefulSet', jsonPointers: ['/spec/replicas'] }],
  };
  expect(await arrived({ spec })).toEqual({
    ok: true,
    value: {
      state: 'blocked',
      code: 'false_arrival',
      says: `Argo CD calls ${set.name} Synced at ${ours.slice(0, 7)}, and it still has 0 replicas, not 24. In the way is spec.ignoreDifferences[0] (jsonPointers: /spec/replicas) of system6: replicas are left out of its comparison. Take it out, or change the instance directly (change: kubernetes).`,
    },
  });
  // What it shows itself need not be looked for elsewhere.
  expect(asked).toEqual(['get den/argocd/system6']);
});

test('a rule for all Applications is named where argocd-cm may be read, and pointed to where it may not', async () => {
  const { answer, replicas, pass, ours, settings, asked } = world();
  replicas(0);
  pass(60_000);
  const begins = `Argo CD calls ${set.name} Synced at ${ours.slice(0, 7)}, and it still has 0 replicas, not 24. `;
  const says = async (): Promise<string> => {
    const seen = await answer({
      ok: true,
      value: {
        spec: { syncPolicy: { automated: {} } },
        status: {
          sync: { status: 'Synced', revision: ours },
          reconciledAt: new Date(60_000).toISOString(),
          controllerNamespace: 'argo-system',
        },
      },
    });
    return seen.ok && seen.value.state === 'blocked' ? seen.value.says.replace(begins, '') : '';
  };
  expect(await says()).toMatch(
    /^No rule or value of the Application itself says why: look for .* in argocd-cm/,
  );
  expect(asked.at(-1)).toBe('argocd-cm den/argo-system');
  settings({
    'resource.customizations.ignoreDifferences.apps_StatefulSet': 'jsonPointers:\n- /spec/replicas\n',
  });
  expect(await says()).toBe(
    'In the way is resource.customizations.ignoreDifferences.apps_StatefulSet (jsonPointers: /spec/replicas) in argocd-cm: replicas are left out of every comparison. Narrow it there, or change the instance directly (change: kubernetes).',
  );
  settings({});
  expect(await says()).toMatch(/^No rule or value of the Application says why, and none in argocd-cm:/);
});

test('Argo CD is asked to look, once a minute and not where it may not be asked', async () => {
  const { arrived, replicas, older, ours, asked, pass, refuse } = world();
  replicas(0);
  const unseen = waiting(`Argo CD has not seen ${ours.slice(0, 7)} yet`);
  const refreshes = () => asked.filter((each) => each.startsWith('refresh')).length;
  expect(await arrived({ revision: older })).toEqual(unseen);
  expect(await arrived({ revision: older })).toEqual(unseen);
  expect(refreshes()).toBe(1);
  pass(61_000);
  const annotations = { 'argocd.argoproj.io/refresh': 'normal' };
  expect(await arrived({ revision: older, annotations })).toEqual(unseen);
  expect(refreshes()).toBe(1);
  refuse();
  expect(await arrived({ revision: older })).toEqual(unseen);
  expect(refreshes()).toBe(2);
  pass(61_000);
  expect(await arrived({ revision: older })).toEqual(unseen);
  expect(refreshes()).toBe(2);
});

test('a sync window is named, where projects may be read', async () => {
  const { arrived, replicas, window, ours, asked } = world();
  replicas(0);
  expect(await arrived({ sync: 'OutOfSync' })).toEqual(
    waiting(`Argo CD has not applied ${ours.slice(0, 7)} yet`),
  );
  expect(asked.at(-1)).toBe('windows den/argocd/p');
  window({});
  expect(await arrived({ sync: 'OutOfSync' })).toEqual({
    ok: true,
    value: {
      state: 'blocked',
      code: 'window',
      says: 'a sync window of project p holds system6 back: deny, "* * * * *" for 1h. It goes on when the window is over; or sync it by hand where the window allows that (manualSync).',
    },
  });
});

test('a person is needed where there is no Application, nobody syncs it, or it is on another history', async () => {
  const { arrived, answer, replicas, ours } = world();
  replicas(0);
  const codes = async (seen: ReturnType<typeof arrived>) => {
    const { ok, ...rest } = await seen;
    return ok && 'value' in rest && rest.value.state === 'blocked' ? rest.value : undefined;
  };
  expect(await codes(arrived({ sync: 'OutOfSync', spec: { syncPolicy: {} } }))).toEqual({
    state: 'blocked',
    code: 'manual',
    says: `Argo CD has not applied ${ours.slice(0, 7)}: the automatic sync of system6 is off. Sync it: argocd app sync system6.`,
  });
  expect(await codes(arrived({ revision: 'f'.repeat(40) }))).toEqual({
    state: 'blocked',
    code: 'elsewhere',
    says: `Argo CD is at fffffff, whose history has no ${ours.slice(0, 7)}: does system6 follow main of acme/deployments, and was that branch rewritten?`,
  });
  expect(await codes(answer({ ok: true, value: undefined }))).toEqual({
    state: 'blocked',
    code: 'no_application',
    says: 'there is no Argo CD Application system6 in argocd of cluster den. Name it in the values of system6 (argocd.application).',
  });
});

test('what cannot be told is an error', async () => {
  const { arrived, answer, effect, repository, later, blind } = world();
  expect(await answer({ ok: false, error: 'den did not answer' })).toEqual({
    ok: false,
    error: 'den did not answer',
  });
  const { id: _, ...unknown } = effect;
  expect(await arrived({}, unknown)).toEqual({ ok: false, error: 'The commit of this change is not known.' });
  repository.fail('compare', { kind: 'lost', says: 'GitHub did not answer.' });
  expect(await arrived({ revision: later })).toEqual({ ok: false, error: 'GitHub did not answer.' });
  blind();
  expect(await arrived()).toEqual({ ok: false, error: 'den did not answer' });
});
