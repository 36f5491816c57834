import type { Random } from '../../../sandbox/generator/random.ts';
import { StoreUnavailable } from '../../../src/core/errors.ts';
import type { EffectResult, Observation } from '../../../src/rebuild/ports/ports.ts';
import type { SimProcess } from '../process.ts';
import type { Scheduler } from '../scheduler.ts';

/** A call to cluster, GitHub or engine is given up after this; ms. */
const timeout = 10_000;

export interface Trouble {
  readonly random: Random;
  over: boolean;
  /** Until then no look is answered; ms. */
  blind: number;
  chance(probability: number): boolean;
}

export const createTrouble = (random: Random, level: number): Trouble => {
  const trouble: Trouble = {
    random,
    over: false,
    blind: 0,
    chance: (probability) => !trouble.over && random.next() < probability * level,
  };
  return trouble;
};

/** How one process reaches the outside world. */
export const createWire = (scheduler: Scheduler, process: SimProcess, trouble: Trouble) => {
  const { random } = trouble;
  return {
    look: async <T>(effect: () => T): Promise<Observation<T>> => {
      if (!trouble.over && scheduler.now() < trouble.blind) return { ok: false, error: 'HTTP 503' };
      if (trouble.chance(0.05)) {
        await process.sleep(random.pick([50, timeout]));
        return { ok: false, error: 'timed out' };
      }
      const slow = trouble.chance(0.1) ? random.between(500, 9_000) : 5;
      return { ok: true, value: await process.call(5, effect, slow) };
    },
    change: async (effect: () => EffectResult): Promise<EffectResult> => {
      if (!trouble.chance(0.3)) return process.call(5, effect, 5, true);
      switch (random.between(0, 5)) {
        case 0:
          return { ok: false, kind: 'retry', error: 'connect ECONNREFUSED' };
        case 1: {
          // Done, and not answered; perhaps only long after the caller gave up.
          const late = random.between(5, 70_000);
          scheduler.at(scheduler.now() + late, () => void effect());
          await process.sleep(timeout);
          return { ok: false, kind: 'unknown', error: 'timed out' };
        }
        case 2:
          await process.sleep(timeout);
          return { ok: false, kind: 'unknown', error: 'timed out' };
        case 3:
          return process.call(random.between(1_000, 5_000), effect, random.between(5, 4_000), true);
        case 4:
          return { ok: false, kind: 'conflict', error: '409' };
        default:
          await process.call(5, effect, 5, true);
          throw new Error('the connection was lost');
      }
    },
    store: async <T>(effect: () => T, write: boolean): Promise<T> => {
      const fate = trouble.chance(0.03) ? random.between(0, 3) : 9;
      if (fate === 0) {
        await process.sleep(1_000);
        throw new StoreUnavailable('no answer');
      }
      const answer = await process.call(1, effect, fate === 1 ? 1_000 : 1, write);
      if (fate === 2) throw new StoreUnavailable('the connection was lost');
      return answer;
    },
  };
};
