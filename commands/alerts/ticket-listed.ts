import type { Person } from '../../src/core/person.ts';
import type { Message } from '../../views/blocks.ts';
import { ticketListedAnswer, ticketQuestion } from '../../views/messages/alerts/ticket-listed.ts';
import { strangeButtonAnswer } from '../../views/messages/answers.ts';
import { type CommandDeps, fromRecords } from '../shared/deps.ts';
import { asAlertList, mostAtOnce, readListed } from './listed.ts';

/** Says for how many alerts one ticket would be raised, and which, before it is. */
export const askForTicket = async (deps: CommandDeps, words: string, by: Person): Promise<Message> => {
  const asOf = deps.now();
  const listed = await readListed(deps, words, by, asOf);
  if (!listed) return strangeButtonAnswer();
  const list = await asAlertList(deps, listed, asOf);
  const rest = { count: Math.max(0, listed.alerts.length - mostAtOnce), more: listed.more };
  return ticketQuestion({ list, rest, where: listed.where, words, asOf });
};

/** One ticket for what had fired when the question was asked. A second click finds the same one. */
export const ticketForListed = async (
  deps: CommandDeps,
  { words, asOf, first }: { readonly words: string; readonly asOf: number; readonly first: string },
  by: Person,
): Promise<Message> => {
  const listed = await readListed(deps, words, by, asOf);
  if (!listed) return strangeButtonAnswer();
  const list = await asAlertList(deps, listed, asOf, first);
  const outcome = await fromRecords(deps, deps.alerts.applyToAll(list, { verb: 'ticket' }, by));
  const ended = outcome.ok ? (outcome.changed ? 'done' : 'already so') : outcome.code;
  deps.log.info({ user: by.id, list: list.of, verb: 'ticket', ended }, 'list command');
  return ticketListedAnswer(listed.where, outcome);
};
