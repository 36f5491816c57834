import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type MetricSpec, metricTable } from '../src/observability/metric-table.ts';

const path = fileURLToPath(new URL('../docs/metrics.md', import.meta.url));
const begin = '<!-- table: written by scripts/metrics-doc.ts -->';
const end = '<!-- /table -->';

const row = (spec: MetricSpec): readonly string[] => [
  `\`${spec.name}\``,
  spec.kind,
  spec.labels.map((label) => `\`${label}\``).join(', ') || '–',
  spec.help.replaceAll('|', '\\|'),
];

/** Columns padded to their widest cell, as the formatter leaves them. */
const table = (head: readonly string[], rows: readonly (readonly string[])[]): string => {
  const widths = head.map((_, i) => Math.max(...[head, ...rows].map((cells) => cells[i]?.length ?? 0)));
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join(' | ')} |`;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');
};

/** `docs/metrics.md` with its table as the code has it. */
export const withMetricTable = (doc: string): string => {
  const head = doc.slice(0, doc.indexOf(begin) + begin.length);
  const tail = doc.slice(doc.indexOf(end));
  return `${head}\n\n${table(['name', 'kind', 'labels', 'meaning'], Object.values(metricTable).map(row))}\n\n${tail}`;
};

if (import.meta.main) writeFileSync(path, withMetricTable(readFileSync(path, 'utf8')));
