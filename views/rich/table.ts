import type { types } from '@slack/bolt';
import { plain } from '../escape.ts';
import { limits } from '../limits.ts';
import { inlinesOf, lengthOf, richText } from './inlines.ts';

/** A cell: mrkdwn that went through `escape.ts`; empty where there is nothing to say. */
export type Cell = string;

export interface TableFacts {
  /** For screen readers. */
  readonly caption: string;
  readonly columns: readonly string[];
  /** A cell a column each. */
  readonly rows: readonly (readonly Cell[])[];
  /** Rows seen at once; the rest is a click away. */
  readonly pageSize: number;
  /** Characters that the table may take of what a message holds. */
  readonly budget?: number;
}

/** What other blocks of the same message may take. */
const usualBudget = 9_000;

/**
 * As many rows as fit into Slack's limits, from the top, and how many are left out; no block where there is no row. A
 * message has one table.
 */
export const dataTable = ({
  caption,
  columns,
  rows,
  pageSize,
  budget = usualBudget,
}: TableFacts): { readonly blocks: types.DataTableBlock[]; readonly left: number } => {
  const width = Math.min(columns.length, limits.tableColumns);
  const head = columns
    .slice(0, width)
    .map((name): types.RawTextElement => ({ type: 'raw_text', text: plain(name, 60) || ' ' }));
  const most = Math.min(budget, limits.tableCharacters);
  let used = head.reduce((sum, { text }) => sum + text.length, 0);
  const shown: types.RichTextBlock[][] = [];
  for (const row of rows.slice(0, limits.tableRows)) {
    const cells = Array.from({ length: width }, (_, i) => inlinesOf(row[i] ?? ''));
    used += cells.reduce((sum, cell) => sum + Math.max(1, lengthOf(cell)), 0);
    if (used > most) break;
    shown.push(cells.map(richText));
  }
  const left = rows.length - shown.length;
  if (shown.length === 0 || width === 0) return { blocks: [], left };
  const size = Math.max(1, Math.min(pageSize, limits.tableRows));
  return {
    blocks: [
      {
        type: 'data_table',
        caption: plain(caption, limits.header) || 'Table',
        rows: [head, ...shown],
        page_size: size,
      },
    ],
    left,
  };
};
