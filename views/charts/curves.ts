import { percentage } from '../rebuild/words.ts';
import type { Frame } from './frame.ts';
import { colours, halo, large, panels, plot, small, words } from './paper.ts';
import { dateTime } from './scales.ts';
import { path, tag, textWidth } from './svg.ts';

/** A step for each sample: the number stays until the next one tells otherwise. */
export const farmerArea = ({ samples, x, yFarmers, known }: Frame): string => {
  const [first] = samples;
  if (!first) {
    const middle = (plot.left + plot.right) / 2;
    const { top, bottom } = panels.progress;
    return words(middle, (top + bottom) / 2 - 10, 'No progress has been seen yet', {
      'text-anchor': 'middle',
    });
  }
  const tops = samples.flatMap(({ at, ready }, i): [number, number][] => {
    const next = samples[i + 1]?.at ?? Math.max(at, known);
    return [
      [x(at), yFarmers(ready)],
      [x(next), yFarmers(ready)],
    ];
  });
  const area: [number, number][] = [
    [x(first.at), plot.bottom],
    ...tops,
    [tops.at(-1)?.[0] ?? plot.left, plot.bottom],
  ];
  const last = samples.at(-1) ?? first;
  const [cx, cy] = tops.at(-1) ?? [plot.left, panels.farmers.bottom];
  const left = cx > plot.right - 60;
  return [
    tag('path', { d: `${path(area)}Z`, fill: colours.farmers, opacity: 0.16 }),
    tag('path', { d: path(tops), fill: 'none', stroke: colours.farmers, 'stroke-width': 3 }),
    words(left ? cx - 8 : cx + 10, left ? cy - 8 : cy + 7, String(last.ready), {
      fill: colours.farmers,
      'font-weight': 'bold',
      'text-anchor': left ? 'end' : 'start',
      ...halo,
    }),
  ].join('');
};

export const progressCurve = ({ samples, x, yPercent }: Frame): string => {
  const last = samples.at(-1);
  if (!last) return '';
  const [cx, cy] = [x(last.at), yPercent(last.percent)];
  const text = percentage(last.percent);
  // Below a rising curve its right side is free; at the edge, what is above its left side.
  const left = cx > plot.right - 100;
  const above = left && cy - 14 - large > panels.progress.top;
  return [
    tag('path', {
      d: path(samples.map(({ at, percent }) => [x(at), yPercent(percent)])),
      fill: 'none',
      stroke: colours.progress,
      'stroke-width': 5,
      'stroke-linejoin': 'round',
      'stroke-linecap': 'round',
    }),
    tag('circle', { cx, cy, r: 8, fill: colours.progress, stroke: '#ffffff', 'stroke-width': 3 }),
    words(left ? cx - 16 : cx + 14, above ? cy - 14 : Math.min(panels.progress.bottom - 10, cy + 34), text, {
      fill: colours.progress,
      'font-size': large,
      'font-weight': 'bold',
      'text-anchor': left ? 'end' : 'start',
      ...halo,
    }),
  ].join('');
};

/** At the rate of now. */
export const projection = ({ samples, eta, x, yPercent }: Frame): string => {
  const last = samples.at(-1);
  if (!last || eta === undefined) return '';
  const line = tag('path', {
    d: path([
      [x(last.at), yPercent(last.percent)],
      [x(eta), yPercent(100)],
    ]),
    fill: 'none',
    stroke: colours.progress,
    'stroke-width': 3,
    'stroke-dasharray': '4 8',
    opacity: 0.7,
  });
  const text = `done ${dateTime(eta)}`;
  const right = x(eta) + 12 + textWidth(text, small) < plot.right;
  const place = right ? { x: x(eta) + 12, y: plot.top + 24 } : { x: x(eta) - 40, y: plot.top + 24 };
  const anchor = right ? 'start' : 'end';
  return line + words(place.x, place.y, text, { 'text-anchor': anchor, fill: colours.progress, ...halo });
};

export const targetLine = ({ target, to, x }: Frame): string => {
  if (target === undefined) return '';
  const beyond = target > to;
  const here = beyond ? plot.right : x(target);
  const text = `target ${dateTime(target)}${beyond ? ' →' : ''}`;
  // Beside the line, on the side where there is room for it, and where a curve that rises is not.
  const left = here - textWidth(text, small) > plot.left;
  const y = left ? panels.progress.bottom - 14 : panels.progress.top + 56;
  return [
    beyond
      ? ''
      : tag('line', {
          x1: here,
          x2: here,
          y1: plot.top,
          y2: plot.bottom,
          stroke: colours.target,
          'stroke-width': 3,
        }),
    words(left ? here - 8 : here + 8, y, text, {
      'text-anchor': left ? 'end' : 'start',
      fill: colours.target,
      ...halo,
    }),
  ].join('');
};
