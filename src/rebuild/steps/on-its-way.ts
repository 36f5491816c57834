import type { Rebuild, WorkloadRole } from '../model/rebuild.ts';
import { lastScale, type Observed } from '../observe/observed.ts';

/** Why the number of a role is not in the cluster: in a few steady words for the card, and all of it for a question. */
export interface OnItsWay {
  readonly says: string;
  readonly why: string;
}

/** Undefined: the last change has arrived, there was none, or it was not looked at. */
export const onItsWay = (
  rebuild: Rebuild,
  { arrival }: Observed,
  role: WorkloadRole,
): OnItsWay | undefined => {
  const last = lastScale(rebuild, role);
  if (!arrival || last?.key !== arrival.key || last.arrivedAt !== undefined) return undefined;
  if (!arrival.seen.ok) {
    const error = arrival.seen.error.replace(/\.$/, '');
    return {
      says: 'whether its commit has arrived cannot be seen',
      why: `Whether the commit has arrived cannot be seen: ${error}.`,
    };
  }
  const { value } = arrival.seen;
  switch (value.state) {
    case 'arrived':
      return undefined;
    case 'waiting':
      return { says: value.says, why: `The commit has not arrived: ${value.says}.` };
    case 'blocked':
      return {
        says: 'its commit does not arrive, see the thread',
        why: `The commit has not arrived: ${value.says}`,
      };
    default:
      return value satisfies never;
  }
};

/** `0 of 24 farmers ready; Argo CD has not seen 3f2a91c yet` */
export const withWay = (says: string, way: OnItsWay | undefined): string =>
  way === undefined ? says : `${says}; ${way.says}`;
