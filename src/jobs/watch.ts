import type { ChannelQueues } from '../alerts/channel/channel-queue.ts';
import type { Part } from '../rebuild/ports/store.ts';
import { parts } from '../rebuild/reconcile/schedule.ts';
import type { Nudges } from './nudges.ts';

export interface WatchDeps {
  readonly lanes: Pick<ChannelQueues, 'orphans'>;
  readonly nudges: Pick<Nudges, 'lanes' | 'parts'>;
  /** Rebuilds with a part overdue by at least `ms` that nobody is at, at most `count`. */
  readonly overdueParts?: (part: Part, ms: number, count: number) => Promise<readonly string[]>;
  /** ms */
  readonly every: number;
}

/** What is due for shorter than this has its own nudge under way; ms. */
const overdueFor = 1_000;

/**
 * Finds work that nobody is at, most often because who was at it has died: its lease ran out, and its nudges died with
 * it. Answers how to stop it. A round that fails says nothing: how Redis is, is told elsewhere, and the next one follows.
 */
export const startWatch = (deps: WatchDeps): (() => void) => {
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  const round = async (): Promise<void> => {
    try {
      await deps.nudges.lanes(await deps.lanes.orphans());
      for (const part of deps.overdueParts ? parts : []) {
        await deps.nudges.parts(part, (await deps.overdueParts?.(part, overdueFor, 1_000)) ?? []);
      }
    } catch {
      // See above.
    }
    if (!stopped) timer = setTimeout(() => void round(), deps.every);
  };
  timer = setTimeout(() => void round(), deps.every);
  return () => {
    stopped = true;
    clearTimeout(timer);
  };
};
