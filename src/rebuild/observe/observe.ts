import { messageOf } from '../../core/errors.ts';
import type { Instance } from '../model/parts/instance.ts';
import type { Rebuild } from '../model/rebuild.ts';
import { currentStep } from '../model/record.ts';
import type { ClusterPort, EnginePort, Observation, ScalePort } from '../ports/ports.ts';
import { isOrdered } from './apply-observation.ts';
import { driftedRole } from './drift.ts';
import {
  type ApproverNow,
  basisOf,
  type ObservationNeeds,
  type Observed,
  type Replanned,
} from './observed.ts';

export interface ObserveDeps {
  readonly cluster: ClusterPort;
  readonly scales: (instance: Instance) => ScalePort;
  readonly engine: EnginePort;
  readonly now: () => number;
  /** The plan of a rebuild that has not begun, made once more on what was just seen. Absent: the plan stands. */
  readonly replan?: (rebuild: Rebuild, seen: ObservedNow) => Promise<Observation<Replanned>>;
  /** Whether whoever approved it still may. Absent: what was looked up at the click stands. */
  readonly stillMay?: (rebuild: Rebuild) => Promise<Observation<ApproverNow>>;
}

/** What a plan is made of, as it was just seen. */
export type ObservedNow = Pick<Observed, 'farmers' | 'synchronizer' | 'engine'>;

/** Looks at what is wanted, and at nothing else. Never throws. */
export const observe = async (
  deps: ObserveDeps,
  rebuild: Rebuild,
  wanted: ObservationNeeds,
): Promise<Observed> => {
  const at = deps.now();
  const { instance } = rebuild.plan;
  const { arrival } = wanted;
  // Before the rest: a number that was seen before its change arrived would look like somebody else's.
  const arrived = arrival && (await seen(() => deps.scales(instance).arrived(instance, arrival)));
  const podsAtMost = computes(rebuild) ? podsWhileComputing : 0;
  const [farmers, synchronizer, engine] = await Promise.all([
    wanted.farmers && seen(() => deps.cluster.look(instance, 'farmer', podsAtMost)),
    wanted.synchronizer && seen(() => deps.cluster.look(instance, 'synchronizer', podsAtMost)),
    wanted.engine && seen(() => deps.engine.look(instance, rebuild.id)),
  ]);
  const observed: Observed = {
    at,
    basis: basisOf(rebuild),
    ...(farmers && { farmers }),
    ...(synchronizer && { synchronizer }),
    ...(engine && { engine }),
    ...(arrival && arrived && { arrival: { key: arrival.key, seen: arrived } }),
  };
  const role = driftedRole(rebuild, observed);
  const blame = role && (await seen(() => deps.scales(instance).blame(instance, role)));
  const [plan, approver] = await Promise.all([
    wanted.plan && replanned(deps, rebuild, observed),
    wanted.approver && stillMay(deps, rebuild),
  ]);
  return {
    ...observed,
    until: deps.now(),
    ...(role && blame && { blame: { role, seen: blame } }),
    ...(plan && { plan }),
    ...(approver && { approver }),
  };
};

/** Pods that were well are listed again after this at the latest; ms. */
const podsWhileComputing = 120_000;

/** The step that lasts for days, once its order is taken: nothing is about to be decided on pods that are well. */
const computes = (rebuild: Rebuild): boolean =>
  rebuild.phase === 'running' && currentStep(rebuild)?.name === 'rebuild' && isOrdered(rebuild, 'rebuild');

const replanned = (
  deps: ObserveDeps,
  rebuild: Rebuild,
  observed: Observed,
): Promise<Observation<Replanned>> => {
  const { replan } = deps;
  return replan
    ? seen(() => replan(rebuild, observed))
    : Promise.resolve({ ok: true, value: { kind: 'plan', plan: rebuild.plan } });
};

const stillMay = ({ stillMay: ask }: ObserveDeps, rebuild: Rebuild): Promise<Observation<ApproverNow>> =>
  ask ? seen(() => ask(rebuild)) : Promise.resolve({ ok: true, value: { may: true } });

const seen = async <T>(ask: () => Promise<Observation<T>>): Promise<Observation<T>> => {
  try {
    return await ask();
  } catch (error) {
    return { ok: false, error: messageOf(error) };
  }
};
