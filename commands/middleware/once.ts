import type { AnyMiddlewareArgs, Middleware } from '@slack/bolt';
import type { CommandDeps } from '../shared/deps.ts';
import { actorOf } from '../shared/slack-actor.ts';

const remembered = 5_000;
const forMs = 600_000;

/**
 * Slack sends at least once. What this process saw before is acknowledged and left alone, so nobody is answered
 * twice; that the effect happens once is up to the records, also across replicas.
 */
export const onlyOnce = (deps: Pick<CommandDeps, 'now'>): Middleware<AnyMiddlewareArgs> => {
  // A Map keeps the order of insertion: the oldest come first.
  const seen = new Map<string, number>();
  return async (args) => {
    const key = actorOf(args.body)?.key;
    const now = deps.now();
    for (const [old, at] of seen) {
      if (seen.size <= remembered && now - at < forMs) break;
      seen.delete(old);
    }
    if (key !== undefined && seen.has(key)) {
      if ('ack' in args) await args.ack?.();
      return;
    }
    if (key !== undefined) seen.set(key, now);
    await args.next();
  };
};
