import { cut, oneLine } from '../../core/text.ts';
import type { Report } from '../../report/report.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { headLines, type ReportBlock, sectionsOf } from './content.ts';

/** As wide as a terminal is at the least. */
const width = 80;
const changesShown = 15;
const gap = '  ';

/** For a terminal, and for a mail without formatting. */
export const reportText = (report: Report, style: Terminal['style']): string =>
  [
    style('bold', 'farmhand report'),
    ...headLines(report).flatMap((line) => wrapped(line, '')),
    ...sectionsOf(report, { changes: changesShown }).flatMap(({ title, blocks }) => [
      '',
      style('bold', title),
      ...blocks.flatMap((block, i) => [...(i > 0 ? [''] : []), ...blockLines(block, style)]),
    ]),
  ].join('\n');

const blockLines = (block: ReportBlock, style: Terminal['style']): readonly string[] => {
  if (block.is === 'lines') return block.lines.flatMap((line) => wrapped(oneLine(line), gap));
  const rows = block.rows.map((row) => row.map((cell, i) => (i === 0 ? firstCell(cell) : cell)));
  const widths = block.head.map((head, i) =>
    Math.max(head.length, ...rows.map((row) => (row[i] ?? '').length)),
  );
  const others = widths.slice(1).reduce((sum, each) => sum + each + gap.length, gap.length);
  const first = Math.min(widths[0] ?? 0, width - others);
  const line = ([name = '', ...cells]: readonly string[]): string =>
    `${gap}${cut(name, first).padEnd(first)}${cells.map((cell, i) => gap + cell.padStart(widths[i + 1] ?? 0)).join('')}`;
  return [style('dim', line(block.head)), ...rows.map(line)];
};

/** Two blanks before it stay: it is a part of the one above. */
const firstCell = (cell: string): string => (cell.startsWith(gap) ? gap : '') + oneLine(cell);

/** In lines of `width`; each after the first is set in. */
const wrapped = (text: string, indent: string): readonly string[] => {
  const lines: string[] = [];
  let line = indent;
  for (const word of text.split(' ')) {
    const next = line.trim() === '' ? line + word : `${line} ${word}`;
    if (next.length <= width || line.trim() === '') line = next;
    else {
      lines.push(line);
      line = `${indent}${gap}${word}`;
    }
  }
  return [...lines, line];
};
