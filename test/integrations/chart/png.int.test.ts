import fc from 'fast-check';
import { expect, test } from 'vitest';
import { renderPng } from '../../../src/integrations/chart/png.ts';
import { rebuildChart } from '../../../views/charts/rebuild-chart.ts';
import { hostileRebuild } from '../../views/support/hostile-rebuild.ts';
import { inState, rebuildNow } from '../../views/support/rebuilds.ts';

const size = (png: Uint8Array): readonly number[] => {
  const view = new DataView(png.buffer, png.byteOffset);
  return [view.getUint32(16), view.getUint32(20)];
};

test('a chart becomes a PNG of twice its size', async () => {
  const png = await renderPng(rebuildChart(inState.running(), rebuildNow));
  expect([...png.slice(1, 4)].map((code) => String.fromCharCode(code)).join('')).toBe('PNG');
  expect(size(png)).toEqual([1440, 1200]);
});

test('letters are drawn with the fonts that come along', async () => {
  const box = (text: string) =>
    `<svg xmlns="http://www.w3.org/2000/svg" width="200" height="50" font-family="DejaVu Sans">${text}</svg>`;
  const empty = await renderPng(box(''));
  const written = await renderPng(box('<text x="10" y="30" font-size="20">Farmers</text>'));
  expect(written.length).toBeGreaterThan(empty.length + 300);
});

test('what is no SVG is refused', async () => {
  await expect(renderPng('<svg')).rejects.toThrow();
});

test('whatever a rebuild says, there is a picture', async () => {
  await fc.assert(
    fc.asyncProperty(hostileRebuild, async (rebuild) => {
      expect(size(await renderPng(rebuildChart(rebuild, rebuildNow)))).toEqual([1440, 1200]);
    }),
    { numRuns: 15 },
  );
});

test('many charts at once need no more memory than some: what was drawn is let go of', async () => {
  const svg = rebuildChart(inState.running(), rebuildNow);
  await renderPng(svg);
  const before = process.memoryUsage.rss();
  await Promise.all(Array.from({ length: 30 }, () => renderPng(svg)));
  // Kept until a collection came by itself, they were 200 MB and more.
  expect((process.memoryUsage.rss() - before) / 2 ** 20).toBeLessThan(130);
}, 60_000);
