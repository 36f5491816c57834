import { early, type Inline, late, type Part } from './inline.ts';

/** A block of wiki text as Jira shows it. */
export type WikiBlock =
  | { readonly type: 'heading' | 'quote' | 'paragraph' | 'item'; readonly content: readonly Inline[] }
  | { readonly type: 'rule' }
  | { readonly type: 'preformatted'; readonly text: string }
  | { readonly type: 'table'; readonly rows: readonly (readonly Cell[])[] };

export interface Cell {
  readonly header: boolean;
  readonly content: readonly Inline[];
}

const preformatted = /(?<!\\)\{(code|noformat)(?::[^}\n]*)?\}([\s\S]*?)(?<!\\)\{\1\}/g;

/** Wiki text, as it is stored, read as Jira's renderer reads it. */
export const readWiki = (stored: string): readonly WikiBlock[] => {
  const text = stored.replace(/\r\n?/g, '\n');
  const blocks: WikiBlock[] = [];
  let from = 0;
  for (const found of text.matchAll(preformatted)) {
    blocks.push(...plainBlocks(text.slice(from, found.index)), {
      type: 'preformatted',
      text: found[2] ?? '',
    });
    from = found.index + found[0].length;
  }
  return [...blocks, ...plainBlocks(text.slice(from))];
};

const lineKinds: readonly (readonly [RegExp, 'heading' | 'quote' | 'item'])[] = [
  [/^\s*h[1-6]\.(.*)$/, 'heading'],
  [/^\s*bq\.(.*)$/, 'quote'],
  [/^\s*[*\-#]+\s+(.*)$/, 'item'],
];

const plainBlocks = (text: string): readonly WikiBlock[] => {
  const blocks: WikiBlock[] = [];
  const lines = text.split('\n');
  let open: string[] = [];
  const close = (): void => {
    if (open.length > 0) blocks.push({ type: 'paragraph', content: late(early(open.join('\n'))) });
    open = [];
  };
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] ?? '';
    if (line.trim() === '') {
      close();
      continue;
    }
    if (/^\s*-{4,}\s*$/.test(line)) {
      close();
      blocks.push({ type: 'rule' });
      continue;
    }
    if (/^\s*\|/.test(line)) {
      close();
      const [rows, next] = tableFrom(lines, at);
      blocks.push({ type: 'table', rows });
      at = next - 1;
      continue;
    }
    const kind = lineKinds.find(([pattern]) => pattern.test(line));
    if (!kind) {
      open.push(line);
      continue;
    }
    close();
    const inner = kind[0].exec(line)?.[1] ?? '';
    blocks.push({ type: kind[1], content: late(early(inner.trim())) });
  }
  close();
  return blocks;
};

/** The rows that begin at a line, and the line after them. A row that does not end with a bar goes on in the next line. */
const tableFrom = (
  lines: readonly string[],
  start: number,
): readonly [rows: readonly (readonly Cell[])[], next: number] => {
  const rows: (readonly Cell[])[] = [];
  let row: string[] = [];
  let at = start;
  const close = (): void => {
    if (row.length > 0) rows.push(cellsOf(row.join('\n')));
    row = [];
  };
  for (; at < lines.length; at++) {
    const line = lines[at] ?? '';
    const begins = /^\s*\|/.test(line);
    if (line.trim() === '' || (row.length === 0 && !begins)) break;
    if (begins) close();
    row.push(line);
    if (/\|\s*$/.test(line)) close();
  }
  close();
  return [rows, at];
};

const cellsOf = (row: string): readonly Cell[] => {
  const cells: Cell[] = [];
  let cell: Part[] = [];
  let header = false;
  let first = true;
  let previous = '';
  for (const part of early(row.trim())) {
    if (typeof part !== 'string') {
      cell.push(part);
      [previous, first] = ['', false];
      continue;
    }
    for (const char of part) {
      if (char !== '|' || previous === '\\') cell.push(char);
      else if (!first && previous === '|') header = true;
      else if (!first) {
        cells.push({ header, content: contentOf(cell) });
        [cell, header] = [[], false];
      }
      [previous, first] = [char, false];
    }
  }
  return cell.length > 0 ? [...cells, { header, content: contentOf(cell) }] : cells;
};

/** Blocks within a cell are read as well: a heading or an item there would be one. */
const contentOf = (cell: readonly Part[]): readonly Inline[] => {
  const parts = cell.reduce<Part[]>((all, part) => {
    const last = all.at(-1);
    if (typeof part === 'string' && typeof last === 'string') all[all.length - 1] = last + part;
    else all.push(part);
    return all;
  }, []);
  const [begin] = parts;
  const block = typeof begin === 'string' && lineKinds.some(([pattern]) => pattern.test(begin));
  return block ? [{ type: 'macro', raw: String(begin) }] : late(parts);
};

/** Every node that is more than text, a mark of farmhand's own or a line break. */
export const strangeIn = (nodes: readonly Inline[]): readonly Inline[] =>
  nodes.flatMap((node) => {
    if (node.type === 'text' || node.type === 'break') return [];
    return 'content' in node ? [node, ...strangeIn(node.content)] : [node];
  });

/** What is read, line by line. */
export const inlineText = (nodes: readonly Inline[]): string =>
  nodes
    .map((node) => {
      if (node.type === 'text') return node.text;
      if (node.type === 'break') return '\n';
      if ('content' in node) return inlineText(node.content);
      return 'raw' in node ? node.raw : node.name;
    })
    .join('');
