import type { PodTrouble } from './rebuild.ts';

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

const most = 3;

/** `system6-dcr-farmer-1 and 6 more: 0/6 nodes are available`, three reasons at most. Plain text without a full stop. */
export const troubleText = (troubles: readonly PodTrouble[]): string => {
  const groups = troubleGroups(troubles);
  const told = groups
    .slice(0, most)
    .map(({ pod, more, says }) => `${pod}${more > 0 ? ` and ${more} more` : ''}: ${bare(says)}`);
  return [...told, ...(groups.length > most ? ['others for other reasons'] : [])].join('; ');
};

/** Without the full stop that Kubernetes may end with: the sentence goes on, or brings its own. */
const bare = (says: string): string => says.replace(/[.\s]+$/, '');
