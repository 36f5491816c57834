import type { MessageState, Posting } from './message.ts';

/** What Slack needs next so that a message shows what its record says. Times in ms. */
export type DeliveryStep =
  | { readonly do: 'nothing' }
  | { readonly do: 'wait'; readonly until: number }
  /** Claim, then post the root, or what is to be said under it. `claimed`: this process has claimed it a moment ago. */
  | { readonly do: 'post'; readonly claimed?: true }
  | { readonly do: 'reply' }
  /** A post was claimed and has no outcome: look in Slack before anything else. */
  | { readonly do: 'look_up'; readonly posting: Posting }
  | { readonly do: 'update'; readonly ts: string }
  /** A call that was given up may have come late: remove a second root, and show the content once more. */
  | { readonly do: 'repair'; readonly ts: string; readonly doubt: number };

/** The steps that call Slack. */
export type DeliveryWork = Exclude<DeliveryStep, { do: 'nothing' | 'wait' }>;

/** When the record wants something to be seen; undefined: nothing. ms */
export interface Wants {
  readonly update: number | undefined;
  readonly reply: number | undefined;
}

/** Pure: the next step for one message, from its state and the time alone. */
export const nextStep = (
  message: MessageState,
  wants: Wants,
  now: number,
  /** A claim older than this has lost its owner; longer than any call to Slack may take. ms */
  claimTimeout: number,
): DeliveryStep => {
  const { state, posting, ts, retryAt, showAgainAt } = message;
  if (state === 'failed') return { do: 'nothing' };
  if (retryAt !== undefined && retryAt > now) return { do: 'wait', until: retryAt };
  const lookAt = posting && (posting.lookAt ?? posting.since + claimTimeout);
  if (posting && isDue(lookAt, now)) return { do: 'look_up', posting };
  if (state !== 'open' || ts === undefined) {
    return lookAt === undefined ? { do: 'post' } : { do: 'wait', until: lookAt };
  }
  // The root first: an update can be repeated, so it need not wait for a claim on a reply.
  if (isDue(wants.update, now)) return { do: 'update', ts };
  if (isDue(wants.reply, now) && !posting) return { do: 'reply' };
  if (showAgainAt !== undefined && showAgainAt <= now) return { do: 'repair', ts, doubt: showAgainAt };
  const times = [wants.update, posting ? lookAt : wants.reply, showAgainAt];
  const next = Math.min(...times.filter((at) => at !== undefined));
  return next === Number.POSITIVE_INFINITY ? { do: 'nothing' } : { do: 'wait', until: next };
};

const isDue = (at: number | undefined, now: number): boolean => at !== undefined && at <= now;
