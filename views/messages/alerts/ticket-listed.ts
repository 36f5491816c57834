import type { Alert } from '../../../src/alerts/model/alert.ts';
import type { AlertList, ListOutcome } from '../../../src/alerts/model/command.ts';
import { counted } from '../../../src/core/text.ts';
import { button, type Message, plainMessage } from '../../blocks.ts';
import { inline } from '../../escape.ts';
import { actionIds, type ListPlace, ticketListedValue } from '../../ids.ts';
import { refusedAlertAnswer } from './command-answer.ts';
import { listQuestion, type RestOfList, restWords, whereWords } from './list-place.ts';

export interface TicketQuestion {
  readonly list: AlertList;
  readonly rest: RestOfList;
  readonly where: ListPlace;
  readonly words: string;
  readonly asOf: number;
}

/** Asked before anything is raised; what has a ticket, or is getting one, is left out. */
export const ticketQuestion = ({ list, rest, where, words, asOf }: TicketQuestion): Message => {
  const grouped = new Map(list.groups.map((group) => [group.fingerprint, group]));
  const standing = (alert: Alert): Alert => grouped.get(alert.memberOf?.group ?? '') ?? alert;
  const free = list.alerts.filter((alert) => !hasTicket(standing(alert)));
  const had = list.alerts.length - free.length;
  const [worst] = free;
  if (!worst) return nothingLeft(where, ticketsOf(list));
  const title = `Raise one ticket for ${counted(free.length, 'alert')} ${whereWords(where)}?`;
  const value = ticketListedValue(asOf, standing(worst).id, words);
  return listQuestion(title, free, button('Raise one ticket', actionIds.ticketListed, { value }, 'primary'), [
    had > 0 && `${hadWords(had, ticketsOf(list))}, and ${had === 1 ? 'is' : 'are'} left out.`,
    ...restWords(rest, 500),
    'It lists them all, and each thread links it. What becomes of each is told in its thread, not in the ticket.',
  ]);
};

const hasTicket = ({ actions: all }: Alert): boolean =>
  all.some(({ kind, state }) => kind === 'ticket' && state !== 'failed');

const ticketsOf = ({ alerts, groups }: AlertList): readonly string[] => [
  ...new Set(
    [...alerts, ...groups].flatMap(({ actions: all }) =>
      all.flatMap(({ kind, outcome }) => (kind === 'ticket' && outcome ? [outcome.id] : [])),
    ),
  ),
];

const mostTickets = 5;
const named = (tickets: readonly string[]): string =>
  tickets
    .slice(0, mostTickets)
    .map((one) => inline(one, 40))
    .join(', ');

const hadWords = (had: number, tickets: readonly string[]): string => {
  const verb = had === 1 ? 'has' : 'have';
  const which = `${named(tickets)}${tickets.length > mostTickets ? ' …' : ''}`;
  return `${had.toLocaleString('en')} ${verb} a ticket already, or one is being raised${which === '' ? '' : ` (${which})`}`;
};

const nothingLeft = (where: ListPlace, tickets: readonly string[]): Message => {
  const which = named(tickets);
  return plainMessage(
    `🎫 Every alert ${whereWords(where)} has a ticket, or one is being raised${which === '' ? '' : `: ${which}`}. No other was made.`,
  );
};

/** What became of the click. */
export const ticketListedAnswer = (where: ListPlace, outcome: ListOutcome): Message => {
  if (!outcome.ok) return refusedAlertAnswer(outcome);
  if (!outcome.changed) return nothingLeft(where, outcome.tickets);
  const { count, had, tickets } = outcome;
  const many = counted(count, 'thread');
  const rest = had > 0 ? `\n${hadWords(had, tickets)}: left as ${had === 1 ? 'it is' : 'they are'}.` : '';
  return plainMessage(
    `🎫 One ticket ${whereWords(where)} is being raised. Its key appears in ${many}.${rest}`,
  );
};
