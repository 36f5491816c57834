import type { ThreadPort } from '../alerts/ports/ports.ts';
import type { SlackResult } from '../delivery/slack-result.ts';
import type { Metrics } from '../observability/metrics.ts';

type Meters = Pick<Metrics, 'slackCalls' | 'slackCallSeconds' | 'slackRateLimited'>;

/** The same port, with every call counted and timed under its Web API method. */
export const measuredThreads = (threads: ThreadPort, metrics: Meters): ThreadPort => {
  const measured =
    <A extends readonly unknown[], T>(method: string, call: (...args: A) => Promise<SlackResult<T>>) =>
    async (...args: A): Promise<SlackResult<T>> => {
      const started = performance.now();
      const result = await call(...args);
      const outcome = result.ok ? 'ok' : result.kind;
      metrics.slackCalls.inc({ method, outcome });
      metrics.slackCallSeconds.observe({ method }, (performance.now() - started) / 1000);
      if (outcome === 'rate_limited') metrics.slackRateLimited.inc({ method });
      return result;
    };
  return {
    postRoot: measured('chat.postMessage', threads.postRoot),
    updateRoot: measured('chat.update', threads.updateRoot),
    postNotes: measured('chat.postMessage', threads.postNotes),
    postDigest: measured('chat.postMessage', threads.postDigest),
    updateDigest: measured('chat.update', threads.updateDigest),
    find: measured('conversations.history', threads.find),
    remove: measured('chat.delete', threads.remove),
  };
};
