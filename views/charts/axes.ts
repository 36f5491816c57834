import { span } from '../../src/core/duration.ts';
import { capital, counted } from '../../src/core/text.ts';
import type { Rebuild } from '../../src/rebuild/model/rebuild.ts';
import { statusOfRebuild } from '../../src/rebuild/model/status.ts';
import { percentage } from '../rebuild/words.ts';
import type { Frame } from './frame.ts';
import { colours, plot, short, small, words } from './paper.ts';
import { clock, date, dateTime, isMidnight, timeTicks } from './scales.ts';
import { tag, textWidth } from './svg.ts';

export const title = (rebuild: Rebuild, { from, end, samples }: Frame): string => {
  const { instance, engine, forced } = rebuild.plan;
  const state = statusOfRebuild(rebuild);
  const percent = samples.at(-1)?.percent;
  const parts = [
    rebuild.id,
    capital(state),
    percent === undefined ? undefined : `rebuilt ${percentage(percent)}`,
    counted(rebuild.farmers.target, 'farmer'),
    `${engine} engine${forced ? ', forced' : ''}`,
    `since ${dateTime(from)} UTC, ${span(end - from)} ${rebuild.phase === 'running' ? 'so far' : 'in all'}`,
  ].filter((part) => part !== undefined);
  return [
    words(plot.left, 40, `Rebuild of ${short(instance.name)}`, {
      fill: colours.ink,
      'font-size': 22,
      'font-weight': 'bold',
    }),
    words(plot.left, 66, parts.join('  ·  '), { 'font-size': 14 }),
  ].join('');
};

export const legend = ({ target }: Frame): string => {
  const items = [
    ['Progress', tag('rect', { y: -5, width: 22, height: 4, rx: 2, fill: colours.progress })],
    ['Farmers ready', tag('rect', { y: -10, width: 22, height: 12, fill: colours.farmers, opacity: 0.25 })],
    ['Paused', tag('rect', { y: -10, width: 22, height: 12, fill: colours.pause, opacity: 0.3 })],
    ...(target === undefined
      ? []
      : [['Target', tag('rect', { y: -5, width: 22, height: 2, fill: colours.target })] as const]),
  ] as const;
  let x: number = plot.right - items.reduce((sum, [name]) => sum + 54 + textWidth(name, small), -24);
  return items
    .map(([name, sign]) => {
      const at = x;
      x += 30 + textWidth(name, small) + 24;
      return tag('g', { transform: `translate(${Math.round(at)} 38)` }, sign + words(30, 0, name));
    })
    .join('');
};

export const grid = ({ from, to, most, x, yPercent }: Frame): string => {
  const levels = [0, 25, 50, 75, 100].map((percent) => {
    const y = yPercent(percent);
    return [
      tag('line', { x1: plot.left, x2: plot.right, y1: y, y2: y, stroke: colours.grid }),
      words(plot.left - 10, y + 4, `${percent} %`, { 'text-anchor': 'end', fill: colours.progress }),
      words(plot.right + 10, y + 4, String((most * percent) / 100), { fill: colours.farmers }),
    ].join('');
  });
  const ticks = timeTicks(from, to, 9);
  const byDay = ticks.every(isMidnight);
  const times = ticks.map((at, i) => {
    const here = x(at);
    const named = i === 0 || isMidnight(at) || date(at) !== date(ticks[i - 1] ?? at);
    return [
      tag('line', { x1: here, x2: here, y1: plot.bottom, y2: plot.bottom + 6, stroke: colours.faint }),
      byDay ? '' : words(here, plot.bottom + 24, clock(at), { 'text-anchor': 'middle' }),
      named
        ? words(here, plot.bottom + (byDay ? 24 : 44), date(at), {
            'text-anchor': 'middle',
            'font-weight': 'bold',
          })
        : '',
    ].join('');
  });
  const base = tag('line', {
    x1: plot.left,
    x2: plot.right,
    y1: plot.bottom,
    y2: plot.bottom,
    stroke: colours.faint,
  });
  const side = [
    words(plot.right + 10, plot.top - 14, 'farmers', { fill: colours.farmers }),
    words(plot.left - 34, plot.bottom + 24, 'UTC', { 'text-anchor': 'end' }),
  ];
  return [...levels, ...times, base, ...side].join('');
};
