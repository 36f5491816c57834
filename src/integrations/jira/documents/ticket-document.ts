import type { TicketBody } from '../../../alerts/ports/ports.ts';
import { cut, plain } from '../../../core/text.ts';
import { type Blocks, facts, heading, type Measure, maxText, paragraph, type Row } from './document.ts';

/** How long one value may be, tried in this order until the document fits. */
const valueLimits = [8_000, 2_000, 500, 120];

/** The description of a ticket. What does not fit is cut, the least telling first, and a note says so. */
export const ticketDocument = (body: TicketBody, measure: Measure, max: number = maxText): Blocks => {
  const rows = rowsOf(body);
  const longest = Math.max(0, ...rows.map((row) => plain(row.value).length), plain(body.intro).length);
  for (const limit of valueLimits) {
    const whole = build(body.intro, rows, limit, longest > limit ? 0 : undefined);
    if (measure(whole) <= max) return whole;
  }
  const limit = valueLimits.at(-1) ?? 0;
  let few = 0;
  let many = rows.length;
  while (few < many) {
    const middle = Math.ceil((few + many) / 2);
    const tried = build(body.intro, rows.slice(0, middle), limit, rows.length - middle);
    if (measure(tried) <= max) few = middle;
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
): Blocks => [
  paragraph(cut(plain(intro), limit)),
  ...sectionOf(undefined, rows, 'facts', limit),
  ...sectionOf('Labels', rows, 'labels', limit),
  ...sectionOf('Annotations', rows, 'annotations', limit),
  ...(leftOut === undefined ? [] : [paragraph(noteOf(leftOut), 'em')]),
];

const sectionOf = (
  title: string | undefined,
  rows: readonly SectionRow[],
  section: SectionRow['section'],
  limit: number,
): Blocks => {
  const own = rows.filter((row) => row.section === section);
  if (own.length === 0) return [];
  const short = own.map((row) => ({
    ...row,
    name: cut(plain(row.name), 200),
    value: cut(plain(row.value), limit),
  }));
  return [...(title === undefined ? [] : [heading(title)]), facts(short)];
};

const noteOf = (leftOut: number): string => {
  const entries =
    leftOut === 0 ? '' : ` and ${leftOut} ${leftOut === 1 ? 'entry is' : 'entries are'} left out`;
  return `Shortened to fit into a ticket: long values end in …${entries}. farmhand’s record of the alert has them in full.`;
};
