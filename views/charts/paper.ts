import { tag, xml } from './svg.ts';

/** Size, places, colours and type of the chart; px. */
export const width = 1200;
export const height = 600;
export const plot = { left: 76, right: 1124, top: 176, bottom: 528 } as const;
export const small = 13;

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
export const halo = { stroke: '#ffffff', 'stroke-width': 4, 'paint-order': 'stroke' } as const;

/** For labels: on one line, 30 characters at most. */
export const short = (text: string): string => {
  const line = [...text.replace(/\s+/gu, ' ').trim()];
  return line.length > 30 ? `${line.slice(0, 29).join('')}…` : line.join('');
};
