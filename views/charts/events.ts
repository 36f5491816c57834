import type { ChartMark } from '../../src/rebuild/model/parts/told.ts';
import type { Rebuild } from '../../src/rebuild/model/rebuild.ts';
import { type Frame, isTime } from './frame.ts';
import { type Label, type PlacedLabel, placeLabels } from './labels.ts';
import { colours, plot, short, small, words } from './paper.ts';
import { tag } from './svg.ts';

const lanes = 3;
const laneHeight = 28;

/** Where it was paused: from the marks, and the pause that lasts. */
export const pauses = (rebuild: Rebuild, { x, end }: Frame): string => {
  const spans: [number, number][] = [];
  let since: number | undefined;
  for (const { kind, at } of rebuild.marks) {
    if (kind === 'pause') since ??= at;
    if ((kind === 'resume' || kind === 'end') && since !== undefined) {
      spans.push([since, at]);
      since = undefined;
    }
  }
  const open = rebuild.pause ? (since ?? rebuild.pause.at) : undefined;
  if (open !== undefined) spans.push([open, end]);
  return spans
    .map(([a, b]) =>
      tag('rect', {
        x: x(a),
        y: plot.top,
        width: Math.max(1, x(b) - x(a)),
        height: plot.bottom - plot.top,
        fill: colours.pause,
        opacity: 0.22,
      }),
    )
    .join('');
};

/** What matters most gets its label first; steps are named where there is room. */
const kinds: Readonly<Record<ChartMark['kind'], readonly [rank: number, colour: string]>> = {
  end: [0, colours.ink],
  error: [1, '#b42318'],
  drift: [2, '#b54708'],
  scale: [3, '#2f9e6e'],
  override: [4, '#6941c6'],
  pause: [5, '#8a6100'],
  resume: [6, '#8a6100'],
  step: [7, '#667085'],
};

const mostMarks = 80;

export const events = (rebuild: Rebuild, { from, to, x }: Frame): string => {
  const shown = rebuild.marks.filter(({ at }) => isTime(at) && at >= from && at <= to).slice(-mostMarks);
  const labels = shown
    .filter((mark, i) => !isPassing(mark, shown.slice(i + 1), x))
    .map((mark): Label => {
      const [rank, colour] = kinds[mark.kind];
      return { x: x(mark.at), text: short(mark.says || mark.kind), rank, colour };
    });
  const placed = placeLabels(labels, { left: plot.left, right: plot.right, lanes, size: small });
  return [...placed.map(leader), ...placed.map(labelText)].join('');
};

/** A step that was over in no time: the name of the next one is at the same place. */
const isPassing = ({ kind, at }: ChartMark, later: readonly ChartMark[], x: Frame['x']): boolean => {
  const next = kind === 'step' ? later.find((mark) => mark.kind === 'step') : undefined;
  return next !== undefined && x(next.at) - x(at) < samePlace;
};

const samePlace = 8;

const laneY = (lane: number): number => plot.top - 14 - lane * laneHeight;

const leader = ({ x, lane, colour }: PlacedLabel): string =>
  tag('line', {
    x1: x,
    x2: x,
    y1: lane === undefined ? plot.top - 6 : laneY(lane) + 4,
    y2: plot.bottom,
    stroke: colour,
    'stroke-width': 1.5,
    'stroke-dasharray': '3 5',
    opacity: lane === undefined ? 0.5 : 0.8,
  });

const labelText = ({ left, width: wide, lane, text, colour }: PlacedLabel): string => {
  if (lane === undefined) return '';
  const y = laneY(lane);
  return [
    tag('rect', { x: left, y: y - small, width: wide, height: small + 5, fill: '#ffffff', opacity: 0.9 }),
    words(left + 4, y, text, { fill: colour }),
  ].join('');
};
