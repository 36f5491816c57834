/** What came of a look-up or a call to Slack, put on the newest record. Undefined: it no longer applies. */

import type { JournalEntry } from '../../core/journal.ts';
import type { PostedMessage } from '../../delivery/slack-result.ts';
import { type Pending, pendingOf } from '../model/approval.ts';
import type { Rebuild } from '../model/rebuild.ts';
import { line, type Transition } from '../model/transition.ts';
import { closingOf } from './decide-approvers.ts';
import type { ApproverClosing, ApproverMessage, Approvers, MayApprove } from './message.ts';

/** Closed messages that are still known, so that a lapse can be told in them. */
const closedAtMost = 60;
/** People named on the card. */
const namedAtMost = 12;
/** Longer than nearly every call that was given up is still on its way; ms. */
const lateBy = 60_000;
/** From one look at what may have come late to the next; ms. */
const looksAgainAfter: readonly number[] = [600_000, 3_600_000];

/** Who may approve what waits: on the record, and one message wanted for each, once for each wish. */
export const lookedUp = (
  rebuild: Rebuild,
  asked: Pending,
  found: MayApprove,
  most: number,
  now: number,
): Transition | undefined => {
  const pending = pendingOf(rebuild);
  if (pending?.wish !== asked.wish) return undefined;
  const askers = new Set(pending.askers.map(({ id }) => id));
  const people = found.people.filter((id) => !askers.has(id));
  const untold = most === 0 ? 'off' : people.length > most ? 'many' : undefined;
  const approvers: Approvers = {
    wish: pending.wish,
    at: now,
    people: people.slice(0, Math.max(namedAtMost, most)),
    count: people.length,
    roles: found.roles,
    unknown: found.unknown,
    ...(untold && { untold }),
  };
  const { messages = [], messageCount = 0 } = rebuild;
  const told = new Set(
    messages.filter(({ wish, closing }) => wish === pending.wish && !closing).map(({ user }) => user),
  );
  const fresh = untold ? [] : people.filter((id) => !told.has(id));
  const added = fresh.map(
    (user, i): ApproverMessage => ({
      n: messageCount + i + 1,
      user,
      wish: pending.wish,
      ...(pending.unconfirmed && { confirms: true }),
      at: now,
      state: 'wanted',
    }),
  );
  const next: Rebuild = {
    ...rebuild,
    approvers,
    ...(added.length > 0 && {
      messages: [...messages, ...added],
      messageCount: messageCount + added.length,
    }),
  };
  const before = rebuild.approvers;
  const same = before?.wish === approvers.wish && before.people.join() === approvers.people.join();
  return { rebuild: next, journal: same ? [] : [line(now, 'farmhand', 'approvers', inWords(approvers))] };
};

const inWords = ({ people, count, unknown, untold }: Approvers): string =>
  [
    count === 0 ? 'nobody can approve it' : `${count} could approve it: ${people.join(', ')}`,
    ...(untold === undefined ? [] : [untold === 'off' ? 'not told (config)' : 'too many to tell']),
    ...(unknown.length > 0 ? [`not known: ${unknown.join(', ')}`] : []),
  ].join('; ');

const edited = (
  rebuild: Rebuild,
  n: number,
  change: (message: ApproverMessage) => ApproverMessage | undefined,
  ...journal: readonly JournalEntry[]
): Transition | undefined => {
  const { messages = [] } = rebuild;
  const before = messages.find((message) => message.n === n);
  const after = before && change(before);
  if (!before || !after) return undefined;
  const next = messages.map((message) => (message === before ? after : message));
  return { rebuild: { ...rebuild, messages: tidied(next) }, journal };
};

const tidied = (messages: readonly ApproverMessage[]): readonly ApproverMessage[] => {
  const surplus = messages.filter(({ closing }) => closing).length - closedAtMost;
  let dropped = 0;
  return messages.filter(({ closing }) => !closing || dropped++ >= surplus);
};

const without = (
  message: ApproverMessage,
  ...names: readonly ('posting' | 'tries' | 'retryAt' | 'error' | 'healAt' | 'heals')[]
): ApproverMessage => {
  const rest = { ...message };
  for (const name of names) delete rest[name];
  return rest;
};

export const dropped = (rebuild: Rebuild, n: number): Transition | undefined => {
  const { messages = [] } = rebuild;
  const left = messages.filter((message) => message.n !== n || message.state !== 'wanted');
  return left.length === messages.length
    ? undefined
    : { rebuild: { ...rebuild, messages: left }, journal: [] };
};

/** Only what is still asked of this person is claimed. */
export const claimMessage = (
  rebuild: Rebuild,
  n: number,
  claim: { readonly id: string; readonly channel: string; readonly timeout: number },
  now: number,
): Transition | undefined =>
  edited(rebuild, n, (message) => {
    const asks = closingOf(rebuild, pendingOf(rebuild), message) === undefined;
    if (message.state !== 'wanted' || message.posting || !asks) return undefined;
    const first = message.healAt === undefined ? now : message.at;
    const posting = { claim: claim.id, since: now, first, lookAt: now + claim.timeout };
    return { ...message, state: 'posting', channel: claim.channel, posting };
  });

/** It is there. `shown`: what it was rendered from; another word when it was found. */
export const messagePosted = (
  rebuild: Rebuild,
  n: number,
  { channel, ts }: PostedMessage,
  shown: string,
  now: number,
): Transition | undefined =>
  edited(
    rebuild,
    n,
    (message) =>
      message.state === 'open'
        ? undefined
        : { ...without(message, 'posting', 'tries', 'retryAt', 'error'), state: 'open', channel, ts, shown },
    line(now, 'farmhand', 'approver_told', messageOfUser(rebuild, n)),
  );

const messageOfUser = ({ messages = [] }: Rebuild, n: number): string =>
  messages.find((message) => message.n === n)?.user ?? '';

/** Surely not posted, or looked for and not there: once more, later. */
export const notThere = (
  rebuild: Rebuild,
  n: number,
  claim: string,
  why: { readonly retryAt: number; readonly error?: string; readonly lost?: true },
  now: number,
): Transition | undefined =>
  edited(rebuild, n, (message) => {
    if (message.posting?.claim !== claim) return undefined;
    return {
      ...without(message, 'posting', 'error'),
      state: 'wanted',
      retryAt: why.retryAt,
      tries: (message.tries ?? 0) + 1,
      ...(why.error !== undefined && { error: why.error }),
      // Its answer was lost: it may come after all.
      ...(why.lost && { healAt: now + lateBy, heals: 0 }),
    };
  });

/** Perhaps posted. */
export const approverPostUnknown = (
  rebuild: Rebuild,
  n: number,
  claim: string,
  lookAt: number,
  looks = 0,
): Transition | undefined =>
  edited(rebuild, n, (message) =>
    message.posting?.claim === claim
      ? { ...message, posting: { ...message.posting, lookAt, looks } }
      : undefined,
  );

/** Slack does not let farmhand tell this person. */
export const messageFailed = (
  rebuild: Rebuild,
  n: number,
  error: string,
  now: number,
): Transition | undefined =>
  edited(
    rebuild,
    n,
    (message) => ({ ...without(message, 'posting', 'retryAt'), state: 'failed', error }),
    line(now, 'farmhand', 'approver_not_told', `${messageOfUser(rebuild, n)}: ${error}`),
  );

/** Not now: Slack is away, or wants to be left alone. */
export const later = (rebuild: Rebuild, n: number, retryAt: number, error: string): Transition | undefined =>
  edited(rebuild, n, (message) => ({ ...message, retryAt, error, tries: (message.tries ?? 0) + 1 }));

/** An update that was given up: it may come after a newer one. */
export const updateUnknown = (
  rebuild: Rebuild,
  n: number,
  retryAt: number,
  now: number,
): Transition | undefined =>
  edited(rebuild, n, (message) => ({
    ...message,
    ...{ retryAt, healAt: now + lateBy, heals: 0, tries: (message.tries ?? 0) + 1 },
  }));

/** It shows that now. `error`: Slack refuses to change it; what it shows is older, and its button approves nothing. */
export const messageShown = (
  rebuild: Rebuild,
  n: number,
  shown: string,
  closing: ApproverClosing | undefined,
  error?: string,
): Transition | undefined =>
  edited(rebuild, n, (message) => ({
    ...without(message, 'tries', 'retryAt', 'error'),
    shown,
    ...(closing && { closing }),
    ...(error !== undefined && { error }),
  }));

/** One copy is left: it is shown once more, and looked at again later, up to an hour after. */
export const approverRepaired = (rebuild: Rebuild, n: number, now: number): Transition | undefined =>
  edited(rebuild, n, (message) => {
    const { heals = 0 } = message;
    const next = looksAgainAfter[heals];
    const rest = without(message, 'healAt', 'heals', 'tries', 'retryAt', 'error');
    const again = next === undefined ? {} : { healAt: now + next, heals: heals + 1 };
    return { ...rest, shown: 'healed', ...again };
  });
