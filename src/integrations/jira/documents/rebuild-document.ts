import { cut, plain } from '../../../core/text.ts';
import type { Rebuild } from '../../../rebuild/model/rebuild.ts';
import { type AdfDocument, type AdfNode, adfTable, document, grid, heading, paragraph } from './adf.ts';
import { keptPart } from './kept-part.ts';
import { factsOf, introOf, partName, rowsOf, stepsOf } from './rebuild-facts.ts';
import { maxDescription } from './ticket-document.ts';

/** How long one text may be, tried in this order until the document fits; how many changes and warnings; how many rows. */
const limits = [
  { text: 4_000, lines: 100, rows: 150 },
  { text: 1_000, lines: 50, rows: 100 },
  { text: 300, lines: 20, rows: 80 },
  { text: 200, lines: 20, rows: 40 },
  { text: 100, lines: 10, rows: 20 },
  { text: 60, lines: 3, rows: 5 },
] as const;
type Limit = (typeof limits)[number];

/** What an auditor reads first: who asked for what and why, what will be changed, and where it can be followed. */
export const rebuildDocument = (
  rebuild: Rebuild,
  thread: string | undefined,
  safe: (text: string) => string = (text) => text,
): AdfDocument => document(rebuildPart(rebuild, thread, maxDescription - 100, safe) ?? []);

/**
 * farmhand's part of the description: who, when, why, approval, steps, everything that happened, how it ended.
 *
 * @param max of its JSON; undefined where not even the shortest fits
 * @param safe what no ticket may hold is taken out before the part is checked
 */
export const rebuildPart = (
  rebuild: Rebuild,
  thread: string | undefined,
  max: number,
  safe: (text: string) => string = (text) => text,
): readonly AdfNode[] | undefined => {
  for (const limit of limits) {
    const content = build(rebuild, thread, limit);
    const made = keptPart(partName(rebuild), JSON.parse(safe(JSON.stringify(content))) as typeof content);
    if (JSON.stringify(made).length <= max) return made;
  }
  return undefined;
};

const build = (rebuild: Rebuild, thread: string | undefined, limit: Limit): readonly AdfNode[] => {
  const { changes, warnings } = rebuild.plan;
  let shortened = false;
  const shorten = (text: string): string => {
    const whole = plain(text);
    shortened ||= whole.length > limit.text;
    return cut(whole, limit.text);
  };
  const few = <T>(all: readonly T[]): readonly T[] => {
    shortened ||= all.length > limit.lines;
    return all.slice(0, limit.lines);
  };
  const table = (headers: readonly string[], rows: readonly (readonly string[])[]): AdfNode =>
    grid(
      headers,
      rows.map((row) => row.map(shorten)),
    );
  const { rows, left } = rowsOf(rebuild, limit.rows);
  const content = [
    paragraph(shorten(introOf(rebuild))),
    adfTable(factsOf(rebuild, thread).map((row) => ({ ...row, value: shorten(row.value) }))),
    heading('What happened'),
    rows.length === 0 ? paragraph('Nothing so far') : table(['When', 'What', 'Who', 'In words'], rows),
    ...(left === 0
      ? []
      : [paragraph(`${left} earlier lines are left out here: the journal has all.`, [{ type: 'em' }])]),
    heading('Steps'),
    table(['Step', 'State', 'Began', 'Ended', 'Took'], stepsOf(rebuild)),
    heading('What was planned to be changed'),
    changes.length === 0
      ? paragraph('Nothing')
      : table(
          ['What', 'Where', 'From', 'To'],
          few(changes).map(({ what, where, from, to }) => [what, where, from, to]),
        ),
    ...(warnings.length === 0
      ? []
      : [heading('Warnings'), ...few(warnings).map((warning) => paragraph(shorten(warning)))]),
  ];
  const footer = `farmhand keeps this part up to date, about once a minute; what is written above or below it stays as it is. Times are UTC. Approvals, each change of the number of farmers, overrides, errors and the closing report are comments as well.${
    shortened ? ' Shortened to fit into a ticket: farmhand’s record of the rebuild has it in full.' : ''
  }`;
  return [...content, paragraph(footer, [{ type: 'em' }])];
};
