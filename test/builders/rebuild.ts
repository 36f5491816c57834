import type { Draft } from '../../src/rebuild/command.ts';
import { newRebuild } from '../../src/rebuild/create.ts';
import type { Instance, Plan, Rebuild, Step, StepName } from '../../src/rebuild/rebuild.ts';
import { stepNames } from '../../src/rebuild/rebuild.ts';
import { t0 } from './event.ts';

export const anInstance = (over: Partial<Instance> = {}): Instance => ({
  name: 'system6',
  tenant: '105858',
  engine: 'balance',
  way: 'kubernetes',
  cluster: 'den',
  namespace: 'tenant-105858-prod',
  farmerSet: 'system6-dcr-farmer',
  synchronizerSet: 'system6-dcr-sync',
  synchronizerService: 'system6-dcr-sync',
  minimum: 8,
  maximum: 100,
  frontends: ['system6-fe1', 'system6-fe2', 'system6-fe3'],
  adminUrl: 'http://system6-fe1.example.com:8080',
  approval: false,
  source: { file: 'instances/system6.yaml', revision: '3f2a91c' },
  ...over,
});

/** The same, changed by commits that Argo CD syncs. */
export const aGitopsInstance = (over: Partial<Instance> = {}): Instance =>
  anInstance({
    way: 'gitops',
    gitops: {
      file: 'instances/system6.yaml',
      farmersPath: ['dcr', 'farmers', 'replicas'],
      synchronizerPath: ['dcr', 'synchronizer', 'replicas'],
      application: 'system6',
      applicationNamespace: 'argocd',
    },
    ...over,
  });

export const aPlan = (over: Partial<Plan> = {}): Plan => {
  const instance = over.instance ?? anInstance();
  return {
    instance,
    engine: instance.engine,
    forced: false,
    farmers: 24,
    farmersFrom: 'asked for',
    minimum: instance.minimum,
    changes: [
      {
        what: instance.synchronizerSet,
        where: `${instance.cluster} / ${instance.namespace}`,
        from: '0 pods',
        to: '1 pod',
      },
      {
        what: instance.farmerSet,
        where: `${instance.cluster} / ${instance.namespace}`,
        from: '0 pods',
        to: '24 pods',
      },
    ],
    warnings: [],
    hash: '5f5e38d65f5e38d6',
    ...over,
  };
};

export const aDraft = (over: Partial<Draft> = {}): Draft => ({
  id: 'draft-1',
  plan: aPlan(),
  request: { instance: 'system6', forced: false, reason: 'caches are stale after the schema change' },
  by: { id: 'U1', name: 'ada' },
  at: t0 - 60_000,
  validUntil: t0 + 840_000,
  ...over,
});

/** A rebuild that was just confirmed: nothing is touched yet, and no tickets are wanted. */
export const aRebuild = (over: Partial<Rebuild> = {}): Rebuild => {
  const plan = over.plan ?? aPlan();
  const settings = { channel: 'C01REBUILDS', ticket: false };
  const id = `${plan.instance.name}-20261120-1`;
  const { rebuild } = newRebuild(id, aDraft({ plan }), { id: 'U1', name: 'ada' }, settings, t0);
  return { ...rebuild, ...over };
};

/** Its steps when `name` is the current one: those before it are done, it runs since `at`. */
export const stepsAt = (name: StepName, at: number = t0, over: Partial<Step> = {}): readonly Step[] => {
  const current = stepNames.indexOf(name);
  return stepNames.map((step, i): Step => {
    if (i > current) return { name: step, state: 'pending', attempt: 0 };
    if (i < current) return { name: step, state: 'done', attempt: 1, startedAt: at, endedAt: at };
    return { name: step, state: 'running', attempt: 1, startedAt: at, ...over };
  });
};

/** In the step `name`, with farmers and synchronizer up where it needs them. */
export const aRebuildAt = (
  name: StepName,
  over: Partial<Rebuild> = {},
  step: Partial<Step> = {},
  at: number = t0,
): Rebuild => {
  const current = stepNames.indexOf(name);
  const made = aRebuild(over);
  const { target } = made.farmers;
  const farming = current >= stepNames.indexOf('farmers') && current < stepNames.indexOf('teardown');
  const synchronizer = current >= stepNames.indexOf('synchronizer');
  return {
    ...made,
    steps: stepsAt(name, at, step),
    farmers: {
      ...made.farmers,
      wanted: farming ? target : 0,
      ...(farming && { seen: { at, wanted: target, ready: target, pods: target, troubles: [] } }),
    },
    synchronizer: {
      wanted: synchronizer ? 1 : 0,
      guardian: current > stepNames.indexOf('write'),
      ...(synchronizer && { seen: { at, wanted: 1, ready: 1, pods: 1, troubles: [] } }),
    },
    ...over,
  };
};

/** The rebuild itself is half done, with all farmers up. */
export const runningRebuild = (over: Partial<Rebuild> = {}): Rebuild =>
  aRebuildAt('rebuild', {
    progress: {
      of: 'rebuild',
      percent: 50,
      farmers: 24,
      movedAt: t0,
      perHour: 5,
      eta: t0 + 10 * 3_600_000,
      samples: [
        { at: t0 - 10 * 3_600_000, percent: 0, ready: 24 },
        { at: t0, percent: 50, ready: 24 },
      ],
    },
    ...over,
  });
