import { expect, test } from 'vitest';
import { mutatedModule } from '../mutate.ts';
import { rebuildMutants } from './mutants.ts';
import { expectSound } from './seeds.ts';

// SIMULATE_FROM=12345 npx vitest run test/simulator/rebuild simulates other seeds; a failure names the one that did it.
const from = Number(process.env['SIMULATE_FROM'] ?? 1_000);

test.each([0, 1, 2, 3])(
  'a thousand rebuilds survive what goes wrong: %i',
  { tags: ['long'] },
  async (quarter) => {
    await expectSound(from + quarter * 250, 250);
  },
);

const mostSeeds = 4_000;
/** One in some thousand histories shows the rarest of them. */
const long = { tags: ['long'], timeout: 240_000 };

test.each(rebuildMutants)('a planted bug is caught: $name ($breaks)', long, async (mutant) => {
  await using planted = await mutatedModule<typeof import('./simulate.ts')>(
    mutant,
    'test/simulator/rebuild/simulate.ts',
  );
  let caught: readonly string[] = [];
  for (let seed = 1; seed <= mostSeeds && caught.length === 0; seed++) {
    caught = (await planted.module.simulateRebuild(seed)).breaches;
  }
  expect(caught).not.toEqual([]);
});
