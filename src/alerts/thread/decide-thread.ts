import type { Alert } from '../model/alert.ts';
import { rootFacts, shownKey } from './root-facts.ts';

/** What Slack needs next so that it shows what the record says. `at` is the earliest moment, ms. */
export type ThreadStep =
  | { readonly do: 'nothing' }
  | { readonly do: 'wait'; readonly until: number }
  | { readonly do: 'expire_silence' }
  /** Claim, then post. */
  | { readonly do: 'post_root' }
  /** A claim has no outcome: look in Slack before anything else. */
  | { readonly do: 'find_root'; readonly since: number; readonly claim: string }
  | { readonly do: 'update_root' }
  | { readonly do: 'post_notes' }
  | {
      readonly do: 'find_notes';
      readonly since: number;
      readonly through: number;
      readonly claim: string;
    }
  /** A given-up call may have come late: look once more, remove a second copy, and show the present state again. */
  | { readonly do: 'heal'; readonly since: number; readonly doubt: number };

export interface ThreadPolicy {
  /** A claim older than this has lost its owner; longer than any call to Slack may take. ms */
  readonly claimTimeout: number;
}

/** Pure: the next step for Slack from the record and the time alone. */
export const decideThread = (alert: Alert, now: number, policy: ThreadPolicy): ThreadStep => {
  if (alert.silence && alert.silence.until <= now) return { do: 'expire_silence' };
  const { thread } = alert;
  switch (thread.state) {
    case 'none':
    case 'folded':
    case 'failed':
      return { do: 'nothing' };
    case 'wanted':
      return waitFor(thread.retryAt, now) ?? { do: 'post_root' };
    case 'posting': {
      const free = thread.retryAt ?? thread.since + policy.claimTimeout;
      return waitFor(free, now) ?? { do: 'find_root', since: thread.firstClaim, claim: thread.claim };
    }
    case 'open':
      return openStep(alert, thread, now, policy);
    default:
      return thread satisfies never;
  }
};

export type OpenThread = Extract<Alert['thread'], { state: 'open' }>;

const openStep = (alert: Alert, thread: OpenThread, now: number, policy: ThreadPolicy): ThreadStep => {
  const retry = waitFor(thread.retryAt, now);
  if (retry) return retry;
  // The root first: an update can be repeated, so it need not wait for a claim on a post.
  if (shownKey(rootFacts(alert)) !== thread.shown) return { do: 'update_root' };
  if (thread.posting) {
    const free = waitFor(thread.posting.since + policy.claimTimeout, now);
    const { since, through, claim } = thread.posting;
    return free ?? { do: 'find_notes', since, through, claim };
  }
  if (alert.notes.length > 0) return waitFor(calmUntil(alert), now) ?? { do: 'post_notes' };
  if (thread.lookAgain !== undefined && thread.lookAgain + healAfter <= now) {
    return { do: 'heal', since: (thread.lookFrom ?? thread.at) - healLookBack, doubt: thread.lookAgain };
  }
  const wakeAt = openWakeAt(alert, thread);
  return wakeAt === undefined ? { do: 'nothing' } : { do: 'wait', until: wakeAt };
};

/** When an open thread that shows the present state has something due by itself; ms. */
export const openWakeAt = (alert: Alert, thread: OpenThread): number | undefined => {
  const due = [
    alert.silence?.until,
    thread.lookAgain === undefined ? undefined : thread.lookAgain + healAfter,
  ];
  const known = due.filter((at) => at !== undefined);
  return known.length === 0 ? undefined : Math.min(...known);
};

/** Longer than a call that was given up may still be on its way; ms. */
/**
 * An alert that comes and goes is told of once a minute, not with every turn; its root shows each turn at once. Words
 * of people are never held back.
 */
const calmUntil = ({ fired, notes, lastSeen }: Alert): number | undefined => {
  const [first] = notes;
  const flaps = fired >= 3 && notes.every(({ kind, by }) => by === undefined && turns.has(kind));
  return flaps && first ? Math.min(first.since ?? first.at, lastSeen) + calm : undefined;
};

const turns: ReadonlySet<string> = new Set(['resolved', 'refired']);
const calm = 60_000;

const healAfter = 60_000;
const healLookBack = 3_600_000;

const waitFor = (until: number | undefined, now: number): ThreadStep | undefined =>
  until !== undefined && until > now ? { do: 'wait', until } : undefined;
