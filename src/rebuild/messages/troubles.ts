import type { PodTrouble } from '../model/parts/workloads.ts';

/** Pods that have the same trouble for the same reason. */
export interface TroubleGroup {
  /** The first of them. */
  readonly pod: string;
  /** How many others. */
  readonly more: number;
  readonly kind: PodTrouble['kind'];
  readonly says: string;
}

/** What keeps pods from being ready, each reason once, in the order in which the pods were seen. */
export const troubleGroups = (troubles: readonly PodTrouble[]): readonly TroubleGroup[] => {
  const groups = new Map<string, TroubleGroup>();
  for (const { pod, kind, says } of troubles) {
    const key = `${kind} ${says}`;
    const known = groups.get(key);
    groups.set(key, known ? { ...known, more: known.more + 1 } : { pod, more: 0, kind, says });
  }
  return [...groups.values()];
};
