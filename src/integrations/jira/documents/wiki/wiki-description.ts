import { maxText } from '../document.ts';
import { findPart, isShown, type KeptDescription, type Piece } from '../kept-part.ts';
import { wikiPlain } from './escape.ts';
import { wikiText } from './wiki.ts';

/**
 * A description of wiki text, as Jira has it: a browser ends its lines with two characters, and what people wrote is
 * sent back to the letter.
 *
 * @param send replaces the whole description
 */
export const wikiDescription = (
  text: string,
  name: string,
  send: (text: string) => Promise<void>,
): KeptDescription => {
  const lines = linesWithEnds(text);
  const place = findPart(lines.map(pieceOf), name);
  const newline = text.includes('\r\n') ? '\r\n' : '\n';
  const gap = text.trim() === '' || place ? '' : newline.repeat(2);
  const before = lines.slice(0, place?.from).join('') + gap;
  const last = place && (lines[place.to - 1] ?? '');
  const after = place ? endOf(last ?? '') + lines.slice(place.to).join('') : '';
  return {
    placed: place !== undefined,
    room: maxText - before.length - after.length - 100,
    async write(part) {
      if (place && isShown(place, part)) return;
      await send(before + wikiText(part).replaceAll('\n', newline) + after);
    },
  };
};

const linesWithEnds = (text: string): readonly string[] => text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
const endOf = (line: string): string => /\r?\n?$/.exec(line)?.[0] ?? '';

const pieceOf = (line: string): Piece => ({
  kind: /^\s*h[1-6]\.\s/.test(line) ? 'heading' : /^\s*\|/.test(line) ? 'other' : 'paragraph',
  text: wikiPlain(line.trim()).replace(/\s+/g, ' '),
});

/** Plain text of the last line that is not empty. */
export const lastLine = (text: string): string => wikiPlain(text.trim().split('\n').at(-1)?.trim() ?? '');
