import { lastDifferenceWords } from '../messages/plan-differences.ts';
import {
  changeWords,
  estimateWords,
  type FarmersFrom,
  type PlanChange,
  type PlanWarning,
  sourceWords,
  warningWords,
} from '../messages/planning/plan-words.ts';
import type { RebuildProblem } from '../messages/planning/problems.ts';
import type { StartRequest } from '../model/command.ts';
import type { ChangeRule } from '../model/parts/change-rule.ts';
import type { Instance } from '../model/parts/instance.ts';
import type { Plan } from '../model/parts/plan.ts';
import { sinceLast } from '../model/plan-differences.ts';
import { keptControls } from '../model/rules/controlled.ts';
import { statusOfRebuild } from '../model/status.ts';
import type { Observation, PlanFacts, SetView } from '../ports/ports.ts';
import { namedOf } from './named.ts';

export interface PlanSettings {
  /** What is demanded of a change-request number for this instance. */
  readonly changeRule?: (instance: Instance) => ChangeRule | undefined;
  /** For instances that name none; ms. */
  readonly targetMs?: number;
  /** Of the text that makes two plans equal: SHA-256, hex. */
  readonly hash: (text: string) => string;
}

export type Planned =
  | { readonly ok: true; readonly plan: Plan }
  /** Every reason at once. */
  | {
      readonly ok: false;
      readonly code: 'busy' | 'limit' | 'invalid';
      readonly problems: readonly RebuildProblem[];
    };

/** Where neither a person, nor history, nor the values name a number: fewer are hardly worth it. */
const usualFarmers = 8;

/**
 * A plan from what was asked for and what was seen, or every reason against it. Pure; touches nothing. The plan is
 * stored and hashed as people confirm it, so its words are part of it.
 */
export const makePlan = (request: StartRequest, facts: PlanFacts, settings: PlanSettings): Planned => {
  const { instance } = facts;
  const number = farmersFor(request, facts);
  const busy = inFlight(facts);
  // Of an instance with a rebuild in flight the pods are that rebuild's.
  const problems = [
    ...busy,
    ...badNumber(request, instance),
    ...badChange(request, settings.changeRule?.(instance)),
    ...(request.glass ? [] : overLimits(number.farmers, facts)),
    ...(facts.inFlight ? [] : cluster(facts)),
  ];
  if (problems.length > 0) {
    return { ok: false, code: facts.inFlight ? 'busy' : busy.length > 0 ? 'limit' : 'invalid', problems };
  }
  const expected = expectedFor(facts, number.farmers);
  const targetMs = instance.targetMs ?? settings.targetMs;
  const controls = keptControls(facts.controls);
  const base = {
    instance,
    engine: instance.engine,
    forced: request.forced,
    farmers: number.farmers,
    farmersFrom: sourceWords(number.from),
    minimum: Math.min(instance.minimum, number.farmers),
    changes: changesOf(instance, number.farmers, facts).map(changeWords),
    ...(expected && { expected }),
    ...(targetMs !== undefined && { targetMs }),
    ...(request.change !== undefined && { change: request.change }),
    ...(controls && { controls }),
    warnings: warningsOf(facts, number.farmers, expected?.ms, targetMs).map(warningWords),
  };
  const { last } = facts;
  const since = last && { id: last.id, says: sinceLast(last, base).map(lastDifferenceWords) };
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
  change,
  controls,
}: Omit<Plan, 'hash' | 'since'>): string => {
  const { source: _, ...values } = instance;
  const under = [...(change === undefined ? [] : [change]), ...(controls ? [controls] : [])];
  return JSON.stringify([values, engine, forced, farmers, minimum, changes, targetMs, ...under]);
};

const inFlight = ({
  instance,
  inFlight: other,
  allInFlight,
  limit,
  tier,
}: PlanFacts): readonly RebuildProblem[] => {
  if (other) {
    const { id, by } = other;
    return [{ code: 'in_flight', instance: instance.name, id, status: statusOfRebuild(other), by }];
  }
  const full = allInFlight.length >= limit;
  return [
    ...(full ? [{ code: 'farm_full', ...namedOf(tier?.inFlight, allInFlight), limit } as const] : []),
    ...(tier?.limit !== undefined && tier.inFlight.length >= tier.limit
      ? [{ code: 'tier_full', tier: tier.name, inFlight: tier.inFlight, limit: tier.limit } as const]
      : []),
  ];
};

const badNumber = ({ farmers }: StartRequest, instance: Instance): readonly RebuildProblem[] => {
  if (farmers === undefined) return [];
  if (!Number.isInteger(farmers) || farmers < 1) return [{ code: 'no_number', farmers }];
  if (farmers >= instance.minimum && farmers <= instance.maximum) return [];
  return [{ code: 'out_of_range', instance, farmers }];
};

/** What policy allows of a start, whoever asks for it. */
const overLimits = (
  farmers: number,
  { controls, inEnvironment, tier }: PlanFacts,
): readonly RebuildProblem[] => {
  if (!controls) return [];
  const { limits, environment } = controls;
  const full = limits.inFlight && inEnvironment && inEnvironment.length >= limits.inFlight.value;
  return [
    ...(limits.farmers && farmers > limits.farmers.value
      ? [{ code: 'farmers_limit', farmers, limit: limits.farmers } as const]
      : []),
    ...(full && limits.inFlight
      ? [
          {
            code: 'environment_full',
            ...namedOf(tier?.inFlight, inEnvironment),
            ...{ limit: limits.inFlight, environment },
          } as const,
        ]
      : []),
  ];
};

/** The number of its change request, where one is demanded or was given. */
const badChange = (
  { instance, change }: StartRequest,
  rule: ChangeRule | undefined,
): readonly RebuildProblem[] => {
  if (!rule) return [];
  const { pattern } = rule;
  if (change === undefined) return rule.required ? [{ code: 'no_change_request', instance, pattern }] : [];
  return new RegExp(pattern).test(change) ? [] : [{ code: 'odd_change_request', change, pattern }];
};

const cluster = (facts: PlanFacts): readonly RebuildProblem[] => {
  const { instance, farmers, synchronizer, engine } = facts;
  const { name, farmerSet, synchronizerSet } = instance;
  return [
    ...unseen(instance, farmerSet, farmers),
    ...unseen(instance, synchronizerSet, synchronizer),
    ...(farmers.ok && farmers.value.wanted > 0
      ? [{ code: 'unknown_farmers', set: farmerSet, farmers: farmers.value.wanted } as const]
      : []),
    ...(synchronizer.ok && synchronizer.value.wanted > 0
      ? [{ code: 'synchronizer_up', set: synchronizerSet } as const]
      : []),
    ...afterLoss(facts),
    ...(engine.ok ? [] : [{ code: 'not_followed', instance: name, error: engine.error } as const]),
  ];
};

/** What is up may be a rebuild that nobody remembers any more. */
const afterLoss = ({
  instance,
  farmers,
  synchronizer,
  lostAt,
  unclear,
}: PlanFacts): readonly RebuildProblem[] => {
  const up = [farmers, synchronizer].some((seen) => seen.ok && seen.value.wanted > 0);
  if (!up || lostAt === undefined) return [];
  return [
    { code: 'after_loss', lostAt, unclear },
    { code: 'by_hand', instance },
  ];
};

const unseen = (
  { cluster: in_, namespace }: Instance,
  set: string,
  seen: Observation<SetView>,
): readonly RebuildProblem[] =>
  seen.ok ? [] : [{ code: 'set_unseen', set, place: `${in_}/${namespace}`, error: seen.error }];

const farmersFor = (
  { farmers }: StartRequest,
  { instance, lastFarmers }: PlanFacts,
): { readonly farmers: number; readonly from: FarmersFrom } => {
  const { minimum, maximum } = instance;
  const within = (n: number) => Math.max(minimum, Math.min(maximum, n));
  if (farmers !== undefined) return { farmers, from: { code: 'asked' } };
  const last = lastFarmers.ok ? lastFarmers.value : undefined;
  if (last && within(last.farmers) === last.farmers) {
    return { farmers: last.farmers, from: { code: 'last', from: last.from } };
  }
  if (instance.farmers !== undefined) {
    return { farmers: within(instance.farmers), from: { code: 'values', file: instance.source.file } };
  }
  const usual = within(usualFarmers);
  return { farmers: usual, from: { code: usual === usualFarmers ? 'usual' : 'limit' } };
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
  return { ms: Math.round(work / farmers), from: estimateWords(works.length, last) };
};

const changesOf = (
  instance: Instance,
  farmers: number,
  { synchronizer }: PlanFacts,
): readonly PlanChange[] => {
  const { farmerSet, synchronizerSet, frontends } = instance;
  const scale = (set: string, from: number, to: number) =>
    ({ code: 'scale', set, instance, from, to }) as const;
  return [
    scale(synchronizerSet, synchronizer.ok ? synchronizer.value.wanted : 0, 1),
    scale(farmerSet, 0, farmers),
    { code: 'caches' },
    ...(frontends.length > 0 ? [{ code: 'frontends', frontends } as const] : []),
    scale(farmerSet, farmers, 0),
    scale(synchronizerSet, 1, 0),
  ];
};

const warningsOf = (
  { farmers, synchronizer, engine, lastFarmers, instance, stale, frozen, approvalWas, tier }: PlanFacts,
  wanted: number,
  ms: number | undefined,
  targetMs: number | undefined,
): readonly PlanWarning[] => {
  const { name, farmerSet, synchronizerSet, maximum } = instance;
  const sets = [
    [farmerSet, farmers],
    [synchronizerSet, synchronizer],
  ] as const;
  const failed = engine.ok ? engine.value.frontends.filter(({ state }) => state === 'failed') : [];
  return [
    ...(stale === undefined ? [] : [{ code: 'stale', says: stale } as const]),
    ...(frozen ? [{ code: 'frozen', frozen } as const] : []),
    ...(approvalWas === undefined ? [] : [{ code: 'approval_changed', was: approvalWas, instance } as const]),
    ...sets.flatMap(([set, seen]): PlanWarning[] =>
      seen.ok && seen.value.podManagement !== 'Parallel'
        ? [{ code: 'one_after_another', set, instance: name }]
        : [],
    ),
    ...(failed.length > 0
      ? [{ code: 'frontends_failed', frontends: failed.map((frontend) => frontend.name) } as const]
      : []),
    ...(lastFarmers.ok ? [] : [{ code: 'last_unknown', error: lastFarmers.error } as const]),
    ...(tier?.limit !== undefined && tier.inFlight.length === tier.limit - 1
      ? [{ code: 'last_of_tier', tier: tier.name, limit: tier.limit } as const]
      : []),
    ...(wanted < usualFarmers && maximum >= usualFarmers
      ? [{ code: 'few_farmers', farmers: wanted, usual: usualFarmers } as const]
      : []),
    ...(ms !== undefined && targetMs !== undefined && ms > targetMs
      ? [{ code: 'late', ms, targetMs, engine: instance.engine } as const]
      : []),
  ];
};
