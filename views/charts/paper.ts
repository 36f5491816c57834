import { tag, xml } from './svg.ts';

/**
 * Size, places, colours and type of the chart; px. A thread shows it 360 px wide, half of this: the smallest type is 10 px
 * there. Two panels share one axis of time.
 */
export const width = 720;
export const height = 600;
export const panels = {
  progress: { top: 176, bottom: 376 },
  farmers: { top: 428, bottom: 524 },
} as const;
export const plot = {
  left: 84,
  right: 692,
  top: panels.progress.top,
  bottom: panels.farmers.bottom,
} as const;
export const small = 20;
export const large = 26;

export const colours = {
  ink: '#1d2433',
  faint: '#667085',
  grid: '#e6e9f0',
  progress: '#2457d6',
  farmers: '#2f9e6e',
  pause: '#f2b84b',
  target: '#b42318',
} as const;

export const words = (
  x: number,
  y: number,
  text: string,
  more: Readonly<Record<string, string | number>> = {},
): string => tag('text', { x, y, fill: colours.faint, ...more }, xml(text, 160));

/** Keeps a text legible on lines. */
export const halo = { stroke: '#ffffff', 'stroke-width': 6, 'paint-order': 'stroke' } as const;

/** For labels: on one line, 24 characters at most. */
export const short = (text: string): string => {
  const line = [...text.replace(/\s+/gu, ' ').trim()];
  return line.length > 24 ? `${line.slice(0, 23).join('')}…` : line.join('');
};
