import type { DeliveryWork } from '../../delivery/next-step.ts';
import { grantsOf, hasTouched, type Pending, pendingOf } from '../model/approval.ts';
import type { Rebuild } from '../model/rebuild.ts';
import { unreviewedOf } from '../model/rules/controlled.ts';
import type { ApproverClosing, ApproverMessage } from './message.ts';
import { reminderDue, reviewReminderAt, toldTo } from './reminders.ts';

/** What is needed next so that those who may approve know what waits, and see no stale button. */
export type ApproverStep =
  | { readonly do: 'nothing' }
  /** ms */
  | { readonly do: 'wait'; readonly until: number }
  /** Who may approve it is not known, or not any more. */
  | { readonly do: 'who_may'; readonly pending: Pending }
  /** A glass was broken: the approvers’ channel hears of it. */
  | { readonly do: 'ask_review' }
  /** Nobody has reviewed it for long. */
  | { readonly do: 'remind_review' }
  /** Never sent, and not needed any more. */
  | { readonly do: 'drop'; readonly message: ApproverMessage }
  /** Open the direct message with this person, then post. */
  | { readonly do: 'send'; readonly message: ApproverMessage }
  | { readonly do: 'deliver'; readonly message: ApproverMessage; readonly step: DeliveryWork };

const minute = 60_000;

/** Who may approve is looked up again after this: people join roles and leave them. ms */
const lookAgainAfter = { known: 15 * minute, nobody: 5 * minute, unknown: minute } as const;

/** Pure: the most urgent step. Everything is tried by itself: no person waits for another one’s message. */
export const decideApprovers = (rebuild: Rebuild, now: number): ApproverStep => {
  const all = stepsOf(rebuild);
  const due = all.find(({ at }) => at <= now);
  if (due) return due.step;
  const next = Math.min(...all.map(({ at }) => at));
  return Number.isFinite(next) ? { do: 'wait', until: next } : { do: 'nothing' };
};

/** When there is something to do; undefined: not before something changes. ms */
export const approversDueAt = (rebuild: Rebuild): number | undefined => {
  const times = stepsOf(rebuild).map(({ at }) => at);
  return times.length === 0 ? undefined : Math.min(...times);
};

interface Timed {
  readonly at: number;
  readonly step: ApproverStep;
}

const stepsOf = (rebuild: Rebuild): readonly Timed[] => {
  const { messages = [] } = rebuild;
  const pending = pendingOf(rebuild);
  const unasked = unreviewedOf(rebuild).some(({ n }) => n > (rebuild.unreviewed?.asked ?? 0));
  const remind = unasked ? undefined : reviewReminderAt(rebuild);
  const look = pending && lookUpAt(rebuild, pending);
  return [
    ...(unasked ? [{ at: 0, step: { do: 'ask_review' as const } }] : []),
    ...(remind === undefined ? [] : [{ at: remind, step: { do: 'remind_review' as const } }]),
    ...(pending && look !== undefined ? [{ at: look, step: { do: 'who_may' as const, pending } }] : []),
    ...messages.flatMap((message) => stepOf(rebuild, pending, message) ?? []),
  ];
};

const lookUpAt = ({ approvers, messages = [] }: Rebuild, { wish }: Pending): number => {
  if (approvers?.wish !== wish) return 0;
  const { at, unknown, count, people, untold, channels = [] } = approvers;
  // The same was asked for before, and decided: it is told once more.
  const told = messages.flatMap((message) =>
    message.wish === wish && !message.closing ? [toldTo(message)] : [],
  );
  if ([...(untold === undefined ? people : []), ...channels].some((id) => !told.includes(id))) return 0;
  const why = unknown.length > 0 ? 'unknown' : count === 0 ? 'nobody' : 'known';
  return at + lookAgainAfter[why];
};

const stepOf = (
  rebuild: Rebuild,
  pending: Pending | undefined,
  message: ApproverMessage,
): Timed | undefined => {
  const { state, posting, retryAt = 0, healAt, ts = '' } = message;
  if (state === 'failed') return undefined;
  const delivered = (at: number, work: DeliveryWork): Timed => ({
    at: Math.max(at, retryAt),
    step: { do: 'deliver', message, step: work },
  });
  const target = closingOf(rebuild, pending, message);
  // What it shows does not wait for a reminder whose answer was lost.
  const behind = state === 'open' && shownWord(rebuild, target, message) !== message.shown;
  if (posting && !behind)
    return delivered(posting.lookAt, {
      do: 'look_up',
      posting: { ...posting, through: posting.through ?? 0 },
    });
  if (state === 'wanted') {
    return target === undefined
      ? { at: Math.max(retryAt, cardComesBy(rebuild)), step: { do: 'send', message } }
      : { at: 0, step: { do: 'drop', message } };
  }
  if (behind) return delivered(0, { do: 'update', ts });
  if (target === undefined && reminderDue(rebuild, message)) return delivered(0, { do: 'reply' });
  return healAt === undefined ? undefined : delivered(healAt, { do: 'repair', ts, doubt: healAt });
};

/** A message leads to the card: it waits this long for the card to be posted, and not longer; ms. */
const cardGrace = 10_000;

const cardComesBy = ({ card, at }: Rebuild): number =>
  card.state === 'wanted' || card.state === 'posting' ? at + cardGrace : 0;

/** What a message shows, as one short word: equal words are equal messages. */
export const shownWord = (
  rebuild: Rebuild,
  closing: ApproverClosing | undefined,
  message?: ApproverMessage,
): string => {
  if (closing) return `${closing.how} ${closing.at}`;
  const card = rebuild.card.ts ?? '';
  const glass = message && glassOf(rebuild, message);
  if (glass) return `${glass.did.length} ${glass.endedAt ?? 'open'} ${glass.task?.key ?? ''} ${card}`;
  return `${pendingOf(rebuild)?.hash.slice(0, 32) ?? ''} ${card}`;
};

const glassOf = ({ glass = [] }: Rebuild, message: ApproverMessage) =>
  message.glass === undefined ? undefined : glass.find(({ n }) => n === message.glass);

/**
 * Why a message asks no more; undefined while it still does. From the record alone, and what a message was closed with
 * stays, unless its approval has lapsed since.
 */
export const closingOf = (
  rebuild: Rebuild,
  pending: Pending | undefined,
  message: ApproverMessage,
): ApproverClosing | undefined => {
  const { closing } = message;
  if (closing) return lapsedSince(rebuild, closing) ?? closing;
  if (message.glass !== undefined) {
    const review = glassOf(rebuild, message)?.review;
    return review && { how: 'reviewed', ...review };
  }
  if (pending?.wish === message.wish) return isTheirs(rebuild, message) ? undefined : notTheirs(rebuild);
  return decidedBy(rebuild, message) ?? endedBy(rebuild) ?? { how: 'replaced', at: replacedAt(rebuild) };
};

/** In doubt it is: the click is checked anyway. */
const isTheirs = ({ approvers }: Rebuild, { wish, user, channel = '' }: ApproverMessage): boolean => {
  if (approvers?.wish !== wish) return true;
  if (user === undefined) return approvers.channels?.includes(channel) === true;
  return approvers.people.includes(user) || approvers.unknown.length > 0 || approvers.untold !== undefined;
};

const notTheirs = ({ approvers, at }: Rebuild): ApproverClosing => ({
  how: 'not_theirs',
  at: approvers?.at ?? at,
});

const lapsedSince = (rebuild: Rebuild, closing: ApproverClosing): ApproverClosing | undefined => {
  if (closing.how !== 'approved' || rebuild.approval || rebuild.phase !== 'running' || hasTouched(rebuild))
    return undefined;
  return { how: 'lapsed', by: closing.by, at: closing.at };
};

const decidedBy = (
  rebuild: Rebuild,
  { wish, at, confirms }: ApproverMessage,
): ApproverClosing | undefined => {
  const { approval, confirmed, withdrawn } = rebuild;
  if (approval?.wish === wish && grantsOf(rebuild))
    return { how: 'approved', by: approval.by, at: approval.at };
  if (confirms && confirmed && confirmed.at >= at)
    return { how: 'confirmed', by: confirmed.by, at: confirmed.at };
  return withdrawn && withdrawn.at >= at
    ? { how: 'withdrawn', by: withdrawn.by, at: withdrawn.at }
    : undefined;
};

const endedBy = ({ phase, end, endedAt, at }: Rebuild): ApproverClosing | undefined => {
  if (phase === 'running') return undefined;
  if (!end) return { how: 'ended', at: endedAt ?? at };
  return { how: 'ended', by: end.by, reason: end.reason, at: end.at };
};

/** Some time on the record that does not move by itself. */
const replacedAt = ({ plannedAt, approval, at }: Rebuild): number => plannedAt ?? approval?.at ?? at;
