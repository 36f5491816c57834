import { backoff } from '../../core/backoff.ts';
import type { RebuildPolicy } from '../model/policy.ts';
import type { TicketResult } from '../ports/ports.ts';

/** What is raised says where the thread is: it waits this long for the card to be posted, and not longer; ms. */
export const threadGrace = 10_000;
/** A person is told that Jira does not answer when this many tries have failed. */
export const triesBeforeTold = 4;
/** What is refused is tried again this often: somebody may put the configuration right. */
export const retryRefusedEvery = 180_000;
/** A rebuild that is over does not ask Jira for ever for what is refused, or for what Jira does not answer. */
export const triesAfterTheEnd = 20;
const mostMs = 300_000;
/** After an answer that was lost: the call may still be under way. */
const settleMs = 5_000;

/** How long to wait after the `tries`th try; ms. */
export const waitAfter = (
  tries: number,
  { kind, retryAfterMs = 0 }: Extract<TicketResult, { ok: false }>,
  policy: Pick<RebuildPolicy, 'backoff'>,
): number =>
  Math.max(
    backoff(tries, { first: policy.backoff, most: mostMs }),
    retryAfterMs,
    kind === 'unknown' ? settleMs : 0,
  );
