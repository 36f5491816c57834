import type { Seen, SetView } from '../ports/ports.ts';
import { count, type Here, type Move } from './move.ts';

/** A cluster or engine that does not answer is asked again for so long before that is a reason; ms. */
const patience = 60_000;

/** What cannot be looked at of all that a plan is made of. */
export const unseenOf = ({ rebuild, world }: Here): readonly string[] => {
  const { instance } = rebuild.plan;
  const place = `${instance.cluster}/${instance.namespace}`;
  return [
    ...silence(world.farmers, `${instance.farmerSet} in ${place} cannot be looked at`),
    ...silence(world.synchronizer, `${instance.synchronizerSet} in ${place} cannot be looked at`),
    ...silence(world.engine, `The admin endpoint of ${instance.name} does not answer`),
  ];
};

/** What is up that a rebuild must not find up. */
export const inTheWay = ({ rebuild, world }: Here): readonly string[] => {
  const { farmerSet, synchronizerSet } = rebuild.plan.instance;
  return [
    ...running(
      world.farmers,
      (n) =>
        `${farmerSet} has ${count(n, 'farmer')} up already: somebody works there, or forgot them. Scale it to 0 first.`,
    ),
    ...running(
      world.synchronizer,
      () =>
        `${synchronizerSet} is up already, perhaps the guardian of an earlier rebuild. Scale it to 0 first.`,
    ),
  ];
};

/** Looks once more at all that the plan was made of. Nothing is touched; every reason against it is told at once. */
export const preflight = (here: Here): Move => {
  const { rebuild, world, now, step } = here;
  const { instance, farmers: wanted, minimum } = rebuild.plan;
  const unseen = unseenOf(here);
  if (unseen.length > 0 && now - (step.startedAt ?? now) < patience) {
    return { kind: 'on', says: 'cluster and engine are looked at' };
  }
  const problems = [
    ...unseen,
    ...inTheWay(here),
    ...(wanted > instance.maximum
      ? [`${wanted} farmers are more than the maximum of ${instance.maximum}.`]
      : []),
    ...(wanted < minimum ? [`${wanted} farmers are fewer than the minimum of ${minimum}.`] : []),
    ...(wanted < 1 ? ['A rebuild is never done without farmers.'] : []),
  ];
  if (problems.length > 0) return { kind: 'fail', errors: problems };
  const slow = [world.farmers, world.synchronizer].some(
    (seen) => seen?.ok && seen.value.podManagement !== 'Parallel',
  );
  return {
    kind: 'done',
    says: slow
      ? 'fine, but pods start one after another (podManagementPolicy is not Parallel)'
      : 'cluster and engine are fine',
  };
};

const silence = (seen: Seen<unknown> | undefined, says: string): string[] =>
  seen?.ok ? [] : [`${says}: ${seen?.error ?? 'it was not looked at'}`];

const running = (seen: Seen<SetView> | undefined, says: (n: number) => string): string[] =>
  seen?.ok && seen.value.wanted > 0 ? [says(seen.value.wanted)] : [];
