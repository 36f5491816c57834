import { plain } from '../escape.ts';

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

/** Untrusted text as XML on one line, of at most `max` UTF-16 units before escaping. */
export const xml = (text: string, max: number): string =>
  plain(text, max)
    // Well-formed, and yet no characters of XML 1.0.
    .replace(/[\ufffe\uffff]/g, '')
    .replace(/[&<>"']/g, (char) => entities[char] ?? char);

type Attributes = Readonly<Record<string, string | number | undefined>>;

/** One element; numbers with two decimals at most, and never `NaN`. `inner` is markup already. */
export const tag = (name: string, attributes: Attributes, inner = ''): string => {
  const written = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ` ${key}="${typeof value === 'number' ? figure(value) : value}"`)
    .join('');
  return inner === '' ? `<${name}${written}/>` : `<${name}${written}>${inner}</${name}>`;
};

/** `M0 0L10 5…` through all points. */
export const path = (points: readonly (readonly [number, number])[]): string =>
  points.map(([x, y], i) => `${i === 0 ? 'M' : 'L'}${figure(x)} ${figure(y)}`).join('');

const figure = (value: number): string => String(Number.isFinite(value) ? Math.round(value * 100) / 100 : 0);

/** Width of a text in DejaVu Sans, near enough to keep labels apart; px. */
export const textWidth = (text: string, size: number): number =>
  [...text].reduce((sum, char) => sum + widthOf(char), 0) * size;

const widthOf = (char: string): number => {
  if (/[iljI.,:;|!' ()[\]]/.test(char)) return 0.36;
  if (/[mwMW@%→]/.test(char)) return 0.95;
  if (/[A-Z]/.test(char)) return 0.7;
  return char <= '\u024f' ? 0.62 : 1.05;
};
