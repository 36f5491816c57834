import type { JournalEntry } from '../../../src/core/journal.ts';
import { capital, counted } from '../../../src/core/text.ts';
import type { CardWord } from '../../../src/delivery/journal-words.ts';
import type { News } from '../../../src/rebuild/messages/news.ts';
import type { OwnLine } from '../../../src/rebuild/messages/own-lines.ts';
import type { LostName } from '../../../src/rebuild/model/lost.ts';
import type { Rebuild } from '../../../src/rebuild/model/rebuild.ts';
import type { Freeze } from '../../../src/rebuild/model/rules/freezes.ts';
import { type Block, context, type Message, type RichBlock, section } from '../../blocks.ts';
import type { ViewContext } from '../../context.ts';
import { inline } from '../../escape.ts';
import { tellDropped } from '../../journal.ts';
import { freezeLines } from '../../rebuild/freezes.ts';
import {
  pastCells,
  pastColumns,
  pastLine,
  rebuildCells,
  rebuildColumns,
  rebuildLines,
} from '../../rebuild/lines.ts';
import { lostLines } from '../../rebuild/lost.ts';
import { container, sectionsOf } from '../../rich/container.ts';
import { dataTable } from '../../rich/table.ts';
import { fitted, titled } from '../../trail.ts';
import { localTime, who, withMentions } from '../../words.ts';

export interface RebuildList {
  readonly flight: readonly Rebuild[];
  readonly failed: readonly Rebuild[];
  readonly recent: readonly Rebuild[];
  /** In flight when records were lost, and nobody has decided on them. */
  readonly lost?: readonly LostName[];
  /** What people have frozen. */
  readonly freezes?: readonly Freeze[];
  /** Why some are left out. */
  readonly hidden?: string;
}

const most = 12;

/** Which rebuilds run and which failed, at a glance. */
export const rebuildList = (
  { flight, failed, recent, lost = [], freezes = [], hidden }: RebuildList,
  ctx: ViewContext,
): Message => {
  const known =
    flight.length === 0 ? '🌱 No rebuild is in flight' : `🚜 ${counted(flight.length, 'rebuild')} in flight`;
  const held = lost.filter(({ is }) => is !== 'unclear').length;
  const text = held === 0 ? known : `${known}; 🧯 ${held} lost, and held until a person decides`;
  const top = [
    section(`*${text}*`),
    ...freezes.slice(0, most).map((freeze) => section(freezeLines(freeze))),
    ...lost.slice(0, most).map((one) => section(lostLines(one, ctx))),
  ];
  const under = context(
    hidden === undefined ? undefined : `🔒 Some are not shown: ${withMentions(inline(hidden, 500))}`,
    '`/dcr status INSTANCE` shows one in full, `/dcr help` every command.',
  );
  const all = [...flight, ...failed, ...recent];
  return {
    text,
    ...(all.length > 0 && { rich: [...top, ...rebuildTable(all, ctx), ...under] }),
    blocks: [
      ...top,
      ...listed(flight, 4000, ctx),
      ...part('❌ Failed', failed, ctx),
      ...part('Released or cancelled', recent, ctx),
      ...under,
    ],
  };
};

/** Those in flight first, then the failed and the rest, in the order of the sections. */
const rebuildTable = (rebuilds: readonly Rebuild[], ctx: ViewContext): readonly RichBlock[] => {
  const { blocks, left } = dataTable({
    caption: 'Rebuilds: in flight, failed, ended',
    columns: rebuildColumns,
    rows: rebuilds.map((rebuild) => rebuildCells(rebuild, ctx)),
    pageSize: most,
    budget: 6_000,
  });
  return [...blocks, ...context(left > 0 && `… and ${left} more`)];
};

const part = (title: string, rebuilds: readonly Rebuild[], ctx: ViewContext): Block[] =>
  rebuilds.length === 0 ? [] : [section(`*${title}*`), ...listed(rebuilds, 2500, ctx)];

/** A block each, as many as fit: Slack takes 50 blocks and about 13,000 characters. */
const listed = (rebuilds: readonly Rebuild[], budget: number, ctx: ViewContext): Block[] => {
  const lines = fitted(
    rebuilds.slice(0, most).map((rebuild) => rebuildLines(rebuild, ctx)),
    budget,
  );
  const left = rebuilds.length - most;
  return [...lines, ...(left > 0 ? [`… and ${left} more`] : [])].map((text) => section(text));
};

export interface RebuildHistory {
  readonly rebuild: Rebuild;
  /** All of the same instance, newest first. */
  readonly rebuilds: readonly Rebuild[];
  readonly journal: readonly JournalEntry[];
}

/** The rebuilds of an instance, and who did what, and why, to the one meant. */
export const historyAnswer = ({ rebuild, rebuilds, journal }: RebuildHistory): Message => {
  const text = `📖 History of ${inline(rebuild.plan.instance.name, 80)}`;
  const { lines, says } = tellDropped(journal);
  const told = lines.filter(({ what }) => !bookkeeping.has(what));
  const entries = [...says, ...fitted(told.map(entryLine), 5000, 'newest')];
  const empty = told.length === 0 ? context('Its journal is empty.') : [];
  const past = dataTable({
    caption: `Rebuilds of ${rebuild.plan.instance.name}`,
    columns: pastColumns,
    rows: rebuilds.map(pastCells),
    pageSize: 5,
    budget: 4_000,
  });
  return {
    text,
    rich: [
      section(`*${text}*`),
      ...past.blocks,
      ...context(past.left > 0 && `… and ${past.left} more`),
      ...container(`Journal of ${rebuild.id}`, sectionsOf(entries)),
      ...empty,
    ],
    blocks: [
      section(`*${text}*`),
      ...titled('Its rebuilds', fitted(rebuilds.map(pastLine), 2500)),
      ...titled(`Journal of ${inline(rebuild.id, 120)}`, entries),
      ...empty,
    ],
  };
};

/** What farmhand notes for itself, to find its messages and comments again: no news to people. */
const bookkeeping: ReadonlySet<string> = new Set<CardWord | OwnLine['code'] | News['code']>([
  'intends',
  'post_again',
  'post_unknown',
  'surplus',
  'thread_open',
  'ticket_comment',
]);

/** The first eight figures tell one from another. */
const longHash = /\b([0-9a-f]{8})[0-9a-f]{24,}\b/g;

const entryLine = ({ at, who: word, what, why }: JournalEntry): string => {
  const person = who({ id: word });
  const lead = word === 'farmhand' ? '' : `${person.startsWith('<@') ? person : `*${person}*`}: `;
  const detail = inline((why ?? '').replace(longHash, '$1'), 400);
  // A sentence tells what it is about; anything less is named first.
  const named = /^(?:\p{Lu}.*[.!?]|\p{N}.*[.!?]$)/u.test(detail) ? '' : inline(what.replaceAll('_', ' '), 60);
  const says = [named, detail].filter((part) => part !== '').join(' – ');
  return `${localTime(at)} ${lead === '' ? capital(says) : `${lead}${says}`}`;
};
