import { backoff } from '../../core/backoff.ts';
import type { RebuildPolicy } from '../model/policy.ts';
import type { TicketResult } from '../ports/ports.ts';

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
