import { ErrorCode } from '@slack/web-api';
import { backoff } from '../../../core/backoff.ts';

/**
 * Milliseconds before the next attempt after `failures` failed ones in a row: half a second, doubled to at most
 * 30 s, spread by `random` (0 to 1) so that replicas do not come back together. A 429 says its own time.
 */
export const reconnectDelay = (failures: number, random: number, error: unknown): number => {
  const asked = retryAfterMs(error);
  if (asked !== undefined) return asked;
  return backoff(failures + 1, { first: 500, most: 30_000 }, { from: 0.5, to: 1, random });
};

/** What Slack asked for with a 429, ms. */
export const retryAfterMs = (error: unknown): number | undefined => {
  if (!(error instanceof Error) || !('code' in error) || error.code !== ErrorCode.RateLimitedError)
    return undefined;
  const seconds = 'retryAfter' in error ? error.retryAfter : undefined;
  return typeof seconds === 'number' ? seconds * 1000 : undefined;
};
