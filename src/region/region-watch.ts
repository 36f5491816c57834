import { messageOf } from '../core/errors.ts';
import type { SlackResult } from '../delivery/slack-result.ts';
import {
  type Declaration,
  nextSeen,
  type RegionSeen,
  type RegionStanding,
  regionStanding,
} from './region.ts';

export interface RegionWatchDeps {
  readonly own: string;
  /** How long what was seen counts; ms. */
  readonly lease: number;
  /** The newest declaration; undefined: there is none. */
  readonly newest: () => Promise<SlackResult<Declaration | undefined>>;
  /**
   * Both, in ms: the monotonic one never goes back; the wall clock goes on in a machine that sleeps. Whichever says that more
   * time has passed is believed.
   */
  readonly clock: () => { readonly monotonic: number; readonly wall: number };
  /** Told when the standing is another one. */
  readonly onStanding: (standing: RegionStanding) => void;
}

export interface RegionWatch {
  /** As of now: what was seen long ago counts no more. */
  standing(): RegionStanding;
  /** Why the last question had no answer that counts; undefined: it had one. */
  trouble(): string | undefined;
  /** Asks once; never throws. */
  look(): Promise<void>;
}

/** Keeps in mind which region was promoted last. */
export const createRegionWatch = (deps: RegionWatchDeps): RegionWatch => {
  type Moment = ReturnType<RegionWatchDeps['clock']>;
  let seen: (RegionSeen & { readonly at: Moment }) | undefined;
  let trouble: string | undefined;
  let told = '';

  const age = (at: Moment): number => {
    const now = deps.clock();
    return Math.max(now.monotonic - at.monotonic, now.wall - at.wall);
  };
  const standing = (): RegionStanding =>
    regionStanding(deps.own, seen && { ...seen, age: age(seen.at) }, { lease: deps.lease, trouble });
  return {
    standing,
    trouble: () => trouble,
    look: async () => {
      const at = deps.clock();
      const answer = await deps
        .newest()
        .catch((error: unknown) => ({ ok: false, error: messageOf(error) }) as const);
      if (answer.ok) {
        const next = nextSeen(seen, answer.value ? { newest: answer.value } : {});
        if ('seen' in next) seen = { ...next.seen, at };
        trouble =
          'gone' in next
            ? `the declaration of region ${next.gone.region} (${next.gone.ts}) was removed from its channel; promote a region again`
            : undefined;
      } else trouble = 'error' in answer ? answer.error : 'Slack asks to wait';
      const present = standing();
      const words = JSON.stringify(present);
      if (words !== told) deps.onStanding(present);
      told = words;
    },
  };
};
