import type { TicketBody } from '../../../alerts/ports/ports.ts';
import { cut, plain } from '../../../core/text.ts';
import { type AdfDocument, type AdfNode, adfTable, document, heading, paragraph, type Row } from './adf.ts';

/** Jira's limit for a description. Whether it counts text or JSON is not documented: the JSON always fits. */
export const maxDescription = 32_767;

/** How long one value may be, tried in this order until the document fits. */
const valueLimits = [8_000, 2_000, 500, 120];

/** The description of a ticket. What does not fit is cut, the least telling first, and a note says so. */
export const ticketDocument = (body: TicketBody, max: number = maxDescription): AdfDocument => {
  const rows = rowsOf(body);
  const longest = Math.max(0, ...rows.map((row) => plain(row.value).length), plain(body.intro).length);
  for (const limit of valueLimits) {
    const whole = build(body.intro, rows, limit, longest > limit ? 0 : undefined);
    if (size(whole) <= max) return whole;
  }
  const limit = valueLimits.at(-1) ?? 0;
  let few = 0;
  let many = rows.length;
  while (few < many) {
    const middle = Math.ceil((few + many) / 2);
    const tried = build(body.intro, rows.slice(0, middle), limit, rows.length - middle);
    if (size(tried) <= max) few = middle;
    else many = middle - 1;
  }
  return build(body.intro, rows.slice(0, few), limit, rows.length - few);
};

interface SectionRow extends Row {
  readonly section: 'facts' | 'labels' | 'annotations';
}

/** In the order of what tells most; the last are left out first. */
const rowsOf = (body: TicketBody): readonly SectionRow[] => [
  ...body.facts.map((fact) => ({ ...fact, section: 'facts' as const })),
  ...Object.entries(body.labels).map(([name, value]) => ({ name, value, section: 'labels' as const })),
  ...Object.entries(body.annotations).map(([name, value]) => ({
    name,
    value,
    section: 'annotations' as const,
  })),
];

/** `leftOut` is undefined when nothing at all was cut. */
const build = (
  intro: string,
  rows: readonly SectionRow[],
  limit: number,
  leftOut: number | undefined,
): AdfDocument =>
  document([
    paragraph(cut(plain(intro), limit)),
    ...sectionOf(undefined, rows, 'facts', limit),
    ...sectionOf('Labels', rows, 'labels', limit),
    ...sectionOf('Annotations', rows, 'annotations', limit),
    ...(leftOut === undefined ? [] : [paragraph(noteOf(leftOut), [{ type: 'em' }])]),
  ]);

const sectionOf = (
  title: string | undefined,
  rows: readonly SectionRow[],
  section: SectionRow['section'],
  limit: number,
): readonly AdfNode[] => {
  const own = rows.filter((row) => row.section === section);
  if (own.length === 0) return [];
  const short = own.map((row) => ({
    ...row,
    name: cut(plain(row.name), 200),
    value: cut(plain(row.value), limit),
  }));
  return [...(title === undefined ? [] : [heading(title)]), adfTable(short)];
};

const noteOf = (leftOut: number): string => {
  const entries =
    leftOut === 0 ? '' : ` and ${leftOut} ${leftOut === 1 ? 'entry is' : 'entries are'} left out`;
  return `Shortened to fit into a ticket: long values end in …${entries}. farmhand’s record of the alert has them in full.`;
};

const size = (value: AdfDocument): number => JSON.stringify(value).length;
