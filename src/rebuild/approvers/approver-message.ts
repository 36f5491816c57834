import { ownLine } from '../../core/journal.ts';
import { given } from '../../core/json.ts';
import { journalWords } from '../../delivery/journal-words.ts';
import type { MessageChange, MessageState } from '../../delivery/message.ts';
import { written } from '../messages/own-lines.ts';
import { pendingOf } from '../model/approval.ts';
import type { Rebuild } from '../model/rebuild.ts';
import { type Transition, writeOf } from '../model/transition.ts';
import { closingOf, shownWord } from './decide-approvers.ts';
import type { ApproverMessage } from './message.ts';
import { toldTo } from './reminders.ts';

const words = journalWords.approver;

/** Closed messages that are still known, so that a lapse can be told in them. */
const closedAtMost = 60;

export const messageNumber = ({ messages = [] }: Rebuild, n: number): ApproverMessage | undefined =>
  messages.find((message) => message.n === n);

/** What is known of a message, as every message is delivered. `opened`: where it goes, while it is not there. */
export const approverState = (message: ApproverMessage, opened = ''): MessageState => {
  const { at, channel = opened, posting, healAt, heals = 0 } = message;
  const { state, ts, shown, retryAt, tries } = message;
  return {
    ...given({ state, channel, ts, shown, retryAt, tries }),
    ...(posting && { posting: { ...posting, through: posting.through ?? 0 } }),
    ...(healAt !== undefined && { showAgainAt: healAt, doubt: { since: at, looks: heals } }),
  };
};

/** The record with this message as it is now known, and what that means: whether this person was told, and of what. */
export const withMessage = (
  rebuild: Rebuild,
  n: number,
  { message, happened }: MessageChange,
  { now, claimTimeout }: { readonly now: number; readonly claimTimeout: number },
): Transition => {
  const { messages = [] } = rebuild;
  const journal: Transition['journal'][number][] = [];
  const edit = (before: ApproverMessage): ApproverMessage => {
    const after = stored(before, message, claimTimeout);
    const { error: _, ...clean } = after;
    switch (happened?.what) {
      case 'opened':
        journal.push(ownLine(now, words.opened, toldTo(before)));
        return clean;
      case 'replied':
        return { ...clean, reminded: Math.max(before.reminded ?? 0, happened.through) };
      case 'reply_refused':
        return { ...after, reminded: happened.through, error: happened.error };
      case 'refused':
        journal.push(written({ code: words.refused, user: toldTo(before), error: happened.error }, now));
        return { ...after, error: happened.error };
      case 'put_off':
        return { ...after, error: happened.error };
      case 'shown': {
        const closing = closingOf(rebuild, pendingOf(rebuild), before);
        return {
          ...clean,
          // Only what it was rendered with: another one since is shown next.
          ...(closing && shownWord(rebuild, closing, before) === happened.content && { closing }),
          ...(happened.error !== undefined && { error: happened.error }),
        };
      }
      case 'repaired':
        return clean;
      default:
        return after;
    }
  };
  const next = messages.map((each) => (each.n === n ? edit(each) : each));
  return writeOf({ ...rebuild, messages: tidied(next) }, ...journal);
};

/** Under the names that records have. */
const stored = (
  before: ApproverMessage,
  { state, channel, ts, shown, posting, retryAt, tries, showAgainAt, doubt }: MessageState,
  claimTimeout: number,
): ApproverMessage => {
  const { n, user, wish, glass, reminded, confirms, at, closing, error } = before;
  return {
    ...given({ n, user, wish, glass, reminded, confirms, at, state, ts, shown }),
    ...given({ closing, tries, retryAt, error }),
    ...(channel !== '' && { channel }),
    ...(posting && {
      posting: given({
        claim: posting.claim,
        since: posting.since,
        first: posting.first ?? posting.since,
        lookAt: posting.lookAt ?? posting.since + claimTimeout,
        unanswered: posting.unanswered,
        through: posting.through === 0 ? undefined : posting.through,
      }),
    }),
    ...(showAgainAt !== undefined && { healAt: showAgainAt, heals: doubt?.looks ?? 0 }),
  };
};

const tidied = (messages: readonly ApproverMessage[]): readonly ApproverMessage[] => {
  const tooMany = messages.filter(({ closing }) => closing).length - closedAtMost;
  let left = 0;
  return messages.filter(({ closing }) => !closing || left++ >= tooMany);
};

/** Never sent, and not needed any more. */
export const dropped = (rebuild: Rebuild, n: number): Transition | undefined => {
  const { messages = [] } = rebuild;
  const left = messages.filter((message) => message.n !== n || message.state !== 'wanted');
  return left.length === messages.length ? undefined : writeOf({ ...rebuild, messages: left });
};
