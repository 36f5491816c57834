import { expect, test } from 'vitest';
import { mutatedModule } from '../mutate.ts';
import { approvalMutants } from './mutants.ts';
import { simulateApproval } from './simulate.ts';

test.each([0, 1, 2, 3])(
  'nothing is done beyond what another person approved: a thousand rebuilds, %i',
  { tags: ['long'] },
  async (n) => {
    const bad: string[] = [];
    for (let seed = 10_000 + n * 250; seed < 10_250 + n * 250; seed++) {
      const { breaches } = await simulateApproval(seed);
      if (breaches.length > 0) bad.push(`seed ${seed}: ${breaches.join(' | ')}`);
      if (seed % 20 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    expect(bad.slice(0, 5)).toEqual([]);
  },
);

test.each([0, 1, 2, 3])(
  'ten thousand sequences of people, groups, roles and e-mails, without one self-approval: %i',
  { tags: ['long'] },
  async (n) => {
    const bad: string[] = [];
    for (let seed = 20_000 + n * 2_500; seed < 22_500 + n * 2_500; seed++) {
      const { breaches } = await simulateApproval(seed, true);
      if (breaches.length > 0) bad.push(`seed ${seed}: ${breaches.join(' | ')}`);
      if (seed % 100 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    expect(bad.slice(0, 5)).toEqual([]);
  },
);

const mostSeeds = 12_000;

test.each(approvalMutants)('a planted bug is caught: $name', { tags: ['long'] }, async (mutant) => {
  await using planted = await mutatedModule<typeof import('./simulate.ts')>(
    mutant,
    'test/simulator/approval/simulate.ts',
  );
  let caught: readonly string[] = [];
  for (let seed = 1; seed <= mostSeeds && caught.length === 0; seed++) {
    caught = (await planted.module.simulateApproval(seed, seed % 4 !== 0)).breaches;
  }
  expect(caught).not.toEqual([]);
});
