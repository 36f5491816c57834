import type { ActionState } from '../model/alert.ts';

type Kind = ActionState['kind'];

/** How many actions of each kind are under way: a system that hangs fills its own places, and nobody else's. */
export interface Bulkhead {
  /** Takes a place; false when all of this kind are taken. */
  enter(kind: Kind): boolean;
  leave(kind: Kind): void;
}

export const createBulkhead = (places: Readonly<Record<Kind, number>>): Bulkhead => {
  const taken = new Map<Kind, number>();
  const count = (kind: Kind): number => taken.get(kind) ?? 0;
  return {
    enter: (kind) => {
      if (count(kind) >= places[kind]) return false;
      taken.set(kind, count(kind) + 1);
      return true;
    },
    leave: (kind) => {
      taken.set(kind, count(kind) - 1);
    },
  };
};
