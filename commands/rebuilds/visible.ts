import type { Person } from '../../src/alerts/alert.ts';
import type { Rebuild } from '../../src/rebuild/rebuild.ts';
import { withDeadline } from '../deadline.ts';
import type { RebuildSurface } from '../deps.ts';

/** Why a person may not see an instance's rebuilds; undefined when they may. */
export const hiddenBecause = async (
  { rebuilds, deadlineMs }: RebuildSurface,
  by: Person,
  instance: string,
): Promise<string | undefined> => {
  // It has a limit of its own, after which groups are unknown; this one is for whatever else may hang.
  const verdict = await withDeadline(rebuilds.access.check(by, 'status', instance), deadlineMs * 1.5);
  return verdict.allowed ? undefined : verdict.says;
};

export interface Visible {
  readonly rebuilds: readonly Rebuild[];
  /** Why others are left out; undefined when none is. */
  readonly hidden?: string;
}

/** Those that a person may see, in the same order. Each instance is asked for once. */
export const visibleTo = async (
  deps: RebuildSurface,
  by: Person,
  rebuilds: readonly Rebuild[],
): Promise<Visible> => {
  const names = [...new Set(rebuilds.map(({ plan }) => plan.instance.name))];
  const reasons = new Map(
    await Promise.all(names.map(async (name) => [name, await hiddenBecause(deps, by, name)] as const)),
  );
  const hidden = names.map((name) => reasons.get(name)).find((says) => says !== undefined);
  return {
    rebuilds: rebuilds.filter(({ plan }) => reasons.get(plan.instance.name) === undefined),
    ...(hidden !== undefined && { hidden }),
  };
};
