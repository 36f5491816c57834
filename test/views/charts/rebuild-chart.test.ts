import fc from 'fast-check';
import { expect, test } from 'vitest';
import { chartText } from '../../../views/charts/chart-text.ts';
import { placeLabels } from '../../../views/charts/labels.ts';
import { rebuildChart } from '../../../views/charts/rebuild-chart.ts';
import { niceMaximum, timeTicks } from '../../../views/charts/scales.ts';
import { startedAt } from '../../builders/rebuild.ts';
import { minute } from '../support/builders.ts';
import { hostileRebuild } from '../support/hostile-rebuild.ts';
import { hour, inState, progress, rebuildNow } from '../support/rebuilds.ts';

const samples = Array.from({ length: 50 }, (_, i) => ({
  at: startedAt + hour + i * 10 * minute,
  percent: i * 0.85,
  ready: i < 20 ? 24 : 32,
}));
const running = { ...inState.running(), progress: progress({ samples }) };
const texts = (svg: string): string[] =>
  [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, text]) => text ?? '');

test('a running rebuild: title, both panels, where it is, when it will be done, and the target', () => {
  const all = texts(rebuildChart(running, rebuildNow));
  expect(all.slice(0, 2)).toEqual([
    'Rebuild system6-20261120-1',
    'Running · rebuilt 41 % · 24 farmers · 9h 10m so far',
  ]);
  expect(all).toEqual(
    expect.arrayContaining([
      '50 %',
      '40',
      '06:00',
      '20 Nov',
      'UTC',
      'Farmers ready',
      '32',
      'done 21 Nov 00:46',
    ]),
  );
  expect(all).toContain('target 21 Nov 03:00 →');
});

test('half as wide as it is drawn, as a thread shows it, no type is below 8.5 px, whatever the instance is called', () => {
  const id = 'a-very-long-name-of-an-instance-in-europe-west-20261120-12';
  const sizes = [running, { ...running, id }, inState.starting(), inState.released()].flatMap((rebuild) =>
    [...rebuildChart(rebuild, rebuildNow).matchAll(/font-size="([\d.]+)"/g)].map(([, size]) => Number(size)),
  );
  const inThread = 360 / 720;
  expect(sizes.length).toBeGreaterThan(4);
  expect(Math.min(...sizes) * inThread).toBeGreaterThanOrEqual(8.5);
});

test('no progress yet is said', () => {
  expect(texts(rebuildChart(inState.starting(), rebuildNow))).toContain('No progress has been seen yet');
});

test('a pause is shaded from where it began to where it ended', () => {
  const marks = [
    { at: startedAt + 2 * hour, kind: 'pause', says: 'paused' },
    { at: startedAt + 3 * hour, kind: 'resume', says: 'resumed' },
  ] as const;
  const shades = (svg: string): number => svg.match(/opacity="0.22"/g)?.length ?? 0;
  expect(shades(rebuildChart(running, rebuildNow))).toBe(0);
  expect(shades(rebuildChart({ ...running, marks }, rebuildNow))).toBe(1);
});

test('in words, for those who do not see it', () => {
  expect(chartText(running, rebuildNow)).toBe(
    'Chart of rebuild system6-20261120-1, running: progress reached 41 % with 32 farmers ready, 9h 10m after it began.',
  );
});

test('time axes have round ticks, a handful of them', () => {
  expect(timeTicks(0, 5 * minute, 9)).toEqual([0, 1, 2, 3, 4, 5].map((n) => n * minute));
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 4e12 }),
      fc.integer({ min: minute, max: 40 * 24 * hour }),
      (from, span) => {
        const ticks = timeTicks(from, from + span, 9);
        expect(ticks.length).toBeLessThanOrEqual(10);
        expect(ticks.every((at) => at >= from && at <= from + span && at % minute === 0)).toBe(true);
      },
    ),
  );
  expect([1, 5, 24, 33, 100].map(niceMaximum)).toEqual([4, 8, 24, 40, 100]);
});

test('labels never overlap, the important ones come first, and all stay in the picture', () => {
  const label = fc.record({
    x: fc.integer({ min: 76, max: 1124 }),
    text: fc.string({ minLength: 1, maxLength: 30 }),
    rank: fc.nat(7),
    colour: fc.constant('#000000'),
  });
  fc.assert(
    fc.property(fc.array(label, { maxLength: 80 }), (labels) => {
      const placed = placeLabels(labels, { left: 76, right: 1124, lanes: 4, size: 13 });
      expect(placed.length).toBe(labels.length);
      const seen = placed.filter(({ lane }) => lane !== undefined);
      for (const [i, a] of seen.entries()) {
        for (const b of seen.slice(i + 1)) {
          if (a.lane === b.lane) expect(a.left + a.width < b.left || b.left + b.width < a.left).toBe(true);
        }
      }
      expect(placed[0]?.lane ?? 0).toBe(0);
    }),
  );
});

test('whatever a rebuild says, the chart is well-formed, and its numbers are numbers', () => {
  fc.assert(
    fc.property(hostileRebuild, (rebuild) => {
      const svg = rebuildChart(rebuild, rebuildNow);
      expect(svg).not.toMatch(/="[^"]*(NaN|Infinity|undefined)/);
      expect(svg).not.toMatch(/&(?!(amp|lt|gt|quot|apos);)/);
      expect(svg).not.toMatch(/<(?!\/?(svg|rect|text|line|path|circle|g)\b)/);
    }),
    { numRuns: 100 },
  );
});
