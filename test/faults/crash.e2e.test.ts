import { expect, it } from 'vitest';
import { type CrashBox, type Ending, openCrashBox } from './life.ts';
import { choosePoints } from './points.ts';

/** Lives at once: a lost claim is waited for, 15 s, and the waiting overlaps. */
const boxes = 8;
const everyPoint = process.env['FARMHAND_CRASH_POINTS'] === 'all';

interface Result {
  readonly point: string;
  readonly ending: Ending;
}

/** Takes points from the common list until it is empty. */
const work = async (box: CrashBox, prefix: string, left: string[], results: Result[]): Promise<void> => {
  for (let n = 1, point = left.shift(); point !== undefined; n++, point = left.shift()) {
    results.push({ point, ending: await box.live(`${prefix}${n}`, point) });
  }
};

it('leaves exactly one thread, told once, wherever the process is killed', { timeout: 600_000 }, async () => {
  await using stack = new AsyncDisposableStack();
  const first = stack.use(await openCrashBox());
  const calm = await first.live('calm', 'nowhere');
  const all = first.crossed();
  const points = choosePoints(all, everyPoint ? all.length : 40);
  console.log(`${all.length} boundaries on the alert path, killed at ${points.length} of them`);
  expect(points.length).toBeGreaterThanOrEqual(30);

  const others = await Promise.all(
    Array.from({ length: boxes - 1 }, async () => stack.use(await openCrashBox())),
  );
  const left = [...points];
  const results: Result[] = [];
  await Promise.all([first, ...others].map((box, i) => work(box, `Crash${i}x`, left, results)));

  const reached = results.filter(({ ending }) => ending.killedAt !== undefined);
  expect(reached.length).toBeGreaterThanOrEqual(30);
  for (const { point, ending } of results) {
    const { killedAt, deaths, books, ...seen } = ending;
    expect.soft({ point, ...seen }).toEqual({
      point,
      roots: calm.roots.map((text) => text.replaceAll('calm', nameOf(ending))),
      said: calm.said,
      owner: 'U0SRE1',
    });
    expect.soft({ point, died: deaths }).toEqual({ point, died: killedAt === undefined ? 0 : 1 });
    expect
      .soft({ point, ...balance(books) })
      .toEqual({ point, threaded: 1, pending: 0, missing: 0, rejected: 0 });
  }
});

const nameOf = (ending: Ending): string => /: (\w+) on/.exec(ending.roots[0] ?? '')?.[1] ?? '?';

const balance = ({ received, threaded, merged, suppressed, rejected, pending }: Ending['books']) => ({
  threaded,
  pending,
  rejected,
  missing: received - threaded - merged - suppressed - rejected,
});
