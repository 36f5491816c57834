import type { Beat } from './beat.ts';
import { keyOf, type Trouble } from './fault.ts';

export interface OpenTrouble {
  readonly trouble: Trouble;
  readonly since: number;
}

/** What fires at present. Keeps a story true to life: nothing fires twice at once, or ends that did not begin. */
export const openTroubles = () => {
  const open = new Map<string, OpenTrouble>();
  return {
    list: (): readonly OpenTrouble[] => [...open.values()],
    /** Takes a beat in; false when it makes no sense now, and is to be left out. */
    take: (beat: Beat): boolean => {
      if (beat.what === 'repeats' || beat.what === 'poison') return true;
      const key = keyOf(beat.trouble);
      const current = open.get(key);
      if (beat.what === 'fires') {
        if (current === undefined) open.set(key, { trouble: beat.trouble, since: beat.since });
        return current === undefined;
      }
      return current?.since === beat.since && open.delete(key);
    },
  };
};
