import { expect, test } from 'vitest';
import { mutatedModule } from '../mutate.ts';
import { policyMutants } from './mutants.ts';
import { simulatePolicy } from './simulate.ts';

test('two hundred histories under a policy', { tags: ['long'] }, async () => {
  const bad: string[] = [];
  for (let seed = 10_000; seed < 10_200; seed++) {
    const { breaches } = await simulatePolicy(seed);
    if (breaches.length > 0) bad.push(`seed ${seed}: ${breaches.join(' | ')}`);
    if (seed % 10 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  expect(bad.slice(0, 5)).toEqual([]);
});

const mostSeeds = 900;
/** One in some hundred histories shows the rarest of them. */
const long = { tags: ['long'], timeout: 240_000 };

test.each(policyMutants)('a planted bug is caught: $name', long, async (mutant) => {
  await using planted = await mutatedModule<typeof import('./simulate.ts')>(
    mutant,
    'test/simulator/policy/simulate.ts',
  );
  let caught: readonly string[] = [];
  for (let seed = 1; seed <= mostSeeds && caught.length === 0; seed++) {
    caught = (await planted.module.simulatePolicy(seed)).breaches;
  }
  expect(caught).not.toEqual([]);
});
