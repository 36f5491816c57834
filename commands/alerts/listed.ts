import type { Alert } from '../../src/alerts/model/alert.ts';
import type { AlertList } from '../../src/alerts/model/command.ts';
import { hadFired } from '../../src/alerts/model/membership.ts';
import { groupsWith } from '../../src/alerts/ports/queries.ts';
import { readAll } from '../../src/alerts/ports/read-all.ts';
import type { AlertReads } from '../../src/alerts/ports/seen.ts';
import type { Person } from '../../src/core/person.ts';
import { type ListPlace, readDigestWords } from '../../views/ids.ts';
import { mostUrgentFirst } from '../../views/messages/alerts/list.ts';
import { parseSlashWords } from '../parse/slash-words.ts';
import { type CommandDeps, fromRecords } from '../shared/deps.ts';
import { readsFor } from '../shared/reads.ts';
import { conditionOf } from './conditions.ts';

/** What is left is said, and taken by the next click. */
export const mostAtOnce = 500;

/** A list that people see and ask something for, read from the records again. */
export interface Listed {
  /** The records as far as whoever asks sees them. */
  readonly reads: AlertReads;
  /** Those that fire and fit, the most urgent first. */
  readonly alerts: readonly Alert[];
  /** There are more on record than were looked at. */
  readonly more: boolean;
  /** In plain words, for records. */
  readonly of: string;
  /** The same for people. */
  readonly where: ListPlace;
  /** Labels that it was asked for by, with one value each. */
  readonly named: readonly string[];
}

/**
 * The alerts behind the button of a list, which carries words and no alert: those of a filter, or of a digest. As they
 * were listed at `asOf`: what was taken since then is still among them. Undefined: no list, or one of everything.
 */
export const readListed = async (
  deps: CommandDeps,
  words: string,
  by: Person,
  asOf: number,
): Promise<Listed | undefined> => {
  const reads = await readsFor(deps, () => by);
  const channel = readDigestWords(words);
  if (channel !== undefined) return waitingIn(deps, reads, channel, asOf);
  const asked = parseSlashWords(words);
  if (asked.kind !== 'list' || asked.filters === '' || asked.filter.status !== 'firing') return undefined;
  const { unacked, ...besides } = asked.besides;
  const asListed = conditionOf(besides, by.id, asOf);
  const fits = (alert: Alert): boolean =>
    asListed(alert) && (!unacked || alert.ack === undefined || alert.ack.at > asOf);
  const { alerts, next } = await fromRecords(deps, readAll(reads, { ...asked.filter, fits }));
  const equal = besides.matchers.flatMap(({ name, operator }) => (operator === '=' ? [name] : []));
  return {
    reads,
    alerts: mostUrgentFirst(alerts, deps.view()),
    more: next !== undefined,
    of: asked.filters,
    where: { filters: asked.filters },
    named: [...Object.keys(asked.filter.labels ?? {}), ...equal],
  };
};

/** What waits for its thread in a channel, or did when the person was asked; with the members of groups that do. */
const waitingIn = async (
  deps: CommandDeps,
  reads: AlertReads,
  channel: string,
  asOf: number,
): Promise<Listed> => {
  const here = (alert: Alert): boolean => (alert.memberOf?.channel ?? alert.channel) === channel;
  const { alerts, next } = await fromRecords(deps, readAll(reads, { status: 'firing', fits: here }));
  const groups = await fromRecords(deps, groupsWith(reads, alerts));
  const waits = alerts.filter((alert) => {
    const group = alert.memberOf && groups.get(alert.memberOf.group);
    return waited(alert, asOf) || (group !== undefined && waited(group, asOf));
  });
  return {
    reads,
    alerts: mostUrgentFirst(waits, deps.view()),
    more: next !== undefined,
    of: `waiting for their threads in ${channel}`,
    where: { waitingIn: channel },
    named: [],
  };
};

const waited = ({ thread }: Alert, asOf: number): boolean =>
  thread.state === 'wanted' ||
  thread.state === 'posting' ||
  (thread.state === 'open' && Number(thread.ts) * 1000 > asOf);

/** The same as one thing is asked for all of it: what had fired when the person was asked, with its groups. */
export const asAlertList = async (
  deps: CommandDeps,
  { reads, alerts, of, named }: Listed,
  asOf: number,
  first?: string,
): Promise<AlertList> => {
  const seen = alerts.filter((alert) => hadFired(alert, asOf)).slice(0, mostAtOnce);
  const groups = await fromRecords(deps, groupsWith(reads, seen));
  return { of, named, alerts: seen, groups: [...groups.values()], ...(first !== undefined && { first }) };
};
