import { randomFrom } from '../../../sandbox/generator/random.ts';
import { freezeMore, thawPlace, withoutOver } from '../../../src/rebuild/freezing/evolve-freezes.ts';
import type { Rebuild } from '../../../src/rebuild/model/rebuild.ts';
import { freezesOf } from '../../../src/rebuild/model/rules/freezes.ts';
import { noControls } from '../../../src/rebuild/model/rules/rules.ts';
import {
  createFreezesState,
  createMemoryFreezes,
  type FreezesState,
} from '../../fakes/rebuilds/freeze-store.ts';
import type { Scheduler } from '../scheduler.ts';

const minute = 60_000;
/** Clocks of processes are as far off as this; ms. */
const skew = 1_000;

/** A freeze as a person would write it on a sheet of paper. */
interface OnPaper {
  readonly instance: string | undefined;
  readonly from: number;
  to: number;
}

/** What people freeze and thaw in one simulated rebuild; and what that forbids, without farmhand's code. */
export const createFreezing = (scheduler: Scheduler, seed: number, name: string) => {
  const state = createFreezesState();
  const people = createMemoryFreezes(scheduler.now, state, 0);
  const paper: OnPaper[] = [];
  const places = [undefined, name, name, 'somewhere-else'] as const;
  const freeze = (instance: string | undefined, by: string, ms: number | undefined) => {
    const now = scheduler.now();
    void people.change((before) => {
      const order = {
        reason: 'simulated',
        ...(instance !== undefined && { instance }),
        ...(ms !== undefined && { until: now + ms }),
      };
      const made = freezeMore(withoutOver(before, now).freezes, order, { id: by }, now);
      return made.ok ? { write: made.freezes } : {};
    });
    for (const other of paper) {
      if (other.instance === instance && by === 'U5' && other.to > now) other.to = now;
    }
    paper.push({ instance, from: now, to: ms === undefined ? Number.POSITIVE_INFINITY : now + ms });
  };
  const thaw = (instance: string | undefined): void => {
    const now = scheduler.now();
    void people.change((before) => ({
      write: thawPlace(before, instance, { by: { id: 'U6' } }, now).freezes,
    }));
    for (const one of paper) if (one.instance === instance && one.to > now) one.to = now;
  };
  /** Numbers of its own: what else happens to this seed is as it was. */
  const random = randomFrom(seed + 7_000_003);
  if (random.next() < 0.4) {
    for (let i = random.between(1, 6); i > 0; i--) {
      scheduler.at(scheduler.now() + random.between(0, 90 * minute), () => {
        const place = random.pick(places);
        if (random.next() < 0.35) thaw(place);
        else freeze(place, 'U5', random.pick([undefined, 2 * minute, 5 * minute, 15 * minute, 40 * minute]));
      });
    }
  }
  /** Surely, whatever clock one goes by. */
  const holds = (now: number): boolean =>
    paper.some(
      ({ instance, from, to }) =>
        (instance === undefined || instance === name) && from <= now && now < to - skew,
    );
  return {
    state,
    thawAll: () => {
      for (const place of new Set(places)) thaw(place);
    },
    controls: (known: FreezesState['freezes'] | undefined) => () => ({
      ...noControls('commercial'),
      ...(known && { freezes: freezesOf(known, name) }),
    }),
    /** What no write may do while it is frozen. */
    badWrite: (before: Rebuild, after: Rebuild, now: number): readonly string[] => {
      const found: string[] = [];
      const claimed = after.effects.filter(({ state: is }) => is === 'claimed').map(({ claim }) => claim);
      const begun = claimed.some((claim) => !before.effects.some((known) => known.claim === claim));
      if (begun && holds(now)) found.push('I7 a change was begun while it was frozen');
      if (before.frozen && after.phase === 'failing' && before.phase === 'running' && holds(now)) {
        found.push('I8 it failed while it was frozen');
      }
      const { frozen } = before;
      if (frozen && !after.frozen && !before.pause && !after.pause && !before.rest) {
        const counted = (after.frozenMs ?? 0) - (before.frozenMs ?? 0);
        if (counted < now - frozen.at - 2 * skew) found.push('frozen time counts');
      }
      return found;
    },
  };
};

export type Freezing = ReturnType<typeof createFreezing>;
