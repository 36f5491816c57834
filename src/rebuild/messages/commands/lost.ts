import type { LostName } from '../../model/lost.ts';

/** Why nothing can be asked of a rebuild that is lost. Plain text. */
export const heldWords = ({ id, instance, is }: LostName): string =>
  `farmhand lost its records while ${id} was in flight${is === 'behind' ? ', and has only an older copy of its record' : ''}. Nothing is changed in the cluster of ${instance} until a person decides: /dcr start ${instance} shows what is there, and adopts it; /dcr recovery done ${instance} <why> says that it is over.`;
