import { cut, oneLine } from '../../core/text.ts';
import type { Report } from '../../report/report.ts';
import { headLines, type ReportBlock, sectionsOf } from './content.ts';

const changesShown = 200;
const cellLength = 200;

/** For a page, a ticket or a mail. */
export const reportMarkdown = (report: Report): string =>
  [
    '# farmhand report',
    '',
    ...headLines(report).flatMap((line) => [`- ${safe(line)}`]),
    ...sectionsOf(report, { changes: changesShown }).flatMap(({ title, blocks }) => [
      '',
      `## ${title}`,
      ...blocks.flatMap((block) => ['', ...blockLines(block)]),
    ]),
  ].join('\n');

const blockLines = (block: ReportBlock): readonly string[] => {
  if (block.is === 'lines') return block.lines.map((line) => `- ${safe(line)}`);
  const row = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => safe(cut(cell.trim(), cellLength))).join(' | ')} |`;
  return [
    row(block.head),
    `|${block.head.map((_, i) => (i === 0 ? ' --- |' : ' ---: |')).join('')}`,
    ...block.rows.map(row),
  ];
};

/** Names and reasons come from outside: none of them makes a heading, a table, a link or a mention. */
const safe = (text: string): string =>
  oneLine(text)
    .replace(/[\\`*_{}[\]<>|#~!]/g, '\\$&')
    .replaceAll('@', '@\u200b')
    .replace(/\b(https?):\/\//gi, '$1:\u200b//');
