import type { Rebuild } from '../../src/rebuild/model/rebuild.ts';
import { grid, legend, title } from './axes.ts';
import { farmerArea, progressCurve, projection, targetLine } from './curves.ts';
import { events, pauses } from './events.ts';
import { frameOf } from './frame.ts';
import { height, small, width } from './paper.ts';
import { tag } from './svg.ts';

/** Progress, farmers ready, events, pauses and the target over time, as an SVG of 1200 × 600. Times in UTC. */
export const rebuildChart = (rebuild: Rebuild, now: number): string => {
  const frame = frameOf(rebuild, now);
  return tag(
    'svg',
    {
      xmlns: 'http://www.w3.org/2000/svg',
      width,
      height,
      viewBox: `0 0 ${width} ${height}`,
      'font-family': 'DejaVu Sans',
      'font-size': small,
    },
    [
      tag('rect', { width, height, fill: '#ffffff' }),
      title(rebuild, frame),
      legend(frame),
      pauses(rebuild, frame),
      grid(frame),
      farmerArea(frame),
      targetLine(frame),
      events(rebuild, frame),
      projection(frame),
      progressCurve(frame),
    ].join('\n'),
  );
};
