import { currentStep } from '../../src/rebuild/edit.ts';
import type { Mark, Rebuild, Sample } from '../../src/rebuild/rebuild.ts';
import { stateWord } from '../../src/rebuild/state.ts';
import { endedAt } from '../rebuild/notices.ts';
import { farmersWord, percentage } from '../rebuild/words.ts';
import { span } from '../words.ts';
import { type Label, type PlacedLabel, placeLabels } from './labels.ts';
import { clock, date, dateTime, isMidnight, niceMaximum, scale, timeTicks } from './scales.ts';
import { path, tag, textWidth, xml } from './svg.ts';

const width = 1200;
const height = 600;
const plot = { left: 76, right: 1124, top: 176, bottom: 528 } as const;
const lanes = 4;
const laneHeight = 20;
const small = 13;

const colours = {
  ink: '#1d2433',
  faint: '#667085',
  grid: '#e6e9f0',
  progress: '#2457d6',
  farmers: '#2f9e6e',
  pause: '#f2b84b',
  target: '#b42318',
} as const;

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

/** What all parts are drawn by. */
interface Frame {
  readonly from: number;
  readonly to: number;
  /** Until then it is known; after it, expected. */
  readonly end: number;
  /** Farmers are counted until then: the rebuild itself is over, or now. */
  readonly known: number;
  readonly samples: readonly Sample[];
  readonly most: number;
  readonly eta: number | undefined;
  readonly target: number | undefined;
  readonly x: (at: number) => number;
  readonly yPercent: (percent: number) => number;
  readonly yFarmers: (farmers: number) => number;
}

const latest = 8_000_000_000_000;
const isTime = (at: number): boolean => Number.isFinite(at) && at >= 0 && at < latest;

const frameOf = (rebuild: Rebuild, now: number): Frame => {
  const over = rebuild.phase !== 'running';
  const from = isTime(rebuild.at) ? rebuild.at : 0;
  const until = over ? endedAt(rebuild) : now;
  const samples = (rebuild.progress?.samples ?? [])
    .filter(({ at, percent, ready }) => isTime(at) && at >= from && Number.isFinite(percent + ready))
    .toSorted((a, b) => a.at - b.at);
  const end = Math.max(from + 60_000, isTime(until) ? until : 0, samples.at(-1)?.at ?? 0);
  // What is far beyond the present would press all that is known into a corner.
  const horizon = end + (end - from) * (over ? 0.25 : 1.5);
  const near = (at: number | undefined): at is number => at !== undefined && isTime(at) && at <= horizon;
  const { eta } = rebuild.progress?.of === 'rebuild' ? rebuild.progress : {};
  const target = rebuild.plan.targetMs === undefined ? undefined : from + rebuild.plan.targetMs;
  const to = Math.max(end, ...[over ? undefined : eta, target].filter(near));
  const rebuilding = !over && currentStep(rebuild)?.name === 'rebuild';
  const most = niceMaximum(Math.max(rebuild.farmers.target, ...samples.map(({ ready }) => ready), 1));
  return {
    from,
    to,
    end,
    known: rebuilding ? end : (samples.at(-1)?.at ?? end),
    samples,
    most,
    eta: over || !near(eta) || eta <= end ? undefined : eta,
    target: target !== undefined && isTime(target) ? target : undefined,
    x: scale(from, to, plot.left, plot.right),
    yPercent: scale(0, 100, plot.bottom, plot.top),
    yFarmers: scale(0, most, plot.bottom, plot.top),
  };
};

const words = (
  x: number,
  y: number,
  text: string,
  more: Readonly<Record<string, string | number>> = {},
): string => tag('text', { x, y, fill: colours.faint, ...more }, xml(text, 160));

/** Keeps a text legible on lines. */
const halo = { stroke: '#ffffff', 'stroke-width': 4, 'paint-order': 'stroke' } as const;

const title = (rebuild: Rebuild, { from, end, samples }: Frame): string => {
  const { instance, engine, forced } = rebuild.plan;
  const state = stateWord(rebuild);
  const percent = samples.at(-1)?.percent;
  const parts = [
    rebuild.id,
    state.charAt(0).toUpperCase() + state.slice(1),
    percent === undefined ? undefined : `rebuilt ${percentage(percent)}`,
    farmersWord(rebuild.farmers.target),
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

const legend = ({ target }: Frame): string => {
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

const grid = ({ from, to, most, x, yPercent }: Frame): string => {
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

/** Where it was paused: from the marks, and the pause that lasts. */
const pauses = (rebuild: Rebuild, { x, end }: Frame): string => {
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

/** A step for each sample: the number stays until the next one tells otherwise. */
const farmerArea = ({ samples, x, yFarmers, known }: Frame): string => {
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

const progressCurve = ({ samples, x, yPercent }: Frame): string => {
  const last = samples.at(-1);
  if (!last) return '';
  const [cx, cy] = [x(last.at), yPercent(last.percent)];
  const text = percentage(last.percent);
  // Above a rising curve its left side is free.
  const left = cx > plot.left + 80;
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
    words(left ? cx - 12 : cx + 12, Math.max(plot.top + 16, cy - 10), text, {
      fill: colours.progress,
      'font-size': 16,
      'font-weight': 'bold',
      'text-anchor': left ? 'end' : 'start',
      ...halo,
    }),
  ].join('');
};

/** At the rate of now. */
const projection = ({ samples, eta, x, yPercent }: Frame): string => {
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

const targetLine = ({ target, to, x }: Frame): string => {
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

/** What matters most gets its label first; steps are named where there is room. */
const kinds: Readonly<Record<Mark['kind'], readonly [rank: number, colour: string]>> = {
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

const events = (rebuild: Rebuild, { from, to, x }: Frame): string => {
  const labels = rebuild.marks
    .filter(({ at }) => isTime(at) && at >= from && at <= to)
    .slice(-mostMarks)
    .map((mark): Label => {
      const [rank, colour] = kinds[mark.kind];
      return { x: x(mark.at), text: short(mark.says || mark.kind), rank, colour };
    });
  const placed = placeLabels(labels, { left: plot.left, right: plot.right, lanes, size: small });
  return [...placed.map(leader), ...placed.map(labelText)].join('');
};

const short = (text: string): string => {
  const line = [...text.replace(/\s+/gu, ' ').trim()];
  return line.length > 30 ? `${line.slice(0, 29).join('')}…` : line.join('');
};

const laneY = (lane: number): number => plot.top - 18 - lane * laneHeight;

const leader = ({ x, lane, colour }: PlacedLabel): string =>
  tag('line', {
    x1: x,
    x2: x,
    y1: lane === undefined ? plot.top - 6 : laneY(lane) + 4,
    y2: plot.bottom,
    stroke: colour,
    'stroke-width': 1,
    'stroke-dasharray': '2 4',
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
