import { messageOf } from '../../core/errors.ts';
import type { Instance, Rebuild } from '../model/rebuild.ts';
import type { ClusterPort, EnginePort, ScalePort, Seen } from '../ports/ports.ts';
import { driftedRole } from './drift.ts';
import { basisOf, type Needs, needs, type Replanned, type World } from './world.ts';

export interface LookDeps {
  readonly cluster: ClusterPort;
  readonly scales: (instance: Instance) => ScalePort;
  readonly engine: EnginePort;
  readonly now: () => number;
  /** The plan of a rebuild that has not begun, made once more on what was just seen. Absent: the plan stands. */
  readonly replan?: (rebuild: Rebuild, seen: SeenNow) => Promise<Seen<Replanned>>;
}

/** What a plan is made of, as it was just seen. */
export type SeenNow = Pick<World, 'farmers' | 'synchronizer' | 'engine'>;

/** Looks at all that the next decision needs, and at nothing else. Never throws. */
export const look = async (deps: LookDeps, rebuild: Rebuild): Promise<World> => {
  const at = deps.now();
  const { instance } = rebuild.plan;
  const wanted: Needs = needs(rebuild);
  const { arrival } = wanted;
  // Before the rest: a number that was seen before its change arrived would look like somebody else's.
  const arrived = arrival && (await seen(() => deps.scales(instance).arrived(instance, arrival)));
  const [farmers, synchronizer, engine] = await Promise.all([
    wanted.farmers && seen(() => deps.cluster.look(instance, 'farmer')),
    wanted.synchronizer && seen(() => deps.cluster.look(instance, 'synchronizer')),
    wanted.engine && seen(() => deps.engine.look(instance, rebuild.id)),
  ]);
  const world: World = {
    at,
    basis: basisOf(rebuild),
    ...(farmers && { farmers }),
    ...(synchronizer && { synchronizer }),
    ...(engine && { engine }),
    ...(arrival && arrived && { arrival: { key: arrival.key, seen: arrived } }),
  };
  const role = driftedRole(rebuild, world);
  const blame = role && (await seen(() => deps.scales(instance).blame(instance, role)));
  const plan = wanted.plan && (await replanned(deps, rebuild, world));
  return { ...world, ...(role && blame && { blame: { role, seen: blame } }), ...(plan && { plan }) };
};

const replanned = (deps: LookDeps, rebuild: Rebuild, world: World): Promise<Seen<Replanned>> => {
  const { replan } = deps;
  return replan
    ? seen(() => replan(rebuild, world))
    : Promise.resolve({ ok: true, value: { kind: 'plan', plan: rebuild.plan } });
};

const seen = async <T>(ask: () => Promise<Seen<T>>): Promise<Seen<T>> => {
  try {
    return await ask();
  } catch (error) {
    return { ok: false, error: messageOf(error) };
  }
};
