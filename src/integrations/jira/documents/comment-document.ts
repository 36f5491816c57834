import { inFull } from '../../../core/person.ts';
import { cut, oneLine, plain } from '../../../core/text.ts';
import { utc } from '../../../core/utc.ts';
import type { TicketEntry } from '../../../rebuild/model/parts/told.ts';
import type { Rebuild } from '../../../rebuild/model/rebuild.ts';
import { type Blocks, grid, type Measure, maxText, paragraph } from './document.ts';

/** `system6-20261120-1#7`: the last line of the comment, which it is looked up by. */
export const commentKey = (rebuild: Pick<Rebuild, 'id'>, entry: Pick<TicketEntry, 'n'>): string =>
  `${rebuild.id}#${entry.n}`;

/** What an entry is about, as its title and its row of the table say it. */
export const topicWords: Readonly<Record<NonNullable<TicketEntry['topic']>, string>> = {
  approval: 'Approval',
  request: 'Request',
  taken_back: 'Taken back',
  caches: 'Caches',
  glass: 'Break-glass',
  review: 'Review',
  freeze: 'Freeze',
};
const titles: Readonly<Record<TicketEntry['kind'], string>> = {
  change: 'Change',
  override: 'Override',
  error: 'Error',
  refusal: 'Refused',
  closing: 'Closing report',
};

/** How long one paragraph may be, and how many there may be; tried in this order until the comment fits. */
const limits = [
  { text: 8_000, lines: 200 },
  { text: 2_000, lines: 60 },
  { text: 500, lines: 30 },
  { text: 100, lines: 15 },
] as const;

/** One entry as an auditor reads it: what kind, who, when, and then the paragraphs. `more` comes after them. */
export const commentDocument = (
  rebuild: Pick<Rebuild, 'id'>,
  entry: TicketEntry,
  measure: Measure,
  more: readonly string[] = [],
): Blocks => {
  const tried = limits.map((limit) => build(rebuild, entry, more, limit));
  return tried.find((one) => measure(one) <= maxText) ?? build(rebuild, entry, [], { text: 50, lines: 1 });
};

/** In place of what could not be written while Jira was away. */
const leftOut = (count: number): readonly string[] => [
  `${count} earlier comments are not written here: Jira could not be reached for too long.`,
  'What they told is in the journal, which is attached at the end, and in the audit.',
];

const build = (
  rebuild: Pick<Rebuild, 'id'>,
  entry: TicketEntry,
  more: readonly string[],
  limit: { readonly text: number; readonly lines: number },
): Blocks => {
  const told = entry.left === undefined ? entry.lines : leftOut(entry.left);
  const all = [...told, ...more].map(plain);
  const table = (entry.table ?? []).map((row) => row.map(oneLine));
  const few = table.slice(0, limit.lines);
  const [headers, ...rows] = few.map((row) => row.map((text) => cut(text, limit.text)));
  const shortened =
    Math.max(all.length, table.length) > limit.lines ||
    [...all, ...table.flat()].some((text) => text.length > limit.text);
  const title = entry.topic === undefined ? titles[entry.kind] : topicWords[entry.topic];
  const by = entry.by ? ` by ${oneLine(inFull(entry.by))}` : '';
  return [
    paragraph(cut(`${title}${by}, ${utc(entry.at, 'seconds')}`, 500), 'strong'),
    ...all.slice(0, limit.lines).map((text) => paragraph(cut(text, limit.text))),
    ...(headers ? [grid(headers, rows)] : []),
    ...(shortened
      ? [
          paragraph(
            'Shortened to fit into a comment: farmhand’s journal of the rebuild has it in full.',
            'em',
          ),
        ]
      : []),
    paragraph(commentKey(rebuild, entry), 'em'),
  ];
};
