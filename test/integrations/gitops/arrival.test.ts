import { expect, test } from 'vitest';
import { readApplication } from '../../../src/integrations/argocd/application.ts';
import type { Applications, LiveSet } from '../../../src/integrations/argocd/applications.ts';
import {
  type ArrivalDecision,
  type FalseArrival,
  sayArrival,
} from '../../../src/integrations/argocd/arrival-words.ts';
import { readGlobalRules } from '../../../src/integrations/argocd/global-rules.ts';
import type { SyncWindow } from '../../../src/integrations/argocd/windows.ts';
import { createGitopsScales } from '../../../src/integrations/gitops/scales.ts';
import type { EffectState } from '../../../src/rebuild/model/parts/effect-state.ts';
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
type Blocked = Extract<ArrivalDecision, { state: 'blocked' }>['why'];
type Waiting = Extract<ArrivalDecision, { state: 'waiting' }>['why'];
const waiting = (why: Waiting) => ({ ok: true, value: sayArrival({ state: 'waiting', why }) });
const blocked = (why: Blocked) => ({ ok: true, value: sayArrival({ state: 'blocked', why }) });
const rule = '(jsonPointers: /spec/replicas)';
const notThere = (commit: string) =>
  ({ code: 'false_arrival', set: set.name, commit, live: 0, wanted: 24 }) as const;

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
  const which = [`spec.ignoreDifferences[0] ${rule}`];
  expect(await arrived({ spec })).toEqual(
    blocked({ ...notThere(ours), why: { by: 'rules', which, name: 'system6' } }),
  );
  // What it shows itself need not be looked for elsewhere.
  expect(asked).toEqual(['get den/argocd/system6']);
});

test('a rule for all Applications is named where argocd-cm may be read, and pointed to where it may not', async () => {
  const { answer, replicas, pass, ours, settings, asked } = world();
  replicas(0);
  pass(60_000);
  const seen = () =>
    answer({
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
  const because = (why: FalseArrival) => blocked({ ...notThere(ours), why });
  expect(await seen()).toEqual(because({ by: 'unknown', looked: false }));
  expect(asked.at(-1)).toBe('argocd-cm den/argo-system');
  settings({
    'resource.customizations.ignoreDifferences.apps_StatefulSet': 'jsonPointers:\n- /spec/replicas\n',
  });
  const which = [`resource.customizations.ignoreDifferences.apps_StatefulSet ${rule}`];
  expect(await seen()).toEqual(because({ by: 'global_rules', which }));
  settings({});
  expect(await seen()).toEqual(because({ by: 'unknown', looked: true }));
});

test('Argo CD is asked to look, once a minute and not where it may not be asked', async () => {
  const { arrived, replicas, older, ours, asked, pass, refuse } = world();
  replicas(0);
  const unseen = waiting({ code: 'not_seen', commit: ours });
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
  expect(await arrived({ sync: 'OutOfSync' })).toEqual(waiting({ code: 'not_applied', commit: ours }));
  expect(asked.at(-1)).toBe('windows den/argocd/p');
  window({});
  expect(await arrived({ sync: 'OutOfSync' })).toEqual(
    blocked({ code: 'window', name: 'system6', project: 'p', window: 'deny, "* * * * *" for 1h' }),
  );
});

test('a person is needed where there is no Application, nobody syncs it, or it is on another history', async () => {
  const { arrived, answer, replicas, ours } = world();
  replicas(0);
  const name = 'system6';
  expect(await arrived({ sync: 'OutOfSync', spec: { syncPolicy: {} } })).toEqual(
    blocked({ code: 'manual', name, commit: ours }),
  );
  const at = 'f'.repeat(40);
  const repository = { name: 'acme/deployments', branch: 'main' };
  expect(await arrived({ revision: at })).toEqual(
    blocked({ code: 'elsewhere', name, at, commit: ours, repository }),
  );
  expect(await answer({ ok: true, value: undefined })).toEqual(
    blocked({ code: 'no_application', name, namespace: 'argocd', cluster: 'den', instance: 'system6' }),
  );
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
