import { setTimeout as sleep } from 'node:timers/promises';
import type { SlackResult } from '../../delivery/slack-result.ts';

/**
 * Asks again as often as Slack asks to wait, `atMost` in all; ms. Slack counts what all processes of an app read together, and
 * a region that begins reads much: for a person at the command line a moment is better than a refusal.
 */
export const patiently = async <T>(
  ask: () => Promise<SlackResult<T>>,
  atMost: number,
): Promise<SlackResult<T>> => {
  for (let waited = 0; ; ) {
    const answer = await ask();
    if (answer.ok || answer.kind !== 'rate_limited' || waited + answer.retryAfterMs > atMost) return answer;
    await sleep(answer.retryAfterMs);
    waited += answer.retryAfterMs;
  }
};
