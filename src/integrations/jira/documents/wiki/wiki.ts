import { type Blocks, type DocumentBlock, type Row, textLines, webAddress } from '../document.ts';
import { escapeWiki } from './escape.ts';

/** Blocks as the wiki text of Jira Data Center; lines end in `\n`. */
export const wikiText = (blocks: Blocks): string => blocks.map(blockOf).join('\n\n');

/** Each line end counts twice: Jira keeps it as two characters once a person has saved the text in a browser. */
export const wikiSize = (blocks: Blocks): number => sizeOf(wikiText(blocks));

const sizeOf = (text: string): number => text.length + text.split('\n').length;

const blockOf = (block: DocumentBlock): string => {
  switch (block.kind) {
    case 'heading':
      return `h3. ${escapeWiki(block.text)}`;
    case 'paragraph':
      return textLines(block.text).map(styled(block.style)).join('\n');
    case 'facts':
      return block.rows.map(factRow).join('\n');
    case 'grid':
      return [
        `||${block.headers.map(cell).join('||')}||`,
        ...block.rows.map((row) => `|${row.map(cell).join('|')}|`),
      ].join('\n');
    default:
      return block satisfies never;
  }
};

const marks = { strong: '*', em: '_' } as const;

/** Jira's phrases hold nothing else: a line that does stays without its mark, which would be shown as a character. */
const markable = /^[\p{L}\p{Nd}\p{Z}\p{S}\p{M}\p{P}]+$/u;

/** A mark holds within its line, and not where white space is beside it. */
const styled =
  (style: keyof typeof marks | undefined) =>
  (line: string): string => {
    const text = escapeWiki(line.trim());
    return style === undefined || !markable.test(text) ? text : `${marks[style]}${text}${marks[style]}`;
  };

const factRow = (row: Row): string => {
  const href = row.url === undefined ? undefined : webAddress(row.url);
  const value =
    href === undefined
      ? cell(row.value)
      : `[${textLines(row.value)
          .map((line) => escapeWiki(line.trim()))
          .join(' ')}|${wikiAddress(href)}]`;
  return `||${cell(row.name)}|${value}|`;
};

/** A line end would end the row; two backslashes break the line only where white space follows. */
const cell = (text: string): string => {
  const lines = textLines(text).map((line) => escapeWiki(line.trim()));
  return lines.join(' \\\\ ');
};

/** What may be in an address and means something to the renderer, as percent codes. */
const wikiAddress = (href: string): string =>
  href.replace(/[|[\]{}\\^!*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
