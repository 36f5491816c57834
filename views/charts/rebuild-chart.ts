import type { Rebuild } from '../../src/rebuild/model/rebuild.ts';
import { caption, grid, title } from './axes.ts';
import { farmerArea, progressCurve, projection, targetLine } from './curves.ts';
import { events, pauses } from './events.ts';
import { frameOf } from './frame.ts';
import { height, small, width } from './paper.ts';
import { tag } from './svg.ts';

/** Progress with events, pauses and the target, and under it the farmers ready, over time; an SVG. Times in UTC. */
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
      pauses(rebuild, frame),
      grid(frame),
      farmerArea(frame),
      targetLine(frame),
      events(rebuild, frame),
      projection(frame),
      caption(),
      progressCurve(frame),
    ].join('\n'),
  );
};
