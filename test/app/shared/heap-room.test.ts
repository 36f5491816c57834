import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { growthFor } from '../../../src/app/shared/heap-room.ts';

const mb = 2 ** 20;

test.each([
  [8, 200],
  [16, 200],
  [32, 100],
  [64, 50],
  [80, 40],
  // From here on V8 gives as much by itself.
  [82, 0],
  [300, 0],
])('of %i MB that are left the heap may grow by %i percent', (used, percent) => {
  expect(growthFor(used * mb)).toBe(percent);
});

const module = new URL('../../../src/app/shared/heap-room.ts', import.meta.url).href;

/** What lives for a while, as a chunk of events does: it is promoted, and garbage then. Prints how often all was collected. */
const program = (room: boolean): string => `
import { constants, PerformanceObserver } from 'node:perf_hooks';
${room ? `(await import('${module}')).giveHeapRoom();` : ''}
let majors = 0;
new PerformanceObserver((list) => {
  for (const { detail } of list.getEntries()) if (detail.kind === constants.NODE_PERFORMANCE_GC_MAJOR) majors++;
}).observe({ entryTypes: ['gc'] });
const kept = Array.from({ length: 100_000 }, (_, i) => ({ i, text: 'a' + i, list: [i] }));
const ring = [];
for (let i = 0; i < 3_000_000; i++) {
  ring[i % 50_000] = { i, list: [i, i, i, i] };
  if (i % 20_000 === 0) await new Promise((resolve) => setImmediate(resolve));
}
await new Promise((resolve) => setTimeout(resolve, 50));
console.log(majors + kept.length - 100_000);
`;

const majorsOf = async (room: boolean): Promise<number> => {
  const args = [
    '--max-old-space-size=384',
    '--max-semi-space-size=8',
    '--input-type=module',
    '-e',
    program(room),
  ];
  return Number((await promisify(execFile)(process.execPath, args)).stdout);
};

test('in a heap as small as a container has it, all of it is collected less often', async () => {
  const [by, without] = [await majorsOf(true), await majorsOf(false)];
  expect(without).toBeGreaterThan(4);
  expect(by).toBeLessThan(0.75 * without);
});
