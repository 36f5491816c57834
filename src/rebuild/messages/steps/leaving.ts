import { counted } from '../../../core/text.ts';
import type { WorkloadRole } from '../../model/parts/workloads.ts';
import { unlooked } from './missing.ts';
import { type Way, wayWords } from './way.ts';

/** What is left of a set that is to be gone. */
export type Leaving =
  | { readonly role: WorkloadRole; readonly unseen: string | undefined }
  | {
      readonly role: WorkloadRole;
      readonly pods: readonly { readonly name: string; readonly terminating: boolean }[];
      readonly wanted: number;
      /** Somebody else wants them. */
      readonly drifted: boolean;
      /** Why the number that is wanted is not in the cluster. */
      readonly way?: Way | undefined;
    };

const silent = (error: string | undefined): string => `the cluster does not answer: ${error ?? unlooked}`;

/** In a few words for the card. */
const leavingWords = (left: Leaving): string => {
  const noun = left.role === 'farmer' ? 'farmer' : 'synchronizer';
  if ('unseen' in left) return silent(left.unseen);
  const { pods, wanted, way } = left;
  if (pods.length === 0 && wanted === 0) return `no ${noun} left; waits for the change to be settled`;
  if (left.drifted && wanted > 0) return `somebody wants ${counted(wanted, noun)}`;
  const still = `${counted(Math.max(pods.length, wanted), noun)} still there`;
  return way === undefined || way.code === 'refused' ? still : `${still}; ${wayWords(way).brief}`;
};

export const leavingInBrief = (sets: readonly Leaving[]): string =>
  sets.map(leavingWords).join(', ') || 'what is under way is finished first';

/** By name, for a question: what a person has to look for. */
export const leftByName = (sets: readonly Leaving[]): string =>
  sets
    .flatMap((left) => {
      if ('unseen' in left) return [silent(left.unseen)];
      const { pods, wanted, way } = left;
      if (pods.length === 0 && wanted === 0) return [];
      const names = pods
        .slice(0, 5)
        .map(({ name, terminating }) => (terminating ? `${name} (terminating)` : name));
      const more = pods.length > 5 ? ` and ${pods.length - 5} more` : '';
      const still = wanted > 0 ? `, and ${wanted} are wanted` : '';
      const why = way ? ` (${wayWords(way).whole.replace(/\.$/, '')})` : '';
      return [`${names.join(', ') || 'no pod'}${more}${still}${why}`];
    })
    .join('; ');
