import type { Alert, AlertId } from '../../src/alerts/model/alert.ts';
import type { AlertOutcome } from '../../src/alerts/model/command.ts';
import { hadFired } from '../../src/alerts/model/membership.ts';
import { groupsWith } from '../../src/alerts/ports/queries.ts';
import type { AlertReads } from '../../src/alerts/ports/seen.ts';
import { StoreUnavailable, UnreadableRecord } from '../../src/core/errors.ts';
import type { Person } from '../../src/core/person.ts';
import type { Message } from '../../views/blocks.ts';
import {
  type LeftBecause,
  listedAnswer,
  listedQuestion,
} from '../../views/messages/alerts/acknowledge-listed.ts';
import { strangeButtonAnswer } from '../../views/messages/answers.ts';
import { shownState } from '../../views/words.ts';
import { type CommandDeps, fromRecords } from '../shared/deps.ts';
import { type Listed, mostAtOnce, readListed } from './listed.ts';

/** Written side by side. */
const together = 20;

/** Says how many of a list would be acknowledged, and which, before any is. */
export const askForListed = async (deps: CommandDeps, words: string, by: Person): Promise<Message> => {
  const asOf = deps.now();
  const found = await nobodysOf(deps, words, by, asOf);
  if (!found) return strangeButtonAnswer();
  const alerts = found.alerts.slice(0, mostAtOnce);
  const rest = { count: found.alerts.length - alerts.length, more: found.more };
  return listedQuestion({ alerts, rest, where: found.where, words, asOf });
};

/** Acknowledges what had fired when the question was asked, each with its own entry on record. */
export const acknowledgeListed = async (
  deps: CommandDeps,
  { words, asOf }: { readonly words: string; readonly asOf: number },
  by: Person,
): Promise<Message> => {
  const found = await nobodysOf(deps, words, by, asOf);
  if (!found) return strangeButtonAnswer();
  const seen = found.alerts.filter((alert) => hadFired(alert, asOf));
  const chosen = seen.slice(0, mostAtOnce);
  const targets = await targetsOf(deps, found.reads, chosen, found.alerts);
  const { done, left } = await applyAll(deps, targets, asOf, by);
  left.set('fired_since', (left.get('fired_since') ?? 0) + found.alerts.length - seen.length);
  left.set('too_many', seen.length - chosen.length);
  deps.log.info({ user: by.id, list: found.of, done, left: Object.fromEntries(left) }, 'list command');
  return listedAnswer({ where: found.where, done, left, more: found.more });
};

/**
 * What fires, fits, and is nobody's, from the records; undefined: no list, or one of everything. With it what the same
 * person took since the question: a second click then says the same as the first.
 */
const nobodysOf = async (
  deps: CommandDeps,
  words: string,
  by: Person,
  asOf: number,
): Promise<Listed | undefined> => {
  const listed = await readListed(deps, words, by, asOf);
  if (!listed) return undefined;
  const { now } = deps.view();
  const alerts = listed.alerts.filter(
    (alert) => shownState(alert, now) === 'firing' || isTakenBy(alert, by.id, asOf),
  );
  return { ...listed, alerts };
};

const isTakenBy = ({ ack }: Alert, user: string, since: number): boolean =>
  ack?.by.id === user && ack.at > since;

/** One record to write, and how many of the list it stands for. */
interface Target {
  readonly id: AlertId;
  readonly count: number;
}

/**
 * A group of which the list has all that is nobody's is acknowledged as a whole, as its own button does: its members
 * get it from there, and its thread tells of it once. Of any other group only those that are listed are.
 */
const targetsOf = async (
  deps: CommandDeps,
  reads: AlertReads,
  chosen: readonly Alert[],
  listed: readonly Alert[],
): Promise<readonly Target[]> => {
  const groups = await fromRecords(deps, groupsWith(reads, chosen));
  const whole = new Map<string, Target>();
  for (const [fingerprint, { id, group }] of groups) {
    const isFree = ({ memberOf, ack }: Alert): boolean => memberOf?.group === fingerprint && !ack;
    const count = chosen.filter(isFree).length;
    const all = listed.filter(isFree).length;
    if (group && count > 0 && count === all && count + group.acknowledged >= group.firing) {
      whole.set(fingerprint, { id, count });
    }
  }
  const single = chosen.filter(({ memberOf, ack }) => ack || !memberOf || !whole.has(memberOf.group));
  return [...whole.values(), ...single.map(({ id }) => ({ id, count: 1 }))];
};

interface Applied {
  readonly done: number;
  readonly left: Map<LeftBecause, number>;
}

/** Once the records do not answer, nothing more is tried: whoever asked is told how many are left. */
const applyAll = async (
  deps: CommandDeps,
  targets: readonly Target[],
  firedBy: number,
  by: Person,
): Promise<Applied> => {
  let done = 0;
  const left = new Map<LeftBecause, number>();
  for (let at = 0; at < targets.length; at += together) {
    const batch = targets.slice(at, at + together);
    const away = left.has('unwritten');
    const ended = await Promise.all(
      batch.map(({ id }) => (away ? 'unwritten' : applyOne(deps, id, firedBy, by))),
    );
    for (const [i, { count }] of batch.entries()) {
      const how = ended[i] ?? 'unwritten';
      if (how === 'done') done += count;
      else left.set(how, (left.get(how) ?? 0) + count);
    }
  }
  return { done, left };
};

const applyOne = async (
  deps: CommandDeps,
  id: AlertId,
  firedBy: number,
  by: Person,
): Promise<'done' | LeftBecause> => {
  try {
    return endOf(await fromRecords(deps, deps.alerts.apply(id, { verb: 'acknowledge', firedBy }, by)));
  } catch (error) {
    if (error instanceof StoreUnavailable) return 'unwritten';
    if (error instanceof UnreadableRecord) return 'unreadable';
    throw error;
  }
};

const endOf = (outcome: AlertOutcome): 'done' | LeftBecause => {
  // Unchanged: they have it, of another click.
  if (outcome.ok) return 'done';
  switch (outcome.code) {
    case 'acknowledged':
    case 'fired_since':
    case 'not_allowed':
      return outcome.code;
    default:
      return 'over';
  }
};
