import type { ChannelQueues } from '../alerts/channel/channel-queue.ts';
import type { Part } from '../rebuild/ports/store.ts';
import { parts } from '../rebuild/reconcile/schedule.ts';
import type { Nudges } from './nudges.ts';

export interface ResyncDeps {
  readonly lanes: ChannelQueues;
  readonly nudges: Nudges;
  /** Alerts with an action overdue by at least `ms`, at most `count`. */
  readonly overdue: (ms: number, count: number) => Promise<readonly string[]>;
  /** Rebuilds with a part overdue by at least `ms`, at most `count`. */
  readonly overdueParts?: (part: Part, ms: number, count: number) => Promise<readonly string[]>;
  /** Drops records whose retention is over from the indexes. */
  readonly tidy: () => Promise<void>;
  readonly every: number;
  readonly onError: (error: unknown) => void;
  readonly onBeat: () => void;
  /** Calls back whenever the store is there again after it was lost: that is when nudges are missing. */
  readonly onBack?: (then: () => void) => () => void;
}

/** Puts back the nudges that were lost: at start, and then every so often. Answers how to stop it. */
export const startResync = (deps: ResyncDeps): (() => void) => {
  let stopped = false;
  let running = false;
  let timer: NodeJS.Timeout | undefined;
  const round = async (): Promise<void> => {
    running = true;
    try {
      await deps.nudges.lanes(await deps.lanes.busy());
      await deps.nudges.alerts(await deps.overdue(deps.every, 1_000));
      for (const part of deps.overdueParts ? parts : []) {
        await deps.nudges.parts(part, (await deps.overdueParts?.(part, deps.every, 1_000)) ?? []);
      }
      await deps.tidy();
    } catch (error) {
      deps.onError(error);
    }
    running = false;
    deps.onBeat();
    if (!stopped) timer = setTimeout(() => void round(), deps.every);
  };
  void round();
  const offBack = deps.onBack?.(() => {
    if (running || stopped) return;
    clearTimeout(timer);
    void round();
  });
  return () => {
    stopped = true;
    offBack?.();
    clearTimeout(timer);
  };
};
