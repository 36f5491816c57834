import type { AnyMiddlewareArgs, Middleware } from '@slack/bolt';
import { inTime } from '../../src/core/deadline.ts';
import type { CommandDeps } from '../shared/deps.ts';
import { actorOf } from '../shared/slack-actor.ts';

const remembered = 5_000;
/** Slack sends an event again at once, after a minute and after five. */
const forMs = 600_000;
/** A command does not wait longer to hear whether another process had it: without records it does nothing anyway. */
const askedForMs = 300;

/**
 * Slack sends at least once. What this process or another saw before is acknowledged and left alone, so nobody is
 * answered twice, and a late copy does not undo what was asked since.
 */
export const onlyOnce = (deps: Pick<CommandDeps, 'now' | 'firstTime'>): Middleware<AnyMiddlewareArgs> => {
  // A Map keeps the order of insertion: the oldest come first.
  const seen = new Map<string, number>();
  return async (args) => {
    const key = actorOf(args.body)?.key;
    const now = deps.now();
    for (const [old, at] of seen) {
      if (seen.size <= remembered && now - at < forMs) break;
      seen.delete(old);
    }
    const here = key === undefined || !seen.has(key);
    if (key !== undefined && here) seen.set(key, now);
    if (here && (key === undefined || (await firstAnywhere(deps, key)))) await args.next();
    else if ('ack' in args) await args.ack?.();
  };
};

const firstAnywhere = async ({ firstTime }: Pick<CommandDeps, 'firstTime'>, key: string): Promise<boolean> =>
  !firstTime || (await inTime(askedForMs, () => firstTime(key, forMs).catch(() => true))) !== false;
