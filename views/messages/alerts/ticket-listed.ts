import type { Alert } from '../../../src/alerts/model/alert.ts';
import type { AlertList, ListOutcome } from '../../../src/alerts/model/command.ts';
import { counted } from '../../../src/core/text.ts';
import { actions, button, context, type Message, section } from '../../blocks.ts';
import { inline } from '../../escape.ts';
import { actionIds, blockIds, type ListPlace, ticketListedValue } from '../../ids.ts';
import { alertRefusalWords } from './command-answer.ts';
import { namedAlerts, whereWords } from './list-place.ts';

export interface TicketQuestion {
  readonly list: AlertList;
  /** Those that are beyond what is done at once; `more`: some were not even looked at. */
  readonly rest: { readonly count: number; readonly more: boolean };
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
  return {
    text: title,
    blocks: [
      section(`*${title}*\n${namedAlerts(free)}`),
      actions(blockIds.listButtons, [
        button(
          'Raise one ticket',
          actionIds.ticketListed,
          { value: ticketListedValue(asOf, standing(worst).id, words) },
          'primary',
        ),
      ]),
      ...context(
        had > 0 && `${hadWords(had, ticketsOf(list))}, and ${had === 1 ? 'is' : 'are'} left out.`,
        rest.count > 0 && `At most 500 at once: ${rest.count.toLocaleString('en')} more fit.`,
        rest.more && 'More are on record than were looked at.',
        'It lists them all, and each thread links it. What becomes of each is told in its thread, not in the ticket.',
      ),
    ],
  };
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
const hadWords = (had: number, tickets: readonly string[]): string => {
  const verb = had === 1 ? 'has' : 'have';
  const named = tickets.slice(0, mostTickets).map((one) => inline(one, 40));
  const which = `${named.join(', ')}${tickets.length > mostTickets ? ' …' : ''}`;
  return `${had.toLocaleString('en')} ${verb} a ticket already, or one is being raised${which === '' ? '' : ` (${which})`}`;
};

const nothingLeft = (where: ListPlace, tickets: readonly string[]): Message => {
  const named = tickets.slice(0, mostTickets).map((one) => inline(one, 40));
  const which = named.length > 0 ? `: ${named.join(', ')}` : '';
  const text = `🎫 Every alert ${whereWords(where)} has a ticket, or one is being raised${which}. No other was made.`;
  return { text, blocks: [section(text)] };
};

/** What became of the click. */
export const ticketListedAnswer = (where: ListPlace, outcome: ListOutcome): Message => {
  if (!outcome.ok) return said(`🚫 ${alertRefusalWords(outcome)}`);
  if (!outcome.changed) return nothingLeft(where, outcome.tickets);
  const { count, had, tickets } = outcome;
  const many = counted(count, 'thread');
  const rest = had > 0 ? `\n${hadWords(had, tickets)}: left as ${had === 1 ? 'it is' : 'they are'}.` : '';
  return said(`🎫 One ticket ${whereWords(where)} is being raised. Its key appears in ${many}.${rest}`);
};

const said = (text: string): Message => ({ text, blocks: [section(text)] });
