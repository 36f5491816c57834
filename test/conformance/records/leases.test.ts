import { createMemoryLeases } from '../../fakes/leases.ts';
import { leasesConformance } from './leases.ts';

// The fake of the unit tests and the simulators: what holds for it must hold for Redis, see leases.int.test.ts.
leasesConformance(async () => {
  let now = 1_000;
  return {
    leases: createMemoryLeases({ clock: () => now }),
    elapse: async (ms) => {
      now += ms;
    },
  };
});
