import type { RootFacts } from '../../../src/alerts/thread/root-facts.ts';
import { span } from '../../../src/core/duration.ts';
import { actions, type Block, button, context, dotted, type Message, section } from '../../blocks.ts';
import type { ViewContext } from '../../context.ts';
import { code, inline, plain } from '../../escape.ts';
import { actionIds, blockIds, postBlockId } from '../../ids.ts';
import { limits } from '../../limits.ts';
import { dataLink, ownLink, ownUrl, permalink } from '../../links.ts';
import {
  localTime,
  type ShownState,
  severityWord,
  shownState,
  stateMark,
  stateWord,
  who,
} from '../../words.ts';
import { rebuildPart } from './alert-rebuild.ts';
import { groupCounts, groupOwner, groupPlace } from './group-words.ts';

/**
 * The root message of an alert's thread: its present state, recognisable from the channel. First line: state,
 * severity, name and what it is about; then the summary; then, small, where, since when, how often, and who has it.
 * Its first `block_id` is the key that it is looked up by.
 */
export const alertRoot = (facts: RootFacts, ctx: ViewContext): Message => ({
  text: fallback(facts, ctx),
  blocks: [
    section(headline(facts, ctx), { id: postBlockId({ kind: 'alert', id: facts.id }) }),
    ...particulars(facts, ctx),
    actions(blockIds.buttons, buttons(facts, ctx)),
    ...rebuildPart(facts, ctx),
  ],
});

/** The same without buttons and without the key: an answer to `status`, never taken for the root message. */
export const alertStatus = (facts: RootFacts, ctx: ViewContext): Message => ({
  text: fallback(facts, ctx),
  blocks: [section(headline(facts, ctx)), ...particulars(facts, ctx)],
});

const particulars = (facts: RootFacts, ctx: ViewContext): Block[] => [
  ...context(place(facts), course(facts), quiet(facts, ctx), pinned(facts), links(facts, ctx)),
  ...context(...troubles(facts)),
];

/** Name and subject in one plain line, for titles and notifications. */
export const alertTitle = (facts: Pick<RootFacts, 'name' | 'subject'>): string => {
  const subject = facts.subject[0];
  return subject ? `${plain(facts.name, 80)} on ${plain(subject.value, 80)}` : plain(facts.name, 80);
};

const headline = (facts: RootFacts, ctx: ViewContext): string => {
  const state = stateOf(facts, ctx);
  const subject = facts.subject[0];
  const title = dotted(
    `${stateMark(state, facts.severity)} *${stateWord[state]}*`,
    severityWord(facts.severity),
    `*${inline(facts.name, 150) || 'unnamed alert'}*`,
    subject && code(subject.value, 150),
  );
  const counts = facts.group && groupCounts(facts.group);
  return [title, counts ?? inline(facts.summary, 400)].filter((line) => line !== '').join('\n');
};

/** Where more came since somebody acknowledged a group, it fires and nobody has that. */
const stateOf = (facts: RootFacts, ctx: ViewContext): ShownState => {
  const state = shownState(facts, ctx.now);
  return state === 'acknowledged' && (facts.group?.fresh ?? 0) > 0 ? 'firing' : state;
};

const fallback = (facts: RootFacts, ctx: ViewContext): string => {
  const state = stateOf(facts, ctx);
  const lead = `${stateMark(state, facts.severity)} ${stateWord[state]}, ${severityWord(facts.severity)}:`;
  const summary = facts.summary.trim() === '' ? '' : ` – ${inline(facts.summary, 300)}`;
  return `${lead} ${inline(alertTitle(facts), 200)}${summary}`;
};

/** The rest of what it is about; the first of it stands in the headline. */
const place = (facts: RootFacts): string =>
  dotted(
    ...facts.subject.slice(1, 5).map(({ label, value }) => `${inline(label, 40)} ${inline(value, 80)}`),
    facts.group && groupPlace(facts.group, facts.subject),
    facts.member && 'taken out of a group',
    facts.tier !== 'default' && `tier ${inline(facts.tier, 63)}`,
  );

const course = (facts: RootFacts): string =>
  dotted(facts.status === 'resolved' ? ended(facts) : since(facts), owner(facts), ticket(facts));

const since = ({ fired, firstStartsAt, startsAt }: RootFacts): string =>
  fired > 1
    ? `Fired ${fired.toLocaleString('en')}× since ${localTime(firstStartsAt)}, last ${localTime(startsAt)}`
    : `Since ${localTime(startsAt)}`;

const ended = ({ fired, firstStartsAt, startsAt, endsAt }: RootFacts): string => {
  const end = endsAt === undefined ? '' : `, resolved ${localTime(endsAt)}`;
  if (fired > 1) return `Fired ${fired.toLocaleString('en')}× since ${localTime(firstStartsAt)}${end}`;
  const lasted = endsAt === undefined || endsAt < startsAt ? '' : ` after ${span(endsAt - startsAt)}`;
  return `Fired ${localTime(startsAt)}${end}${lasted}`;
};

const owner = (facts: RootFacts): string => {
  if (facts.status === 'resolved') return facts.ack ? `${who(facts.ack.by)} had it` : '';
  const ofGroup = groupOwner(facts);
  if (ofGroup !== undefined) return ofGroup;
  return facts.ack
    ? `${who(facts.ack.by)} has it since ${localTime(facts.ack.at, 'time')}`
    : `Nobody has it yet${heldBack(facts)}`;
};

const heldBack = ({ quiet: hours }: RootFacts): string =>
  hours
    ? `, and nobody is mentioned before ${localTime(hours.until, 'time')} 🌙 (${inline(hours.name, 40)})`
    : '';

const isQuiet = ({ silence }: RootFacts, ctx: ViewContext): boolean =>
  silence !== undefined && silence.until > ctx.now;

const quiet = (facts: RootFacts, ctx: ViewContext): string => {
  const { silence, status } = facts;
  if (!silence || !isQuiet(facts, ctx) || status === 'resolved') return '';
  const reason = inline(silence.reason, 150);
  const why = reason === '' ? '' : `: ${reason}`;
  return `🔕 Silenced until ${localTime(silence.until)} by ${who(silence.by)}${why}`;
};

const pinned = ({ pinned }: RootFacts): string =>
  pinned ? `📌 ${inline(pinned.text, 400)} – ${who(pinned.by)}, ${localTime(pinned.at)}` : '';

const ticket = ({ ticket }: RootFacts): string =>
  ticket ? `🎫 ${ownLink(ticket.url, ticket.key) ?? inline(ticket.key, 40)}` : '';

const links = (facts: RootFacts, ctx: ViewContext): string =>
  dotted(
    ...runbooks(facts, ctx),
    dataLink(facts.links.dashboard, 'Dashboard', ctx),
    dataLink(facts.links.generator, 'Source', ctx),
    previous(facts, ctx),
  );

/** What the alert says of its own comes first: it is about less. */
const runbooks = ({ links, routeRunbook }: RootFacts, ctx: ViewContext): readonly (string | undefined)[] => {
  const own = dataLink(links.runbook, 'Runbook', ctx);
  if (own === undefined || routeRunbook === links.runbook) return [own ?? ownLink(routeRunbook, 'Runbook')];
  return [own, ownLink(routeRunbook, 'Runbook of the route')];
};

const previous = ({ previous }: RootFacts, ctx: ViewContext): string | undefined => {
  if (!previous) return undefined;
  return (
    ownLink(permalink(ctx, previous.channel, previous.ts), 'Earlier thread') ??
    `Earlier alert ${code(previous.id, 60)}`
  );
};

const mostFailures = 3;
const troubles = ({ failures, possibleDuplicate }: RootFacts): string[] => [
  ...failures.slice(0, mostFailures).map((failure) => `⚠️ Given up – ${inline(failure, 200)}`),
  ...(failures.length > mostFailures ? [`⚠️ and ${failures.length - mostFailures} more; see Details…`] : []),
  ...(possibleDuplicate
    ? [
        '⚠️ Slack never said whether an earlier post arrived. If there are two threads, use this one: it is kept up to date.',
      ]
    : []),
];

const acknowledgeLabel = ({ group }: RootFacts): string => {
  if (!group || group.only) return 'Acknowledge';
  return group.fresh > 0 ? `Acknowledge ${group.fresh.toLocaleString('en')} new` : 'Acknowledge all';
};

const silenceButton = ({ id, group }: RootFacts): ReturnType<typeof button> =>
  group
    ? button(group.only ? 'Silence…' : 'Silence all…', actionIds.silenceAll, { value: id })
    : button('Silence…', actionIds.silence, { value: id });

const buttons = (facts: RootFacts, ctx: ViewContext): ReturnType<typeof button>[] => {
  const id = { value: facts.id };
  const can = ctx.can ?? { ticket: true, silence: true };
  const firing = facts.status === 'firing';
  const ticketUrl = ownUrl(facts.ticket?.url);
  return [
    ...(firing && (!facts.ack || (facts.group?.fresh ?? 0) > 0)
      ? [button(acknowledgeLabel(facts), actionIds.acknowledge, id, 'primary')]
      : []),
    ...(firing && facts.ack ? [button('Unacknowledge', actionIds.unacknowledge, id)] : []),
    ...(firing && can.silence && !isQuiet(facts, ctx) ? [silenceButton(facts)] : []),
    ...(!facts.ticket && can.ticket ? [button('Raise ticket', actionIds.ticket, id)] : []),
    ...(facts.ticket && ticketUrl !== undefined && ticketUrl.length <= limits.url
      ? [button(`Open ${plain(facts.ticket.key, 40)}`, actionIds.openTicket, { url: ticketUrl })]
      : []),
    button('Details…', actionIds.details, id),
  ];
};
