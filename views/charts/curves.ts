import { percentage } from '../rebuild/words.ts';
import type { Frame } from './frame.ts';
import { colours, halo, plot, small, words } from './paper.ts';
import { dateTime } from './scales.ts';
import { path, tag, textWidth } from './svg.ts';

/** A step for each sample: the number stays until the next one tells otherwise. */
export const farmerArea = ({ samples, x, yFarmers, known }: Frame): string => {
  const [first] = samples;
  if (!first) {
    const middle = (plot.left + plot.right) / 2;
    return words(middle, (plot.top + plot.bottom) / 2, 'No progress has been seen yet', {
      'text-anchor': 'middle',
      'font-size': 18,
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
  return [
    tag('path', { d: `${path(area)}Z`, fill: colours.farmers, opacity: 0.16 }),
    tag('path', { d: path(tops), fill: 'none', stroke: colours.farmers, 'stroke-width': 1.5, opacity: 0.75 }),
  ].join('');
};

export const progressCurve = ({ samples, x, yPercent }: Frame): string => {
  const last = samples.at(-1);
  if (!last) return '';
  const [cx, cy] = [x(last.at), yPercent(last.percent)];
  const text = percentage(last.percent);
  // Below a rising curve its right side is free; at the edge, what is above its left side.
  const left = cx > plot.right - 80;
  return [
    tag('path', {
      d: path(samples.map(({ at, percent }) => [x(at), yPercent(percent)])),
      fill: 'none',
      stroke: colours.progress,
      'stroke-width': 3.5,
      'stroke-linejoin': 'round',
      'stroke-linecap': 'round',
    }),
    tag('circle', { cx, cy, r: 6, fill: colours.progress, stroke: '#ffffff', 'stroke-width': 2 }),
    words(left ? cx - 14 : cx + 12, left ? cy - 10 : Math.min(plot.bottom - 10, cy + 24), text, {
      fill: colours.progress,
      'font-size': 16,
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
    'stroke-width': 2,
    'stroke-dasharray': '3 6',
    opacity: 0.7,
  });
  const text = `done ${dateTime(eta)}`;
  const right = x(eta) + 10 + textWidth(text, small) < plot.right;
  const place = right ? { x: x(eta) + 10, y: plot.top + 5 } : { x: x(eta) - 24, y: plot.top + 18 };
  const anchor = right ? 'start' : 'end';
  return line + words(place.x, place.y, text, { 'text-anchor': anchor, fill: colours.progress, ...halo });
};

export const targetLine = ({ target, to, x }: Frame): string => {
  if (target === undefined) return '';
  if (target > to) {
    return words(plot.right - 8, plot.bottom - 12, `target ${dateTime(target)} →`, {
      'text-anchor': 'end',
      fill: colours.target,
      ...halo,
    });
  }
  const here = x(target);
  return [
    tag('line', {
      x1: here,
      x2: here,
      y1: plot.top,
      y2: plot.bottom,
      stroke: colours.target,
      'stroke-width': 2,
    }),
    words(here - 8, plot.bottom - 12, `target ${dateTime(target)}`, {
      'text-anchor': 'end',
      fill: colours.target,
      ...halo,
    }),
  ].join('');
};
