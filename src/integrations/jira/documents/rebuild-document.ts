import { cut, plain } from '../../../core/text.ts';
import type { Rebuild } from '../../../rebuild/model/rebuild.ts';
import {
  type Blocks,
  type DocumentBlock,
  facts,
  grid,
  heading,
  type Measure,
  madeSafe,
  maxText,
  paragraph,
} from './document.ts';
import { keptPart } from './kept-part.ts';
import { factsOf, introOf, partName, rowsOf, stepsOf } from './rebuild-facts.ts';

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
  measure: Measure,
  safe: (text: string) => string = (text) => text,
): Blocks => rebuildPart(rebuild, thread, { max: maxText - 100, measure }, safe) ?? [];

/**
 * farmhand's part of the description: who, when, why, approval, steps, everything that happened, how it ended.
 * Undefined where not even the shortest fits into the room.
 *
 * @param safe what no ticket may hold is taken out before the part is checked
 */
export const rebuildPart = (
  rebuild: Rebuild,
  thread: string | undefined,
  room: { readonly max: number; readonly measure: Measure },
  safe: (text: string) => string = (text) => text,
): Blocks | undefined => {
  for (const limit of limits) {
    const made = keptPart(partName(rebuild), madeSafe(build(rebuild, thread, limit), safe));
    if (room.measure(made) <= room.max) return made;
  }
  return undefined;
};

const build = (rebuild: Rebuild, thread: string | undefined, limit: Limit): Blocks => {
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
  const table = (headers: readonly string[], rows: readonly (readonly string[])[]): DocumentBlock =>
    grid(
      headers,
      rows.map((row) => row.map(shorten)),
    );
  const { rows, left } = rowsOf(rebuild, limit.rows);
  const content = [
    paragraph(shorten(introOf(rebuild))),
    facts(factsOf(rebuild, thread).map((row) => ({ ...row, value: shorten(row.value) }))),
    heading('What happened'),
    rows.length === 0 ? paragraph('Nothing so far') : table(['When', 'What', 'Who', 'In words'], rows),
    ...(left === 0
      ? []
      : [
          paragraph(
            `${left} earlier lines are left out here; the journal, attached at the end, has them or says what it lacks.`,
            'em',
          ),
        ]),
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
  return [...content, paragraph(footer, 'em')];
};
