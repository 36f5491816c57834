import { span } from '../../src/core/duration.ts';
import { capital, counted } from '../../src/core/text.ts';
import type { Rebuild } from '../../src/rebuild/model/rebuild.ts';
import { statusOfRebuild } from '../../src/rebuild/model/status.ts';
import { percentage } from '../rebuild/words.ts';
import type { Frame } from './frame.ts';
import { colours, halo, large, panels, plot, small, words } from './paper.ts';
import { clock, date, isMidnight, timeTicks } from './scales.ts';
import { tag, textWidth } from './svg.ts';

const edge = 24;

export const title = (rebuild: Rebuild, { from, end, samples }: Frame): string => {
  const percent = samples.at(-1)?.percent;
  const parts = [
    capital(statusOfRebuild(rebuild)),
    percent === undefined ? undefined : `rebuilt ${percentage(percent)}`,
    counted(rebuild.farmers.target, 'farmer'),
    `${span(end - from)} ${rebuild.phase === 'running' ? 'so far' : 'in all'}`,
  ].filter((part) => part !== undefined);
  const named = `Rebuild ${rebuild.id}`;
  const heading = fitting(named, large) < large ? rebuild.id : named;
  return [
    words(edge, 38, heading, {
      fill: colours.ink,
      'font-size': fitting(heading, large),
      'font-weight': 'bold',
    }),
    words(edge, 70, parts.join(' · '), { 'font-size': fitting(parts.join(' · '), small) }),
  ].join('');
};

/** As large as it may be on one line. */
const fitting = (text: string, size: number): number =>
  Math.min(size, (size * (plot.right - edge)) / textWidth(text, size));

/** Of both panels, what is theirs; and the axis of time under them. */
export const grid = ({ from, to, most, x, yPercent, yFarmers }: Frame): string => {
  const level = (y: number, text: string, fill: string): string =>
    tag('line', { x1: plot.left, x2: plot.right, y1: y, y2: y, stroke: colours.grid, 'stroke-width': 1.5 }) +
    words(plot.left - 12, y + 7, text, { 'text-anchor': 'end', fill });
  const levels = [
    ...[0, 50, 100].map((percent) => level(yPercent(percent), `${percent} %`, colours.progress)),
    ...[0, most].map((farmers) => level(yFarmers(farmers), String(farmers), colours.farmers)),
  ];
  const ticks = timeTicks(from, to, 5);
  const byDay = ticks.every(isMidnight);
  const times = ticks.map((at, i) => {
    const here = Math.max(plot.left, Math.min(plot.right - 30, x(at)));
    const named = i === 0 || isMidnight(at) || date(at) !== date(ticks[i - 1] ?? at);
    return [
      tag('line', { x1: x(at), x2: x(at), y1: plot.bottom, y2: plot.bottom + 8, stroke: colours.faint }),
      byDay ? '' : words(here, plot.bottom + 32, clock(at), { 'text-anchor': 'middle' }),
      named
        ? words(here, plot.bottom + (byDay ? 32 : 60), date(at), {
            'text-anchor': 'middle',
            'font-weight': 'bold',
          })
        : '',
    ].join('');
  });
  return [...levels, ...times, words(edge, plot.bottom + 60, 'UTC')].join('');
};

/** Over whatever goes through both panels. */
export const caption = (): string =>
  words(edge, panels.farmers.top - 20, 'Farmers ready', {
    fill: colours.farmers,
    'font-weight': 'bold',
    ...halo,
  });
