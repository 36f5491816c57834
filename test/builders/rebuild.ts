import type { EffectState } from '../../src/rebuild/model/parts/effect-state.ts';
import type { Authority } from '../../src/rebuild/model/parts/grant.ts';
import type { Instance } from '../../src/rebuild/model/parts/instance.ts';
import type { Plan } from '../../src/rebuild/model/parts/plan.ts';
import type { Step } from '../../src/rebuild/model/parts/step.ts';
import type { Rebuild } from '../../src/rebuild/model/rebuild.ts';
import { type StepName, stepNames } from '../../src/rebuild/model/steps.ts';
import type { EngineView, SetView } from '../../src/rebuild/ports/ports.ts';

/** Complete, valid and fresh: a test states only what matters to it. */
export const anInstance = (change: Partial<Instance> = {}): Instance => ({
  name: 'system6',
  tenant: '105858',
  engine: 'balance',
  way: 'kubernetes',
  cluster: 'den',
  namespace: 'tenant-105858-prod',
  farmerSet: 'system6-dcr-farmer',
  synchronizerSet: 'system6-dcr-sync',
  synchronizerService: 'system6-dcr-sync',
  minimum: 2,
  maximum: 100,
  farmers: 24,
  heapGb: 80,
  frontends: ['system6-fe1', 'system6-fe2', 'system6-fe3'],
  adminUrl: 'http://system6-fe1.example:8080',
  approval: false,
  source: { file: 'instances/system6.yaml', revision: '3f2a91cd04b5c6d7e8f90123456789abcdef0123' },
  ...change,
});

export const aPlan = (change: Partial<Plan> = {}): Plan => {
  const instance = change.instance ?? anInstance();
  const where = `${instance.cluster} / ${instance.namespace}`;
  return {
    instance,
    engine: instance.engine,
    forced: false,
    farmers: 24,
    farmersFrom: 'as in the last rebuild (commit 3f2a91c)',
    minimum: instance.minimum,
    changes: [
      { what: instance.synchronizerSet, where, from: '0 pods', to: '1 pod' },
      { what: instance.farmerSet, where, from: '0 pods', to: '24 pods' },
    ],
    warnings: [],
    hash: '5f2c8a0d9b1e47c3a6d4f0b2e8917c35d06a4b8e9f1c2d3a4b5c6d7e8f901234',
    ...change,
  };
};

/** 2026-11-20 03:00 UTC. */
export const startedAt = Date.UTC(2026, 10, 20, 3);

/** Just started: nothing is touched yet. */
export const aRebuild = (change: Partial<Rebuild> = {}): Rebuild => {
  const plan = change.plan ?? aPlan();
  return {
    id: `${plan.instance.name}-20261120-1`,
    version: 1,
    plan,
    at: startedAt,
    by: { id: 'U0ALICE', name: 'Alice Ash' },
    reason: 'new dataset',
    phase: 'running',
    steps: stepNames.map((name) => ({ name, state: 'pending', attempt: 0 })),
    farmers: { wanted: 0, target: plan.farmers, minimum: plan.minimum },
    synchronizer: { wanted: 0, guardian: false },
    frontends: plan.instance.frontends.map((name) => ({ name, state: 'waiting' })),
    pausedMs: 0,
    overrides: [],
    effects: [],
    marks: [],
    ticket: { state: 'wanted', entries: [], count: 0, attempts: 0 },
    card: { channel: 'C0DCR', state: 'wanted', notes: [], noteCount: 0 },
    alerts: [],
    driveAt: startedAt,
    ...change,
  };
};

/** In the step `name`, with a ticket and a thread, everything before it done. */
export const inStep = (name: StepName, step: Partial<Step> = {}, change: Partial<Rebuild> = {}): Rebuild => {
  const place = stepNames.indexOf(name);
  const rebuild = aRebuild({
    ticket: {
      state: 'open',
      key: 'OPS-7',
      url: 'https://jira.example/browse/OPS-7',
      entries: [],
      count: 0,
      attempts: 1,
    },
    card: { channel: 'C0DCR', state: 'open', ts: '1763607600.000100', notes: [], noteCount: 0 },
  });
  const minute = 60_000;
  const up = place >= stepNames.indexOf('farmers') && place < stepNames.indexOf('teardown');
  const steps = stepNames.map((each, i): Step => {
    const at = startedAt + i * minute;
    if (i < place) return { name: each, state: 'done', attempt: 1, startedAt: at, endedAt: at + minute };
    if (i > place) return { name: each, state: 'pending', attempt: 0 };
    return { name: each, state: 'running', attempt: 1, startedAt: at, ...step };
  });
  return {
    ...rebuild,
    steps,
    farmers: { ...rebuild.farmers, wanted: up ? rebuild.farmers.target : 0 },
    synchronizer: { wanted: place >= 2 ? 1 : 0, guardian: place > stepNames.indexOf('teardown') },
    ...change,
  };
};

/** The same, changed by commits that Argo CD syncs. */
export const aGitopsInstance = (change: Partial<Instance> = {}): Instance =>
  anInstance({
    way: 'gitops',
    gitops: {
      file: 'instances/system6.yaml',
      farmersPath: ['dcr', 'farmers', 'replicas'],
      synchronizerPath: ['dcr', 'synchronizer', 'replicas'],
      application: 'system6',
      applicationNamespace: 'argocd',
    },
    ...change,
  });

/** The rebuild itself is half done after ten hours, with all 24 farmers up. */
export const runningRebuild = (change: Partial<Rebuild> = {}): Rebuild => {
  const at = startedAt + 10 * 3_600_000;
  return inStep(
    'rebuild',
    {},
    {
      progress: {
        of: 'rebuild',
        percent: 50,
        farmers: 24,
        movedAt: at,
        perHour: 5,
        eta: at + 10 * 3_600_000,
        samples: [
          { at: startedAt, percent: 0, ready: 24 },
          { at, percent: 50, ready: 24 },
        ],
      },
      ...change,
    },
  );
};

/** Something for a chart to draw. */
export const someProgress = {
  of: 'rebuild',
  percent: 100,
  movedAt: startedAt,
  samples: [{ at: startedAt, percent: 100, ready: 6 }],
} as const;

const idle = { state: 'none', percent: 0 } as const;

/** An engine that has nothing to do. */
export const anIdleEngine: EngineView = {
  history: idle,
  rebuild: { ...idle, farmers: 0, distributed: true },
  write: idle,
  cacheFile: false,
  guardian: false,
  frontends: [],
  topology: [],
};

/** A StatefulSet of no pods. */
export const aSetDown: SetView = {
  wanted: 0,
  ready: 0,
  pods: [],
  resourceVersion: '1',
  observed: true,
  podManagement: 'Parallel',
};

/** All that a plan of four farmers asks for, and no exception. */
export const anAuthority = (change: Partial<Authority> = {}): Authority => ({
  farmers: 4,
  minimum: 2,
  forced: false,
  skipped: [],
  extended: {},
  back: [],
  keepFarmers: false,
  keepGuardian: false,
  ...change,
});

/** The farmers' scale up, claimed. */
export const aScaleUp = (change: Partial<EffectState> = {}): EffectState => ({
  key: 'system6-20261120-1/farmers/1',
  effect: { kind: 'scale', role: 'farmer', from: 0, to: 24 },
  state: 'claimed',
  step: 'farmers',
  at: startedAt,
  attempts: 1,
  claim: 'a',
  ...change,
});
