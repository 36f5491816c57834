import { expect, test } from 'vitest';
import { movesIn } from '../../../scripts/states-doc.ts';
import { simulateRebuild } from './simulate.ts';

const told = movesIn('RebuildStatus')
  .filter(({ from }) => from !== '(new)')
  .map(({ from, to }) => `${from} → ${to}`);

const movesOfSeeds = async (from: number, count: number): Promise<ReadonlySet<string>> => {
  const moves = new Set<string>();
  for (let seed = from; seed < from + count; seed++) {
    for (const move of (await simulateRebuild(seed)).moves) moves.add(move);
    if (seed % 20 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  return moves;
};

test('a rebuild moves only as its type tells', async () => {
  const moves = await movesOfSeeds(1, 80);
  expect([...moves].filter((move) => !told.includes(move))).toEqual([]);
  expect(moves.size).toBeGreaterThan(20);
});

/** Seen less than once in a thousand rebuilds: a person is quicker than what a pause waits for. */
const rare = new Set([
  'pausing → starting',
  'pausing → waiting for approval',
  'pausing → waiting for a person',
  'pausing → guardian',
  'pausing → cancelling',
  'running → waiting for approval',
]);

test('a rebuild moves in every way that its type tells', { tags: ['long'], timeout: 300_000 }, async () => {
  const moves = await movesOfSeeds(1, 2_000);
  expect([...moves].filter((move) => !told.includes(move))).toEqual([]);
  expect(told.filter((move) => !moves.has(move) && !rare.has(move))).toEqual([]);
});
