import { formatDuration } from '../../core/duration.ts';
import { scaleByHand } from '../messages/found.ts';
import type { StartRequest } from '../model/command.ts';
import { sinceLast } from '../model/plan-differences.ts';
import type { Instance, Plan, PlannedChange } from '../model/rebuild.ts';
import { statusOfRebuild } from '../model/status.ts';
import type { Observation, PlanFacts, SetView } from '../ports/ports.ts';

export interface PlanSettings {
  /** For instances that name none; ms. */
  readonly targetMs?: number;
  /** Of the text that makes two plans equal: SHA-256, hex. */
  readonly hash: (text: string) => string;
}

export type Planned =
  | { readonly ok: true; readonly plan: Plan }
  /** Every reason at once. */
  | { readonly ok: false; readonly code: 'busy' | 'limit' | 'invalid'; readonly says: readonly string[] };

/** Where neither a person, nor history, nor the values name a number: fewer are hardly worth it. */
const usualFarmers = 8;

/** A plan from what was asked for and what was seen, or every reason against it. Pure; touches nothing. */
export const makePlan = (request: StartRequest, facts: PlanFacts, settings: PlanSettings): Planned => {
  const { instance } = facts;
  const number = farmersFor(request, facts);
  const busy = inFlight(facts);
  // Of an instance with a rebuild in flight the pods are that rebuild's.
  const problems = [...busy, ...badNumber(request, instance), ...(facts.inFlight ? [] : cluster(facts))];
  if (problems.length > 0) {
    const code = facts.inFlight ? 'busy' : busy.length > 0 ? 'limit' : 'invalid';
    return { ok: false, code, says: [...problems, 'Nothing was started.'] };
  }
  const expected = expectedFor(facts, number.farmers);
  const targetMs = instance.targetMs ?? settings.targetMs;
  const base = {
    instance,
    engine: instance.engine,
    forced: request.forced,
    farmers: number.farmers,
    farmersFrom: number.from,
    minimum: Math.min(instance.minimum, number.farmers),
    changes: changesOf(instance, number.farmers, facts),
    ...(expected && { expected }),
    ...(targetMs !== undefined && { targetMs }),
    warnings: warningsOf(facts, number.farmers, expected?.ms, targetMs),
  };
  const { last } = facts;
  const since = last && { id: last.id, says: sinceLast(last, base) };
  return { ok: true, plan: { ...base, ...(since && { since }), hash: settings.hash(decisive(base)) } };
};

/** What a person decides on. Where the number comes from and what to expect may be said differently the next time. */
const decisive = ({
  instance,
  engine,
  forced,
  farmers,
  minimum,
  changes,
  targetMs,
}: Omit<Plan, 'hash' | 'since'>): string => {
  const { source: _, ...values } = instance;
  return JSON.stringify([values, engine, forced, farmers, minimum, changes, targetMs]);
};

const inFlight = ({ instance, inFlight: other, inFlightCount, limit }: PlanFacts): string[] => {
  if (other) {
    const who = other.by.name ?? other.by.id;
    return [
      `${instance.name} has a rebuild in flight: ${other.id} (${statusOfRebuild(other)}, started by ${who}). One instance has one rebuild; see /dcr status ${instance.name}.`,
    ];
  }
  if (inFlightCount < limit) return [];
  return [
    `${inFlightCount} rebuilds are in flight, and the limit is ${limit} (rebuilds.in_flight in farmhand.yml). See /dcr list, and start this one when another has ended.`,
  ];
};

const badNumber = ({ farmers }: StartRequest, { name, minimum, maximum }: Instance): string[] => {
  if (farmers === undefined) return [];
  if (!Number.isInteger(farmers) || farmers < 1) return [`${farmers} is not a number of farmers.`];
  if (farmers >= minimum && farmers <= maximum) return [];
  return [
    `${name} takes ${minimum} to ${maximum} farmers (its values file says so), and ${farmers} were asked for.`,
  ];
};

const cluster = (facts: PlanFacts): string[] => {
  const { instance, farmers, synchronizer, engine } = facts;
  return [
    ...unseen(instance, instance.farmerSet, farmers),
    ...unseen(instance, instance.synchronizerSet, synchronizer),
    ...(farmers.ok && farmers.value.wanted > 0
      ? [
          `${instance.farmerSet} has ${farmers.value.wanted} farmers up already, and no rebuild of farmhand is in flight: somebody works there, or forgot them. Scale it to 0 first.`,
        ]
      : []),
    ...(synchronizer.ok && synchronizer.value.wanted > 0
      ? [
          `${instance.synchronizerSet} is up already, perhaps the guardian of an earlier rebuild. Scale it to 0 first.`,
        ]
      : []),
    ...afterLoss(facts),
    ...(engine.ok
      ? []
      : [
          `The admin endpoint of ${instance.name} does not answer, so a rebuild could not be followed: ${engine.error}`,
        ]),
  ];
};

/** What is up may be a rebuild that nobody remembers any more. */
const afterLoss = ({ instance, farmers, synchronizer, lostAt, unclear }: PlanFacts): string[] => {
  const up = [farmers, synchronizer].some((seen) => seen.ok && seen.value.wanted > 0);
  if (!up || lostAt === undefined) return [];
  const when = new Date(lostAt).toISOString().slice(0, 16).replace('T', ' ');
  const card =
    unclear === undefined
      ? 'and no card in Slack tells of a rebuild of this instance that is in flight'
      : `and the last card of this instance, ${unclear}, does not say whether its rebuild had ended`;
  return [
    `farmhand lost its records (noticed ${when} UTC), ${card}: what is up may be a rebuild of then, and farmhand cannot go on with it. Look at its thread and its ticket for how far it was.`,
    scaleByHand(instance),
  ];
};

const unseen = (instance: Instance, set: string, seen: Observation<SetView>): string[] =>
  seen.ok ? [] : [`${set} in ${instance.cluster}/${instance.namespace} cannot be looked at: ${seen.error}`];

const farmersFor = (
  { farmers }: StartRequest,
  { instance, lastFarmers }: PlanFacts,
): { readonly farmers: number; readonly from: string } => {
  const { minimum, maximum } = instance;
  const within = (n: number) => Math.max(minimum, Math.min(maximum, n));
  if (farmers !== undefined) return { farmers, from: 'asked for' };
  const last = lastFarmers.ok ? lastFarmers.value : undefined;
  if (last && within(last.farmers) === last.farmers) return last;
  if (instance.farmers !== undefined) {
    return { farmers: within(instance.farmers), from: `as ${instance.source.file} says` };
  }
  const usual = within(usualFarmers);
  return { farmers: usual, from: usual === usualFarmers ? 'the usual number' : 'the limit of the instance' };
};

/** By the last rebuilds of this instance: the work is what they did in farmer-hours. */
const expectedFor = ({ earlier }: PlanFacts, farmers: number): Plan['expected'] | undefined => {
  const [last] = earlier;
  if (!last) return undefined;
  const works = earlier
    .slice(0, 5)
    .map((past) => past.ms * past.farmers)
    .sort((a, b) => a - b);
  const work = works[Math.floor(works.length / 2)] ?? 0;
  const from =
    earlier.length === 1
      ? `the last rebuild, ${last.id}: ${formatDuration(last.ms)} with ${last.farmers} farmers`
      : `the last ${works.length} rebuilds, ${last.id} the latest: ${formatDuration(last.ms)} with ${last.farmers} farmers`;
  return { ms: Math.round(work / farmers), from };
};

const changesOf = (
  instance: Instance,
  farmers: number,
  { synchronizer }: PlanFacts,
): readonly PlannedChange[] => {
  const { gitops, way } = instance;
  const where =
    way === 'gitops' && gitops
      ? `commit to ${gitops.file}, synced by Argo CD (${gitops.application})`
      : `${instance.cluster} / ${instance.namespace}`;
  const now = synchronizer.ok ? synchronizer.value.wanted : 0;
  const frontends = instance.frontends.length;
  return [
    { what: instance.synchronizerSet, where, from: replicas(now), to: replicas(1) },
    { what: instance.farmerSet, where, from: replicas(0), to: replicas(farmers) },
    { what: 'caches', where: 'S3', from: 'as they are', to: 'written again' },
    ...(frontends > 0
      ? [
          {
            what: frontends === 1 ? '1 frontend' : `${frontends} frontends`,
            where: instance.frontends.join(', '),
            from: 'old caches',
            to: 'new caches, restarted one after another',
          },
        ]
      : []),
    { what: instance.farmerSet, where, from: replicas(farmers), to: replicas(0) },
    { what: instance.synchronizerSet, where, from: replicas(1), to: replicas(0) },
  ];
};

const replicas = (n: number): string => (n === 1 ? '1 pod' : `${n} pods`);

const warningsOf = (
  { farmers, synchronizer, engine, lastFarmers, instance, stale }: PlanFacts,
  wanted: number,
  expected: number | undefined,
  target: number | undefined,
): readonly string[] => [
  ...(stale === undefined ? [] : [stale]),
  ...[farmers, synchronizer].flatMap((seen, i) =>
    seen.ok && seen.value.podManagement !== 'Parallel'
      ? [
          `${i === 0 ? instance.farmerSet : instance.synchronizerSet} starts its pods one after another (podManagementPolicy is not Parallel); /dcr doctor ${instance.name} says how to fix that.`,
        ]
      : [],
  ),
  ...(engine.ok ? notReady(engine.value.frontends) : []),
  ...(lastFarmers.ok ? [] : [`What the last rebuild used could not be looked up: ${lastFarmers.error}`]),
  ...(wanted < usualFarmers && instance.maximum >= usualFarmers
    ? [`${wanted} farmers are few: fewer than ${usualFarmers} are hardly worth it.`]
    : []),
  ...(expected !== undefined && target !== undefined && expected > target
    ? [
        instance.engine === 'balance'
          ? `It would take about ${formatDuration(expected)}, and the target is ${formatDuration(target)}. More farmers can be added at any time.`
          : `It would take about ${formatDuration(expected)}, and the target is ${formatDuration(target)}. On the farm engine the number is fixed once it runs: start with more.`,
      ]
    : []),
];

const notReady = (frontends: readonly { readonly name: string; readonly state: string }[]): string[] => {
  const failed = frontends.filter(({ state }) => state === 'failed').map(({ name }) => name);
  return failed.length > 0
    ? [`Not well at the moment: ${failed.join(', ')}. The caches can only be propagated when it is back.`]
    : [];
};
