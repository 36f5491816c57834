import type { PageFacts } from '../../../src/alerts/groups/pages.ts';
import type { MemberRow } from '../../../src/alerts/model/group.ts';
import { span } from '../../../src/core/duration.ts';
import { actions, type Block, context, dotted, type Message, section, select } from '../../blocks.ts';
import type { ViewContext } from '../../context.ts';
import { inline } from '../../escape.ts';
import { actionIds, blockIds, postBlockId } from '../../ids.ts';
import { ownLink, permalink } from '../../links.ts';
import { dataTable } from '../../rich/table.ts';
import { byName, localTime, severityMark } from '../../words.ts';

/** A section holds 3,000 characters. */
const textAtMost = 2_800;

/** Members of a group, one a line, the worst first; under them, whom to give a thread of its own. */
export const groupMembers = (facts: PageFacts, ctx: ViewContext): Message => {
  const title = heading(facts);
  const sameName = new Set(facts.rows.map(({ name }) => name)).size === 1;
  const lines = facts.rows.map((row) => line(row, sameName, facts.owner, ctx));
  const [first = [], ...others] = chunks([`*${title}*`, ...lines, ...left(facts)]);
  const id = postBlockId({ kind: 'members', id: facts.key });
  const table = dataTable({
    caption: title,
    columns,
    rows: facts.rows.map((row) => cells(row, sameName, ctx)),
    pageSize: rowsAtOnce,
  });
  return {
    text: title,
    ...(table.left === 0 && {
      rich: [section(`*${title}*`, { id }), ...table.blocks, ...context(...left(facts)), ...takeOut(facts)],
    }),
    blocks: [
      section(first.join('\n'), { id }),
      ...others.map((part) => section(part.join('\n'))),
      ...takeOut(facts),
    ],
  };
};

const heading = ({ page, before, rows }: PageFacts): string => {
  if (rows.length === 0) return 'No members here any more';
  const first = before + 1;
  const last = first + rows.length - 1;
  return page === 0 ? 'What is in this group, the worst first' : `${first} to ${last}`;
};

const left = ({ more }: PageFacts): readonly string[] =>
  more > 0 ? [`… and ${more.toLocaleString('en')} more`] : [];

const line = (row: MemberRow, sameName: boolean, owner: string | undefined, ctx: ViewContext): string => {
  const { what, mark, over, who, thread } = partsOf(row, sameName, owner, ctx);
  return `${mark} ${dotted(what, over ? ended(row) : `since ${localTime(row.startsAt)}`, who, thread)}`;
};

/** So many of the worst are seen at once, the others are a click away. */
const rowsAtOnce = 10;
const columns = ['Alert', 'Since', 'Who has it'] as const;

const cells = (row: MemberRow, sameName: boolean, ctx: ViewContext): readonly string[] => {
  const { what, mark, over, thread } = partsOf(row, sameName, undefined, ctx);
  const has = over ? undefined : row.ack ? byName(row.ack.by) : 'nobody yet';
  return [`${mark} ${what}`, over ? ended(row) : localTime(row.startsAt), dotted(has, thread)];
};

const partsOf = (row: MemberRow, sameName: boolean, owner: string | undefined, ctx: ViewContext) => {
  const { status, severity, about, name, ack, own, silenced } = row;
  const over = status === 'resolved';
  return {
    what: sameName && about !== '' ? inline(about, 90) : dotted(inline(name, 60), inline(about, 60)),
    over,
    mark: over ? '✅' : silenced !== undefined ? '🔕' : ack ? '👀' : severityMark(severity),
    who: !over && ack && ack.by.id !== owner && byName(ack.by),
    thread: own?.ts === undefined ? undefined : ownLink(permalink(ctx, own.channel, own.ts), 'own thread'),
  };
};

const ended = ({ startsAt, endsAt }: MemberRow): string =>
  endsAt === undefined || endsAt < startsAt ? 'resolved' : `resolved after ${span(endsAt - startsAt)}`;

const takeOut = ({ rows, page }: PageFacts): readonly Block[] => {
  const options = rows
    .filter(({ own, status }) => own === undefined && status === 'firing')
    .map(({ id, about, name }) => ({ label: about === '' ? name : about, value: id }));
  if (options.length === 0) return [];
  return [
    actions(`${blockIds.members}:${page}`, [
      select('Give one a thread of its own…', actionIds.takeOut, options),
    ]),
  ];
};

const chunks = (lines: readonly string[]): readonly (readonly string[])[] => {
  const parts: string[][] = [[]];
  let length = 0;
  for (const text of lines) {
    if (length + text.length > textAtMost) {
      parts.push([]);
      length = 0;
    }
    parts.at(-1)?.push(text);
    length += text.length + 1;
  }
  return parts;
};
