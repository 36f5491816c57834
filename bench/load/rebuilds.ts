import type { Instance } from '../../src/rebuild/model/parts/instance.ts';
import type { Plan } from '../../src/rebuild/model/parts/plan.ts';
import type { Step } from '../../src/rebuild/model/parts/step.ts';
import type { Rebuild } from '../../src/rebuild/model/rebuild.ts';
import { stepNames } from '../../src/rebuild/model/steps.ts';
import type { Transition } from '../../src/rebuild/model/transition.ts';
import { cardContent } from '../../src/rebuild/thread/card-content.ts';

/** Rebuilds in flight, each on an instance, a namespace and an express node of its own. */
export const farmersOfRebuild = 24;
/** Contexts of the kubeconfig; the instances are spread over them. */
export const clusterNames = ['den', 'dub', 'pdx', 'syd'] as const;
/** Percent an hour: slow enough that nearly every look finds a card that is still right. */
const perHour = 1;
const hour = 3_600_000;

export const instanceName = (n: number): string => `system${n}`;
export const namespaceOf = (n: number): string => `tenant-${100_000 + n}-prod`;
export const clusterOf = (n: number): (typeof clusterNames)[number] =>
  clusterNames[n % clusterNames.length] ?? clusterNames[0];
/** Express nodes are hosts of their own, so they are here as well; all of 127/8 is loopback. */
export const nodeAddress = (n: number): string => `127.1.${Math.floor(n / 250)}.${1 + (n % 250)}`;
export const clusterAddress = (name: (typeof clusterNames)[number]): string =>
  `127.2.0.${1 + clusterNames.indexOf(name)}`;

/** How far the rebuild is at `at`, 0 to 100; whoever asks counts from the same midnight, so that nothing jumps. */
export const percentAt = (n: number, at: number): number =>
  20 + (n % 50) + (n % 7) / 10 + ((at - midnight) / hour) * perHour;

const midnight = Math.floor(Date.now() / (24 * hour)) * 24 * hour;

const instanceOf = (n: number, port: number): Instance => {
  const name = instanceName(n);
  return {
    name,
    tenant: String(100_000 + n),
    engine: 'balance',
    way: 'kubernetes',
    cluster: clusterOf(n),
    namespace: namespaceOf(n),
    farmerSet: `${name}-dcr-farmer`,
    synchronizerSet: `${name}-dcr-sync`,
    synchronizerService: `${name}-dcr-sync`,
    minimum: 2,
    maximum: 100,
    farmers: farmersOfRebuild,
    heapGb: 80,
    frontends: [1, 2, 3].map((fe) => `${name}-fe${fe}`),
    adminUrl: `http://${nodeAddress(n)}:${port}`,
    approval: false,
    source: { file: `instances/${name}.yaml`, revision: '3f2a91cd04b5c6d7e8f90123456789abcdef0123' },
  };
};

const planOf = (instance: Instance): Plan => {
  const where = `${instance.cluster} / ${instance.namespace}`;
  return {
    instance,
    engine: instance.engine,
    forced: false,
    farmers: farmersOfRebuild,
    farmersFrom: 'as in the last rebuild (commit 3f2a91c)',
    minimum: instance.minimum,
    changes: [
      { what: instance.synchronizerSet, where, from: '0 pods', to: '1 pod' },
      { what: instance.farmerSet, where, from: '0 pods', to: `${farmersOfRebuild} pods` },
    ],
    expected: { ms: 60 * hour, from: 'the last rebuild' },
    warnings: [],
    hash: '5f2c8a0d9b1e47c3a6d4f0b2e8917c35d06a4b8e9f1c2d3a4b5c6d7e8f901234',
  };
};

const byPerson = { id: 'U0ALICE', name: 'Alice Ash' };

/**
 * The record of a rebuild that has run for most of a day, as its controllers would have left it: all farmers up, 240
 * samples, its thread open and nothing to say. Only `drive` is due, at `driveAt`.
 */
export const rebuildInFlight = (
  n: number,
  id: string,
  { port, now, driveAt }: { readonly port: number; readonly now: number; readonly driveAt: number },
): Transition => {
  const plan = planOf(instanceOf(n, port));
  // People start them when they please, within an hour here.
  const at = now - 20 * hour - ((n * 7_919_311) % hour);
  const begun = at + hour;
  const sampleEvery = (now - begun) / 240;
  const place = stepNames.indexOf('rebuild');
  const pods = { at: now - 60_000, troubles: [] };
  const steps = stepNames.map((name, i): Step => {
    const startedAt = at + i * 600_000;
    if (i < place) return { name, state: 'done', attempt: 1, startedAt, endedAt: startedAt + 600_000 };
    if (i > place) return { name, state: 'pending', attempt: 0 };
    const says = `${Math.floor(percentAt(n, now))} %, ${farmersOfRebuild} farmers at work`;
    return { name, state: 'running', attempt: 1, startedAt: begun, says };
  });
  const done = { state: 'done', attempts: 1, at: begun, endedAt: begun, arrivedAt: begun } as const;
  const rebuild: Rebuild = {
    id,
    version: 0,
    plan,
    at,
    by: byPerson,
    reason: 'new dataset after the migration',
    phase: 'running',
    steps,
    farmers: {
      wanted: farmersOfRebuild,
      target: farmersOfRebuild,
      minimum: plan.minimum,
      seen: { ...pods, wanted: farmersOfRebuild, ready: farmersOfRebuild, pods: farmersOfRebuild },
    },
    synchronizer: { wanted: 1, guardian: false, seen: { ...pods, wanted: 1, ready: 1, pods: 1 } },
    progress: {
      of: 'rebuild',
      percent: percentAt(n, now - 30_000),
      farmers: farmersOfRebuild,
      movedAt: now - 30_000,
      perHour,
      eta: now + ((100 - percentAt(n, now)) / perHour) * hour,
      samples: Array.from({ length: 240 }, (_, i) => {
        const sampleAt = Math.round(begun + i * sampleEvery);
        return { at: sampleAt, percent: percentAt(n, sampleAt), ready: farmersOfRebuild };
      }),
    },
    frontends: plan.instance.frontends.map((name) => ({ name, state: 'waiting' })),
    pausedMs: 0,
    overrides: [],
    effects: [
      {
        ...done,
        key: `${id}/synchronizer/1`,
        claim: 'bench.1',
        step: 'synchronizer',
        effect: { kind: 'scale', role: 'synchronizer', from: 0, to: 1 },
      },
      {
        ...done,
        key: `${id}/farmers/1`,
        claim: 'bench.2',
        step: 'farmers',
        effect: { kind: 'scale', role: 'farmer', from: 0, to: farmersOfRebuild },
      },
      {
        ...done,
        key: `${id}/rebuild/1`,
        claim: 'bench.3',
        step: 'rebuild',
        effect: { kind: 'run', run: 'rebuild' },
      },
    ],
    marks: [
      { at, kind: 'step', says: 'started' },
      ...stepNames.slice(0, place).map((name, i) => ({
        at: at + (i + 1) * 600_000,
        kind: 'step' as const,
        says: `${name} done`,
      })),
    ],
    told: { 'milestone:25': now, 'milestone:50': now, 'milestone:75': now },
    ticket: { state: 'none', entries: [], count: 0, attempts: 0 },
    card: {
      channel: 'C0BENCH0',
      state: 'open',
      ts: `${Math.floor(at / 1000)}.${String(n).padStart(6, '0')}`,
      notes: [],
      noteCount: 9,
    },
    alerts: [],
    seenAt: now - 30_000,
    driveAt,
  };
  const card = { ...rebuild.card, shown: cardContent(rebuild) };
  const journal = [{ at, who: byPerson.id, what: 'start', why: 'new dataset' }];
  return { rebuild: { ...rebuild, card }, journal };
};
