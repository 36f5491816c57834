import type { LostName } from '../../../src/rebuild/model/lost.ts';
import { startedAt } from '../../builders/rebuild.ts';
import { createMemoryRebuilds } from '../../fakes/rebuilds/rebuild-store.ts';
import { adoptedConformance } from './adopted.ts';
import { rebuildsConformance, telling } from './rebuilds.ts';

// The fake of the unit tests and the simulator: what holds for it must hold for Redis, see rebuilds.int.test.ts.
const open = async ({ lines }: { readonly lines?: number } = {}) => {
  const clock = { now: startedAt, least: 1 };
  const told: string[] = [];
  const records = createMemoryRebuilds({
    now: () => clock.now,
    ...(lines !== undefined && { lines }),
    firstNumber: () => clock.least,
    onDue: telling(told),
  });
  return {
    ...{ store: records, queries: records, clock, told },
    lose: async ({ id }: LostName) => {
      records.state.lost.add(id);
    },
    [Symbol.asyncDispose]: async () => {},
  };
};

rebuildsConformance(open);
adoptedConformance(open);
