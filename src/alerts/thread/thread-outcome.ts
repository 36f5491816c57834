import type { JournalEntry } from '../../core/journal.ts';
import type { EventReason } from '../../core/reasons.ts';
import type { PostedMessage } from '../../delivery/slack-result.ts';
import type { Alert } from '../model/alert.ts';
import { addNote } from '../model/notes.ts';

/**
 * What came of a step, as data. An outcome is applied to the newest record, whatever happened to it meanwhile:
 * what Slack shows is a fact, and the next decision closes the difference.
 */
export type ThreadOutcome =
  /** `over` is the lost claim that this one replaces. */
  | { readonly kind: 'claimed_root'; readonly claim: string; readonly over?: string }
  | {
      readonly kind: 'posted_root';
      readonly message: PostedMessage;
      readonly shown: string;
      readonly unsure?: true;
    }
  /** Surely not posted: the claim is given back. */
  | {
      readonly kind: 'root_not_posted';
      readonly claim: string;
      readonly retryAt: number;
      readonly error: string;
    }
  /** Perhaps posted: keep the claim, look at `retryAt`. `looked`: a look-up of it failed. */
  | {
      readonly kind: 'root_unknown';
      readonly claim: string;
      readonly retryAt: number;
      readonly error: string;
      readonly looked?: true;
    }
  | {
      readonly kind: 'root_refused';
      readonly claim: string;
      readonly error: string;
      readonly nextChannel?: string;
    }
  /** Before an update: should its outcome never come, nobody knows what is shown. */
  | { readonly kind: 'claimed_update'; readonly claim: string; readonly ts: string }
  /** Counts only while nobody has begun another update since. */
  | { readonly kind: 'updated_root'; readonly claim: string; readonly shown: string }
  | { readonly kind: 'root_gone'; readonly ts: string; readonly error: string }
  /** It is there, and Slack does not take this change of it: asked again when there is something else to show. */
  | {
      readonly kind: 'root_stays';
      readonly claim: string;
      readonly shown: string;
      readonly error: string;
    }
  /** `doubt`: an update that was given up may still arrive, and be older than what is shown then. */
  | { readonly kind: 'later'; readonly retryAt: number; readonly doubt?: true }
  /** For every note that is on record now. */
  | { readonly kind: 'claimed_notes'; readonly claim: string }
  /** `by` is who posted it now, and the message; absent when it was found. */
  | {
      readonly kind: 'posted_notes';
      readonly through: number;
      readonly by?: { readonly claim: string; readonly message: PostedMessage };
    }
  | { readonly kind: 'notes_not_posted'; readonly claim: string; readonly retryAt: number }
  | {
      readonly kind: 'notes_refused';
      readonly claim: string;
      readonly through: number;
      readonly error: string;
    }
  /** A message of ours that is one too many could not be removed: to be healed later. */
  | { readonly kind: 'surplus_left' }
  /** `doubt` is the `lookAgain` that was looked into. */
  | { readonly kind: 'healed'; readonly doubt: number }
  | { readonly kind: 'folded'; readonly digest: string }
  | { readonly kind: 'silence_expired' };

export interface Applied {
  readonly alert: Alert;
  readonly journal: readonly JournalEntry[];
  /** The event whose outcome is now known, and what it is. */
  readonly settles?: { readonly event: string; readonly reason: EventReason };
  /** A message of ours that is one too many: another one is on record. */
  readonly surplus?: PostedMessage;
}

type OpenThread = Extract<Alert['thread'], { state: 'open' }>;

/** Applies an outcome to the record; undefined when it no longer applies (nothing is written then). */
export const applyOutcome = (alert: Alert, outcome: ThreadOutcome, now: number): Applied | undefined => {
  const { thread } = alert;
  switch (outcome.kind) {
    case 'claimed_root':
      return claimRoot(alert, outcome, now);
    case 'posted_root':
      return postedRoot(alert, outcome, now);
    case 'root_not_posted':
    case 'root_unknown':
    case 'root_refused':
      return thread.state === 'posting' && thread.claim === outcome.claim
        ? rootFailed(alert, thread, outcome, now)
        : undefined;
    case 'claimed_update':
      return thread.state === 'open' && thread.ts === outcome.ts
        ? { alert: { ...alert, thread: claimUpdate(thread, outcome.claim, now) }, journal: [] }
        : undefined;
    case 'updated_root':
      return thread.state === 'open' && thread.shown === `${updating}${outcome.claim}`
        ? {
            alert: {
              ...alert,
              thread: { ...without(without(thread, 'retryAt'), 'stays'), shown: outcome.shown },
            },
            journal: [],
          }
        : undefined;
    case 'root_stays':
      return thread.state === 'open' && thread.shown === `${updating}${outcome.claim}`
        ? rootStays(alert, thread, outcome, now)
        : undefined;
    case 'root_gone':
      return thread.state === 'open' && thread.ts === outcome.ts
        ? {
            alert: { ...alert, notes: [], thread: { state: 'failed', at: now, reason: outcome.error } },
            journal: [line(now, 'root_gone', outcome.error)],
          }
        : undefined;
    case 'later':
      return thread.state === 'open' || thread.state === 'wanted'
        ? { alert: { ...alert, thread: putOff(thread, outcome, now) }, journal: [] }
        : undefined;
    case 'claimed_notes':
    case 'posted_notes':
    case 'notes_not_posted':
    case 'notes_refused':
      return thread.state === 'open' ? notesOutcome(alert, thread, outcome, now) : undefined;
    case 'surplus_left':
      return thread.state === 'open'
        ? {
            alert: { ...alert, thread: { ...thread, possibleDuplicate: true, lookAgain: now } },
            journal: [line(now, 'surplus_left')],
          }
        : undefined;
    case 'healed':
      return thread.state === 'open' && thread.lookAgain === outcome.doubt
        ? { alert: { ...alert, thread: healed(thread) }, journal: [line(now, 'healed')] }
        : undefined;
    case 'folded':
      return thread.state === 'wanted' && alert.status === 'resolved'
        ? {
            alert: { ...alert, thread: { state: 'folded', at: now } },
            journal: [line(now, 'folded', outcome.digest)],
            settles: { event: thread.event, reason: 'folded' },
          }
        : undefined;
    case 'silence_expired': {
      const { silence, ...rest } = alert;
      if (!silence || silence.until > now) return undefined;
      // What ended meanwhile was never told: it is looked for.
      const look = { at: silence.until, silenceEnded: true } as const;
      return {
        alert: alert.status === 'firing' ? { ...rest, look } : rest,
        journal: [line(now, 'silence_expired')],
      };
    }
    default:
      return outcome satisfies never;
  }
};

const claimRoot = (
  alert: Alert,
  outcome: Extract<ThreadOutcome, { kind: 'claimed_root' }>,
  now: number,
): Applied | undefined => {
  const { thread } = alert;
  const { claim } = outcome;
  if (thread.state === 'wanted' && outcome.over === undefined) {
    const { event } = thread;
    const posting = { state: 'posting', since: now, event, attempt: 1, firstClaim: now, claim } as const;
    return { alert: { ...alert, thread: posting }, journal: [] };
  }
  if (thread.state !== 'posting' || thread.claim !== outcome.over) return undefined;
  const { retryAt: _, unanswered: __, ...held } = thread;
  const attempt = thread.attempt + 1;
  return {
    alert: { ...alert, thread: { ...held, since: now, attempt, claim } },
    journal: [line(now, 'post_again', `attempt ${attempt}; the earlier one is not in Slack`)],
  };
};

/** Said once: from then on people read in the thread what its first message does not show. */
const rootStays = (
  alert: Alert,
  thread: OpenThread,
  { shown, error }: Extract<ThreadOutcome, { kind: 'root_stays' }>,
  now: number,
): Applied => {
  const next: Alert = {
    ...alert,
    thread: { ...without(thread, 'retryAt'), shown, stays: true },
  };
  if (thread.stays) return { alert: next, journal: [] };
  return {
    alert: addNote(next, { kind: 'root_stays', at: now, text: error }),
    journal: [line(now, 'root_stays', error)],
  };
};

const putOff = (
  thread: Extract<Alert['thread'], { state: 'open' | 'wanted' }>,
  { retryAt, doubt }: Extract<ThreadOutcome, { kind: 'later' }>,
  now: number,
): Alert['thread'] => {
  if (thread.state !== 'open') return { ...thread, retryAt };
  if (doubt) return { ...thread, retryAt, shown: 'unknown', lookAgain: now };
  return { ...thread, retryAt, ...(thread.shown.startsWith(updating) && { shown: 'unknown' }) };
};

/** In place of what is shown, while an update is under way; never equal to a key of facts. */
const updating = 'updating ';

/** An update that was under way and never ended may still come, and would then show what is older than this one. */
const claimUpdate = (thread: OpenThread, claim: string, now: number): OpenThread => ({
  ...thread,
  shown: `${updating}${claim}`,
  ...(thread.shown.startsWith(updating) && { lookAgain: now }),
});

/** Shown once more, whatever it shows: a late update may have changed it. */
const healed = (thread: OpenThread): Alert['thread'] => ({
  ...without(without(without(thread, 'possibleDuplicate'), 'lookAgain'), 'lookFrom'),
  shown: 'healed',
});

const postedRoot = (
  alert: Alert,
  outcome: Extract<ThreadOutcome, { kind: 'posted_root' }>,
  now: number,
): Applied | undefined => {
  const { thread } = alert;
  const { message } = outcome;
  if (thread.state === 'open') {
    const same = thread.ts === message.ts && alert.channel === message.channel;
    return same ? undefined : { alert, journal: [line(now, 'surplus', message.ts)], surplus: message };
  }
  if (thread.state === 'none')
    return { alert, journal: [line(now, 'surplus', message.ts)], surplus: message };
  const awaited = thread.state === 'wanted' || thread.state === 'posting' ? thread.event : undefined;
  const firstClaim = thread.state === 'posting' ? thread.firstClaim : now;
  const again = outcome.unsure || (thread.state === 'posting' && thread.attempt > 1);
  return {
    alert: {
      ...alert,
      channel: message.channel,
      thread: {
        state: 'open',
        ts: message.ts,
        at: now,
        shown: outcome.shown,
        ...(outcome.unsure && { possibleDuplicate: true as const }),
        ...(again && { lookAgain: now, ...(firstClaim < now && { lookFrom: firstClaim }) }),
      },
    },
    journal: [line(now, 'thread_open', `${message.channel} ${message.ts}`)],
    ...(awaited !== undefined && { settles: { event: awaited, reason: 'thread_open' as const } }),
  };
};

const rootFailed = (
  alert: Alert,
  thread: Extract<Alert['thread'], { state: 'posting' }>,
  outcome: Extract<ThreadOutcome, { kind: 'root_not_posted' | 'root_unknown' | 'root_refused' }>,
  now: number,
): Applied => {
  if (outcome.kind === 'root_unknown') {
    const journal = thread.retryAt === undefined ? [line(now, 'post_unknown', outcome.error)] : [];
    const { since = now, looks = 0 } = thread.unanswered ?? {};
    const unanswered = outcome.looked && { unanswered: { since, looks: looks + 1 } };
    return { alert: { ...alert, thread: { ...thread, retryAt: outcome.retryAt, ...unanswered } }, journal };
  }
  // An earlier claim of it was lost: that post may still come, so it is looked for again before the next one.
  if (outcome.kind === 'root_not_posted' && thread.attempt > 1) {
    return { alert: { ...alert, thread: { ...thread, retryAt: outcome.retryAt } }, journal: [] };
  }
  const wanted = { state: 'wanted', since: thread.firstClaim, event: thread.event } as const;
  if (outcome.kind === 'root_not_posted') {
    return { alert: { ...alert, thread: { ...wanted, retryAt: outcome.retryAt } }, journal: [] };
  }
  if (outcome.nextChannel !== undefined) {
    return {
      alert: { ...alert, channel: outcome.nextChannel, thread: wanted },
      journal: [
        line(now, 'channel_refused', `${alert.channel}: ${outcome.error}; trying ${outcome.nextChannel}`),
      ],
    };
  }
  return {
    alert: { ...alert, thread: { state: 'failed', at: now, reason: outcome.error } },
    journal: [line(now, 'undeliverable', `${alert.channel}: ${outcome.error}`)],
    settles: { event: thread.event, reason: 'undeliverable' },
  };
};

const notesOutcome = (
  alert: Alert,
  thread: OpenThread,
  outcome: Extract<
    ThreadOutcome,
    { kind: 'claimed_notes' | 'posted_notes' | 'notes_not_posted' | 'notes_refused' }
  >,
  now: number,
): Applied | undefined => {
  const held = thread.posting?.claim;
  if (outcome.kind === 'claimed_notes') {
    const through = alert.notes.at(-1)?.n;
    if (held !== undefined || through === undefined) return undefined;
    const posting = { through, since: now, claim: outcome.claim };
    return { alert: { ...alert, thread: { ...thread, posting } }, journal: [] };
  }
  const unsaid = (through: number) => alert.notes.filter((note) => note.n > through);
  const free = without(thread, 'posting');
  if (outcome.kind === 'posted_notes') {
    const { by, through } = outcome;
    const rest = unsaid(through);
    if (by && by.claim !== held && rest.length === alert.notes.length) {
      return { alert, journal: [line(now, 'surplus', by.message.ts)], surplus: by.message };
    }
    const done = thread.posting !== undefined && thread.posting.through <= through;
    return { alert: { ...alert, thread: done ? free : thread, notes: rest }, journal: [] };
  }
  if (held !== outcome.claim) return undefined;
  if (outcome.kind === 'notes_not_posted') {
    return { alert: { ...alert, thread: { ...free, retryAt: outcome.retryAt } }, journal: [] };
  }
  return {
    alert: { ...alert, thread: free, notes: unsaid(outcome.through) },
    journal: [line(now, 'notes_refused', outcome.error)],
  };
};

const without = <T extends object, K extends keyof T>(value: T, key: K): Omit<T, K> => {
  const { [key]: _, ...rest } = value;
  return rest;
};

const line = (at: number, what: string, why?: string): JournalEntry => ({
  at,
  who: 'farmhand',
  what,
  ...(why !== undefined && { why }),
});
