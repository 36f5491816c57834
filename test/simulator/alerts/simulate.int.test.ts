import { expect, test } from 'vitest';
import { mutated } from '../mutate.ts';
import { expectRest } from '../seeds.ts';
import { mutants } from './mutants.ts';

// SIMULATE_FROM=12345 npx vitest run test/simulator simulates other seeds; a failure names the one that did it.
const from = Number(process.env['SIMULATE_FROM'] ?? 1_000);

test.each([0, 1, 2, 3])('a thousand seeds come to rest: %i', { tags: ['long'] }, async (quarter) => {
  await expectRest(from + quarter * 250, 250);
});

// Some bugs need several rare things at once.
const mostSeeds = 2_000;
test('the same code from the place of the mutants breaks nothing', { tags: ['long'] }, async () => {
  await using original = await mutated(undefined);
  for (let seed = 1; seed <= 20; seed++) expect((await original.simulate(seed)).breaches).toEqual([]);
});

test.each(mutants)('a planted bug is caught: $name ($breaks)', { tags: ['long'] }, async (mutant) => {
  await using planted = await mutated(mutant);
  let caught: readonly string[] = [];
  for (let seed = 1; seed <= mostSeeds && caught.length === 0; seed++) {
    caught = (await planted.simulate(seed)).breaches;
  }
  expect(caught).not.toEqual([]);
});
