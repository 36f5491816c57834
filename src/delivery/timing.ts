/** How long to wait for what. All in ms. */
import { type Backoff, backoff } from '../core/backoff.ts';
import type { SlackResult } from './slack-result.ts';

export type Failed = Exclude<SlackResult<unknown>, { ok: true }>;

/** What was read or claimed is acted upon within this, or not at all: a process that slept may have been replaced. */
export const claimStaleAfter = 4_000;

/** A look-up that found nothing says so for this long, its own time included. */
export const lookUpGood = 15_000;

/** Clocks of ours and of Slack may differ by this. */
export const clockSkew = 60_000;

/** Longer than nearly every call that was given up is still on its way: a doubt is looked into then. */
export const lateBy = 60_000;

/** From one clean look to the next: Slack promises no bound. */
export const looksAgainAfter: readonly number[] = [600_000, 3_600_000];

/** A message may carry a time that is earlier than the claim it was posted under. */
export const lookBack = 3_600_000;

const looks: Backoff = { first: 2_000, most: 60_000 };
/** Nothing looks for a reply that comes after it was said once more, so it gets more time to come. */
const replyComesBy = 5_000;

/** For so long, and so often, a look-up that fails is repeated before a post is risked: a possible duplicate. */
const lookUpLimit = 600_000;
const looksAtLeast = 8;

/** Slack's own word comes first. `failures` in a row, this one included. */
export const backOff = (result: Failed, failures: number, wait: Backoff): number =>
  result.kind === 'rate_limited' ? result.retryAfterMs : backoff(failures, wait);

/** Until a post whose answer was lost is looked up; `lost`: how long ago the first claim of it was made. */
export const lookAfter = (lost: number, reply: boolean): number =>
  Math.min(looks.most, Math.max(reply ? replyComesBy : looks.first, lost));

/** Until the next look-up, when this one failed; `failing`: for how long they have. */
export const lookAgainAfter = (result: Failed, failing: number): number =>
  Math.max(
    result.kind === 'rate_limited' ? result.retryAfterMs : 0,
    Math.min(looks.most, Math.max(looks.first, failing / 2)),
  );

/** Nobody answers look-ups: a copy is worth less than a message that is not there. */
export const mayRisk = (failing: number, count: number): boolean =>
  failing > lookUpLimit && count >= looksAtLeast;

export const describe = (result: Failed): string =>
  result.kind === 'rate_limited' ? 'ratelimited' : result.error;
