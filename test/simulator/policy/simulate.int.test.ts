import { expect, test } from 'vitest';
import { mutatedModule } from '../mutate.ts';
import { policyMutants } from './mutants.ts';
import { simulatePolicy } from './simulate.ts';

test('a hundred histories under a policy', { tags: ['long'] }, async () => {
  const bad: string[] = [];
  for (let seed = 10_000; seed < 10_100; seed++) {
    const { breaches } = await simulatePolicy(seed);
    if (breaches.length > 0) bad.push(`seed ${seed}: ${breaches.join(' | ')}`);
    if (seed % 10 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  expect(bad.slice(0, 5)).toEqual([]);
});

const mostSeeds = 900;
/** One in some hundred histories shows the rarest of them: those begin further on. */
const first: Readonly<Record<string, number>> = {
  'many small orders add up to few farmers': 170,
  'a broken glass lasts longer than it says': 250,
};
const long = { tags: ['long'], timeout: 240_000 };

test.each(policyMutants)('a planted bug is caught: $name', long, async (mutant) => {
  await using planted = await mutatedModule<typeof import('./simulate.ts')>(
    mutant,
    'test/simulator/policy/simulate.ts',
  );
  let caught: readonly string[] = [];
  for (let seed = first[mutant.name] ?? 1; seed <= mostSeeds && caught.length === 0; seed++) {
    caught = (await planted.module.simulatePolicy(seed)).breaches;
  }
  expect(caught).not.toEqual([]);
});
