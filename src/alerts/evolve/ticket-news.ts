import type { ActionSpec, ActionState, Alert, TicketNews } from '../model/alert.ts';

/** How long the state of an alert must have lasted before its ticket is told, where no route says it; ms. */
const defaultSettle = 60_000;
const longestSettle = 3_600_000;
/** The more often a ticket was told, the longer the next state must last; so long without news takes one back. ms */
const calm = 3_600_000;

/**
 * The record after a change of its status, with the news of it for each of its tickets. What its ticket was not told
 * yet, and is so no more, is not told at all: an alert that flaps writes no comments while it does. Pure; `now` in ms.
 */
export const withTicketNews = (before: Alert, after: Alert, now: number): Alert =>
  before.status === after.status
    ? after
    : after.actions.filter(isRaised).reduce((alert, ticket) => told(alert, ticket, now), after);

/** A ticket that was given up is told nothing; a person who asks for it again gets one that says how things are. */
const isRaised = (action: ActionState): action is Ticket =>
  action.spec.kind === 'ticket' && action.state !== 'failed';

type Ticket = ActionState & { readonly spec: Extract<ActionSpec, { kind: 'ticket' }> };
type News = ActionState & { readonly spec: Extract<ActionSpec, { kind: 'ticket_news' }> };

/** The news for the ticket that the action `key` raises, the oldest first. */
export const newsOf = ({ actions }: Pick<Alert, 'actions'>, key: string): readonly News[] =>
  actions.filter(
    (action): action is News => action.spec.kind === 'ticket_news' && action.spec.ticket === key,
  );

const told = (alert: Alert, { key: ticket, spec }: Ticket, now: number): Alert => {
  const own = newsOf(alert, ticket);
  const last = own.at(-1);
  if (last?.state === 'waiting' && last.attempts === 0) {
    return { ...alert, actions: alert.actions.filter((action) => action !== last) };
  }
  const state = alert.status === 'resolved' ? 'resolved' : 'refired';
  const { silent, move } = spec[state] ?? {};
  if (silent) return alert;
  const doublings = last
    ? Math.max(0, last.spec.doublings + 1 - Math.floor(Math.max(0, now - last.at) / calm))
    : 0;
  const settle = Math.min(longestSettle, (spec.settle ?? defaultSettle) * 2 ** doublings);
  const n = (alert.newsCount ?? 0) + 1;
  const news: ActionState = {
    key: `ticket_news-${n}`,
    kind: 'ticket_news',
    state: 'waiting',
    attempts: 0,
    nextAt: now + settle,
    spec: { kind: 'ticket_news', ticket, ...factsOf(alert, state), ...(move && { move }), doublings },
    at: now,
  };
  const outdated = new Set(own.filter((one) => isOutdated(one, own)));
  const kept = alert.actions.filter((action) => !outdated.has(action as News));
  return { ...alert, newsCount: n, actions: [...kept, news] };
};

/** Over, and there is later news of the same state that is over: the journal and the audit have it. */
const isOutdated = (one: News, own: readonly News[]): boolean =>
  isOver(one) &&
  own.slice(own.indexOf(one) + 1).some((other) => isOver(other) && other.spec.state === one.spec.state);

const isOver = ({ state }: ActionState): boolean => state === 'done' || state === 'failed';

/** What is news to a ticket, as it is known by now: where the end of a firing was told only later, that one counts. */
export const newsFacts = (alert: Alert, news: TicketNews): TicketNews =>
  (alert.status === 'resolved' ? 'resolved' : 'refired') === news.state
    ? { ...withoutFacts(news), ...factsOf(alert, news.state) }
    : news;

const withoutFacts = ({ inferred: _, ...news }: TicketNews): TicketNews => news;

const factsOf = (
  { startsAt, endsAt, eventTime, endInferred, fired }: Alert,
  state: TicketNews['state'],
): Pick<TicketNews, 'state' | 'at' | 'since' | 'inferred' | 'fired'> =>
  state === 'refired'
    ? { state, at: startsAt, fired }
    : { state, at: endsAt ?? eventTime, since: startsAt, fired, ...(endInferred && { inferred: true }) };

/** It cannot be told before its ticket is there, nor before what came before it. */
export const waitsForTicket = (alert: Alert, { spec, key }: ActionState): boolean => {
  if (spec.kind !== 'ticket_news') return false;
  const own = newsOf(alert, spec.ticket);
  const before = own.slice(
    0,
    own.findIndex((one) => one.key === key),
  );
  const ticket = alert.actions.filter((action) => action.key === spec.ticket);
  return [...ticket, ...before].some(({ state }) => state === 'waiting' || state === 'running');
};

/** There is no ticket to tell it to. */
export const withoutNewsFor = (alert: Alert, ticket: string): Alert => {
  const news = new Set<ActionState>(newsOf(alert, ticket).filter(({ state }) => state === 'waiting'));
  return news.size === 0 ? alert : { ...alert, actions: alert.actions.filter((one) => !news.has(one)) };
};
