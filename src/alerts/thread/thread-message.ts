import { type JournalEntry, ownLine } from '../../core/journal.ts';
import { given } from '../../core/json.ts';
import type { EventReason } from '../../core/reasons.ts';
import { journalWords } from '../../delivery/journal-words.ts';
import type { Happened, MessageChange, MessageState } from '../../delivery/message.ts';
import { lateBy } from '../../delivery/timing.ts';
import { remark } from '../messages/remarks.ts';
import type { Alert, Thread } from '../model/alert.ts';
import { addNote } from '../model/notes.ts';

const words = journalWords.alert;

/** The next record, and what its store writes besides. */
export interface Applied {
  readonly alert: Alert;
  readonly journal: readonly JournalEntry[];
  /** The event whose outcome is now known, and what it is. */
  readonly settles?: { readonly event: string; readonly reason: EventReason };
}

/** What is known of an alert's root, as every message is delivered; undefined: its route asks for none. */
export const threadMessage = ({ channel, thread }: Alert): MessageState | undefined => {
  switch (thread.state) {
    case 'none':
      return undefined;
    case 'wanted':
      return given({ state: thread.state, channel, retryAt: thread.retryAt });
    case 'posting': {
      const { since, claim, firstClaim: first, retryAt: lookAt, unanswered } = thread;
      const posting = given({ through: 0, since, claim, first, lookAt, unanswered });
      return { state: 'posting', channel, posting };
    }
    case 'open': {
      const { at, possibleDuplicate: _, lookAgain, lookFrom = at, ...open } = thread;
      const doubt = { since: lookFrom, looks: 0 };
      return { ...open, channel, ...(lookAgain !== undefined && { showAgainAt: lookAgain + lateBy, doubt }) };
    }
    case 'folded':
    case 'failed':
      return { state: 'failed', channel };
    default:
      return thread satisfies never;
  }
};

/** The record with its thread as it is now known, and what that means to the alert: journal, notes, and its event. */
export const withThread = (alert: Alert, { message, happened }: MessageChange, now: number): Applied => {
  const { thread } = alert;
  const next: Alert = {
    ...alert,
    channel: message.channel,
    thread: stored(thread, message, happened, now),
  };
  const wrote = (changed: Alert, what?: string, why?: string): Applied => ({
    alert: changed,
    journal: what === undefined ? [] : [ownLine(now, what, why)],
  });
  const settling = (applied: Applied, reason: EventReason): Applied =>
    (thread.state === 'wanted' || thread.state === 'posting') && thread.event !== ''
      ? { ...applied, settles: { event: thread.event, reason } }
      : applied;
  const unsaid = (through: number): Alert => ({
    ...next,
    notes: alert.notes.filter(({ n }) => n > through),
  });
  switch (happened?.what) {
    case undefined:
    case 'put_off':
    case 'shown':
      return wrote(next);
    case 'claimed_again': {
      if (next.thread.state !== 'posting') return wrote(next);
      const why = remark({ code: 'post_again', attempt: next.thread.attempt });
      return wrote(next, words.claimed_again, why);
    }
    case 'perhaps_posted':
      return thread.state === 'posting' ? wrote(next, words.perhaps_posted, happened.error) : wrote(next);
    case 'opened': {
      const { channel, ts } = happened.message;
      return settling(wrote(next, words.opened, `${channel} ${ts}`), 'thread_open');
    }
    case 'replied':
      return wrote(unsaid(happened.through));
    case 'reply_refused':
      return wrote(unsaid(happened.through), words.reply_refused, happened.error);
    case 'stays':
      // Said once: from then on people read in the thread what its first message does not show.
      if (happened.told) return wrote(next);
      return wrote(
        addNote(next, { kind: 'root_stays', at: now, text: happened.error }),
        words.stays,
        happened.error,
      );
    case 'gone':
      return wrote({ ...next, notes: [] }, words.gone, happened.error);
    case 'refused': {
      const { from, error, to } = happened;
      const why = remark({ code: 'refused', from, error, to });
      if (to === undefined) return settling(wrote(next, 'undeliverable', why), 'undeliverable');
      return wrote(next, words.refused, why);
    }
    case 'duplicate':
      return wrote(next, words.duplicate, happened.message.ts);
    case 'duplicates_left':
      return wrote(next, words.duplicates_left);
    case 'repaired':
      return wrote(next, words.repaired);
    default:
      return happened satisfies never;
  }
};

/** Under the names that records have. */
const stored = (
  before: Thread,
  message: MessageState,
  happened: Happened | undefined,
  now: number,
): Thread => {
  const { state, posting, retryAt } = message;
  const event = before.state === 'wanted' || before.state === 'posting' ? before.event : '';
  if (state === 'wanted') {
    const since =
      before.state === 'posting' ? before.firstClaim : before.state === 'wanted' ? before.since : now;
    return given({ state, since, event, retryAt });
  }
  if (state === 'posting' && posting) {
    const { since, claim, first: firstClaim = since, lookAt, unanswered } = posting;
    const tried = before.state === 'posting' ? before.attempt : 0;
    const attempt = before.state === 'posting' && before.claim === claim ? tried : tried + 1;
    return given({ state, since, event, attempt, firstClaim, claim, retryAt: lookAt, unanswered });
  }
  if (state === 'open') return openThread(before, message, happened, now);
  const failed = happened?.what === 'gone' || happened?.what === 'refused';
  return failed ? { state: 'failed', at: now, reason: happened.error } : before;
};

const openThread = (
  before: Thread,
  { ts = '', shown = 'unknown', posting, retryAt, stays, showAgainAt, doubt }: MessageState,
  happened: Happened | undefined,
  now: number,
): Thread => {
  const at = before.state === 'open' ? before.at : now;
  const told = before.state === 'open' && before.possibleDuplicate && happened?.what !== 'repaired';
  const twice = happened?.what === 'duplicates_left' || (happened?.what === 'opened' && happened.unsure);
  const doubtful = showAgainAt !== undefined;
  return given({
    ...{ state: 'open', ts, at, shown, retryAt, stays },
    posting: posting && first(posting),
    possibleDuplicate: told || twice ? true : undefined,
    lookAgain: doubtful ? showAgainAt - lateBy : undefined,
    lookFrom: doubtful && doubt && doubt.since < at ? doubt.since : undefined,
  });
};

/** Of a first claim it goes without saying. */
const first = (posting: NonNullable<MessageState['posting']>) => {
  const { first: began, ...rest } = posting;
  return began === undefined || began === rest.since ? rest : posting;
};

/** Told in the digest of its channel; undefined when it has a thread by now, or fires. */
export const foldThread = (alert: Alert, digest: string, now: number): Applied | undefined => {
  const { thread, status } = alert;
  if (thread.state !== 'wanted' || status !== 'resolved') return undefined;
  return {
    alert: { ...alert, thread: { state: 'folded', at: now } },
    journal: [ownLine(now, 'folded', digest)],
    ...(thread.event !== '' && { settles: { event: thread.event, reason: 'folded' } }),
  };
};
