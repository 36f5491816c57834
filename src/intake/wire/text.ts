import { cut } from '../../core/text.ts';

/**
 * Characters that show nothing, or make text show something else than it says: controls, line separators, and
 * the bidi embeddings, overrides and isolates. Tab and line feed are left in texts, not in names.
 */
const unprintable =
  '\\u0000-\\u0008\\u000b-\\u001f\\u007f-\\u009f\\u2028-\\u202e\\u2066-\\u2069\\ufff9-\\ufffb';
const inTexts = new RegExp(`[${unprintable}]`);
const inNames = new RegExp(`[${unprintable}\\t\\n\\u00ad\\u061c\\u200b\\u200e\\u200f\\u2060\\ufeff]`);
const allInTexts = new RegExp(inTexts, 'g');
const allInNames = new RegExp(inNames, 'g');

/** `text` without unprintable characters, at most `max` UTF-16 units long, cut with `…`, always well-formed. */
export const cleanText = (text: string, max: number): string => clean(text, max, inTexts, allInTexts);

/** As `cleanText`, on one line, for what is shown as a name or compared. */
export const cleanName = (text: string, max: number): string => clean(text, max, inNames, allInNames);

const clean = (text: string, max: number, some: RegExp, all: RegExp): string => {
  const printable = some.test(text) ? text.replace(all, (c) => (c === '\n' || c === '\t' ? ' ' : '')) : text;
  return cut(printable.isWellFormed() ? printable : printable.toWellFormed(), max);
};
