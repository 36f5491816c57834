import { setTimeout as sleep } from 'node:timers/promises';
import { type Backoff, backoff } from '../../core/backoff.ts';
import { isRetryable } from '../../core/errors.ts';

export interface Retries {
  /** So often it is tried in all. */
  readonly tries: number;
  readonly wait: Backoff;
  readonly signal?: AbortSignal;
}

/** Again where that may help. @throws the failure that is of another kind, or the last one */
export const retried = async <T>(what: () => Promise<T>, { tries, wait, signal }: Retries): Promise<T> => {
  for (let failures = 1; ; failures++) {
    try {
      return await what();
    } catch (error) {
      if (!isRetryable(error) || failures >= tries) throw error;
      await sleep(backoff(failures, wait), undefined, { signal });
    }
  }
};
