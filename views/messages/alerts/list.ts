import type { Alert } from '../../../src/alerts/model/alert.ts';
import type { Missed, NoMatch } from '../../../src/alerts/ports/no-match.ts';
import { bySeverity } from '../../../src/core/severity.ts';
import { counted } from '../../../src/core/text.ts';
import { actions, type Block, context, dotted, type Message, plainMessage, section } from '../../blocks.ts';
import type { ViewContext } from '../../context.ts';
import { code, inline } from '../../escape.ts';
import { blockIds, fitsListValue } from '../../ids.ts';
import { ownLink, permalink } from '../../links.ts';
import { dataTable } from '../../rich/table.ts';
import {
  channelLink,
  localTime,
  severityWord,
  shownState,
  stateMark,
  stateWord,
  subjectOf,
  who,
} from '../../words.ts';
import { listButtons } from './list-buttons.ts';
import { commandFor, type Group, groupsOf } from './list-groups.ts';

const mostShown = 20;

export interface Listing {
  readonly alerts: readonly Alert[];
  /** There are more on record than `alerts`. */
  readonly more: boolean;
  /** How many there are with this status, whatever the filters. */
  readonly total?: number;
  /** The filters in force, in the person's words; empty without. */
  readonly filters: string;
  /** What was typed; the button under the list carries it. */
  readonly words?: string;
  readonly status: 'firing' | 'resolved';
  /** Which page of the lines is shown, from 1; the last one where there are fewer. Default: 1. */
  readonly page?: number;
  /** Where nothing was found: what there is instead. */
  readonly none?: NoMatch;
  /** The groups that some are in, by their fingerprints. */
  readonly groups?: ReadonlyMap<string, Alert>;
  /** Alerts that wait for their threads, by channel. */
  readonly waiting: readonly { readonly channel: string; readonly count: number }[];
}

/**
 * The answer to `/alerts`: the most severe first, of those the ones that nobody cares for yet, then the newest; each
 * with its thread, its owner and its id. When there are too many, those that are alike stand on one line.
 */
export const alertList = (listing: Listing, ctx: ViewContext): Message => {
  const { alerts } = listing;
  if (alerts.length === 0) return none(listing);
  const groups = groupsOf(mostUrgentFirst(alerts, ctx), mostShown);
  const pages = Math.ceil(groups.length / mostShown);
  const page = Math.min(listing.page ?? 1, pages);
  const shown = groups.slice((page - 1) * mostShown, page * mostShown);
  const lines = shown.map((group) => groupText(group, alerts, ctx, listing.groups));
  const title = howMany(listing);
  const top = [section(`*${title}*`), ...context(waitingLine(listing))];
  const under = [...forAll(listing, ctx), ...context(footer(listing, page, pages))];
  const rows = shown.map((group) => groupCells(group, alerts, ctx, listing.groups));
  const table = dataTable({ caption: title, columns, rows, pageSize: mostShown });
  return {
    text: title,
    ...(table.left === 0 && { rich: [...top, ...table.blocks, ...under] }),
    blocks: [...top, ...lines.map((text) => section(text)), ...under],
  };
};

/** Only under a filter: nobody acknowledges or silences everything with two clicks. */
const forAll = ({ alerts, filters, words = '', status }: Listing, ctx: ViewContext): Block[] => {
  if (status !== 'firing' || filters.trim() === '' || !fitsListValue(words)) return [];
  const states = alerts.map((alert) => shownState(alert, ctx.now));
  const buttons = listButtons(words, ctx, {
    free: states.filter((state) => state === 'firing').length,
    loud: states.filter((state) => state !== 'silenced').length,
    unticketed: alerts.filter(({ actions: all }) => !all.some(({ kind }) => kind === 'ticket')).length,
  });
  return buttons.length === 0 ? [] : [actions(blockIds.listButtons, buttons)];
};

/** What was not read whole says of how many; with filters nobody has counted how many of those fit. */
const howMany = ({ alerts, more, status, total, filters }: Listing): string => {
  const read = `${counted(alerts.length, 'alert').replace(' ', more ? '+ ' : ' ')} ${status}${suffix(filters)}`;
  if (!more || total === undefined || total <= alerts.length) return read;
  const all = total.toLocaleString('en');
  return filters.trim() === ''
    ? `The first ${alerts.length.toLocaleString('en')} of ${all} alerts ${status}`
    : `${read}, of ${all} in all`;
};

/** The most severe first, of those the ones that nobody cares for yet, then the newest. */
export const mostUrgentFirst = (alerts: readonly Alert[], ctx: ViewContext): readonly Alert[] =>
  alerts.toSorted(
    (a, b) =>
      bySeverity(a.severity, b.severity) ||
      cared(a, ctx) - cared(b, ctx) ||
      b.startsAt - a.startsAt ||
      inOrder(a.name, b.name) ||
      inOrder(subjectOf(a) ?? '', subjectOf(b) ?? ''),
  );

// One for all: `localeCompare` makes a new collator for every comparison.
const inOrder = new Intl.Collator('en', { numeric: true }).compare;

/** Whether somebody already cares for it, for sorting. */
const cared = (alert: Alert, ctx: ViewContext): number => (shownState(alert, ctx.now) === 'firing' ? 0 : 1);

/** In a storm: what has no thread yet, and where to read about it. */
const waitingLine = ({ waiting, status }: Listing): string => {
  if (status !== 'firing' || waiting.length === 0) return '';
  const places = waiting
    .toSorted((a, b) => b.count - a.count)
    .slice(0, 5)
    .map(({ channel, count }) => `${count.toLocaleString('en')} in ${channelLink(channel)}`);
  return `⏳ Waiting for their threads: ${places.join(', ')}. Where many wait, a digest there says which.`;
};

/** An all-clear only where nothing fires at all; else what was looked for, what there is, and how much of it. */
const none = ({ status, filters, more, none: why }: Listing): Message => {
  const total = why?.total ?? 0;
  const asked = filters.trim();
  const lines: readonly string[] =
    asked === '' && total === 0 && !more
      ? [status === 'firing' ? '✅ Nothing is firing.' : 'No alert on record is resolved.']
      : [
          `${asked === '' ? `No ${status} alert could be shown` : `No ${status} alert fits ${code(asked, 200)}`}${more ? ', among those that were looked through' : ''}.`,
          ...(why?.missed ?? []).map((missed) => missedLine(missed, status, why?.partly === true)),
          otherLine(status, total),
        ];
  return plainMessage(lines.join('\n'));
};

const missedLine = (
  { name, value, known, there, meant }: Missed,
  status: string,
  partly: boolean,
): string => {
  const of = partly ? `of the newest ${status} alerts` : `${status} alert`;
  const none = partly ? 'None' : 'No';
  const listed = there.map((one) => code(known ? `${name}=${one}` : one, 80)).join(', ');
  const what = known
    ? `${none} ${of} has ${code(`${name}=${value}`, 120)}`
    : `${none} ${of} has a label ${code(name, 80)}`;
  const perhaps =
    meant === undefined ? '' : ` Did you mean ${code(known ? `${name}=${meant}` : meant, 120)}?`;
  return `${what}.${perhaps} There ${there.length === 1 ? 'is' : 'are'} ${listed || 'none'}.`;
};

const otherLine = (status: string, total: number): string => {
  if (total === 0) return status === 'firing' ? '✅ Nothing is firing at all.' : 'None is on record.';
  const many = total === 1 ? 'One alert is' : `${total.toLocaleString('en')} alerts are`;
  const command = status === 'firing' ? '/alerts' : '/alerts resolved';
  return `${status === 'firing' ? '⚠️ ' : ''}${many} ${status}: ${code(command, 40)} lists ${total === 1 ? 'it' : 'them'}.`;
};

const suffix = (filters: string): string => (filters.trim() === '' ? '' : ` for ${inline(filters, 200)}`);

const columns = ['Alert', 'About', 'Severity', 'Since', 'Who has it', 'Id'] as const;

/** What `groupText` says, in these columns. */
const groupCells = (
  group: Group,
  among: readonly Alert[],
  ctx: ViewContext,
  groups: Groups = new Map(),
): readonly string[] => {
  if (group.length > 1) return manyCells(group, ctx);
  const [alert] = group;
  const state = shownState(alert, ctx.now);
  const subject = subjectOf(alert);
  const severity = severityWord(alert.severity);
  const mark = stateMark(state, alert.severity);
  return [
    `${mark} *${linked(alert, ctx)}*`,
    subject === undefined ? '' : code(subject, 80),
    state === 'firing' ? severity : `${severity}, ${stateWord[state].toLowerCase()}`,
    when(alert).replace(/^since /, ''),
    dotted(holder(alert), place(alert), inGroup(alert, ctx, groups), shortNote(alert)),
    code(shortId(alert, among), 130),
  ];
};

/** Under a title that asks. */
const holder = ({ ack, status }: Alert): string => (ack ? who(ack.by) : status === 'firing' ? 'nobody' : '');

const manyCells = (group: Group, ctx: ViewContext): readonly string[] => {
  const { title, service, severity, since, free, waiting, command } = manyAlike(group, ctx);
  return [title, service ?? '', severity, localTime(since), dotted(free, waiting), command ?? ''];
};

/** One alert on two lines: what it is and how severe, then since when, who has it, and its id. */
const alertLine = (alert: Alert, id: string, ctx: ViewContext, groups: Groups): string => {
  const state = shownState(alert, ctx.now);
  const subject = subjectOf(alert);
  const first = dotted(
    `${stateMark(state, alert.severity)} *${linked(alert, ctx)}*`,
    subject !== undefined && code(subject, 80),
    state === 'firing'
      ? severityWord(alert.severity)
      : `${severityWord(alert.severity)}, ${stateWord[state].toLowerCase()}`,
  );
  const note = shortNote(alert);
  const last = dotted(when(alert), owner(alert), place(alert), inGroup(alert, ctx, groups), code(id, 130));
  return `${first}\n${last}${note === '' ? '' : `\n${note}`}`;
};

/** The beginning of a person's note; the thread has all of it. */
const shortNote = ({ pinned }: Pick<Alert, 'pinned'>): string =>
  pinned ? `📌 ${inline(pinned.text, noteAtMost)}` : '';
const noteAtMost = 80;

/** Its name, with its thread behind it. */
const linked = ({ name, thread, channel }: Alert, ctx: ViewContext): string => {
  const link = thread.state === 'open' ? permalink(ctx, channel, thread.ts) : undefined;
  return ownLink(link, name) ?? (inline(name, 100) || 'unnamed alert');
};

/** Those that some are in, by their fingerprints. */
type Groups = ReadonlyMap<string, Alert>;

/** What stands on one line of a list; `among`: the alerts that its id must tell it from. */
export const groupText = (
  group: Group,
  among: readonly Alert[],
  ctx: ViewContext,
  groups: Groups = new Map(),
): string =>
  group.length === 1 ? alertLine(group[0], shortId(group[0], among), ctx, groups) : groupLine(group, ctx);

/** Many alike, as one: how many, since the first of them, and how many nobody has. */
const groupLine = (group: Group, ctx: ViewContext): string => {
  const { title, service, severity, since, free, waiting, command } = manyAlike(group, ctx);
  return `${dotted(title, service, severity)}\n${dotted(`since ${localTime(since)}`, free, waiting, command)}`;
};

const manyAlike = (group: Group, ctx: ViewContext) => {
  const [first] = group;
  const service = first.labels['service'];
  const free = group.filter((alert) => alert.status === 'firing' && cared(alert, ctx) === 0).length;
  const waiting = group.filter((alert) => place(alert) !== '').length;
  const command = commandFor(group);
  return {
    title: `${stateMark(first.status === 'firing' ? 'firing' : 'resolved', first.severity)} *${group.length}× ${inline(first.name, 100) || 'unnamed alert'}*`,
    severity: severityWord(first.severity),
    service: service === undefined || service === '' ? undefined : code(service, 80),
    since: Math.min(...group.map(({ startsAt }) => startsAt)),
    free: free > 0 && `nobody has ${free === group.length ? 'them' : `${free} of them`}`,
    waiting: waiting > 0 && `${waiting} without a thread yet`,
    command: command === undefined ? undefined : code(command, 200),
  };
};

const when = (alert: Alert): string => {
  if (alert.status === 'resolved')
    return alert.endsAt === undefined ? '' : `resolved ${localTime(alert.endsAt)}`;
  return `since ${localTime(alert.startsAt)}${alert.fired > 1 ? `, ${alert.fired}×` : ''}`;
};

const owner = (alert: Alert): string => {
  if (alert.ack) return `${who(alert.ack.by)} has it`;
  return alert.status === 'firing' ? 'nobody has it' : '';
};

/** The thread of its group tells of it. */
const inGroup = ({ memberOf, thread }: Alert, ctx: ViewContext, groups: Groups): string => {
  if (!memberOf || thread.state !== 'none') return '';
  const { channel = '', thread: its } = groups.get(memberOf.group) ?? {};
  const link = its?.state === 'open' ? permalink(ctx, channel, its.ts) : undefined;
  return ownLink(link, 'in a group') ?? 'in a group';
};

const place = ({ thread }: Alert): string => {
  if (thread.state === 'wanted' || thread.state === 'posting') return 'waits for its thread';
  return thread.state === 'failed' ? 'no channel takes its thread' : '';
};

/** Eight characters, unless another of these alerts begins with the same. */
const shortId = (alert: Alert, among: readonly Alert[]): string => {
  const short = alert.id.slice(0, 8);
  return among.some((other) => other.id !== alert.id && other.id.startsWith(short)) ? alert.id : short;
};

const footer = ({ more, filters, status }: Listing, page: number, pages: number): string => {
  const words = [status === 'resolved' ? 'resolved' : '', filters].filter(Boolean).join(' ');
  const next =
    page < pages ? `: ${code(`/alerts ${words === '' ? '' : `${words} `}page=${page + 1}`, 250)}` : '';
  const where = pages > 1 ? `Page ${page} of ${pages}${next}. ` : '';
  const rest = more
    ? 'More are on record: narrow it down, as with `severity&gt;=error` or `service=…`. '
    : '';
  return `${where}${rest}\`/alerts why ID\` tells why an alert is where it is, \`/alerts help\` the rest.`;
};
