import { contentKey } from './rejection.ts';
import type { DeadLetterPort, Rejection } from './wire/raw.ts';

/** How often content was kept or came again lately. Shared by all processes; it forgets by itself. */
export interface RepeatCounter {
  /** How often each was counted before; 0 for what is new. */
  counted(contents: readonly string[]): Promise<readonly number[]>;
  count(contents: readonly string[]): Promise<void>;
}

/**
 * Dead letters of which the same content is kept once, while the counter remembers it: an Alertmanager posts a body
 * that it got no 2xx for again and again. Counted after it was kept, so that a crash between the two keeps it twice
 * rather than never.
 */
export const keepOnce = (
  port: DeadLetterPort,
  counter: RepeatCounter,
  onRepeat: (rejection: Rejection) => void,
): DeadLetterPort => ({
  keep: async (rejections) => {
    const contents = rejections.map(contentKey);
    const before = await counter.counted(contents);
    const isNew = (at: number): boolean => before[at] === 0 && contents.indexOf(contents[at] ?? '') === at;
    const fresh = rejections.filter((_, at) => isNew(at));
    if (fresh.length > 0) await port.keep(fresh);
    await counter.count(contents);
    for (const [at, rejection] of rejections.entries()) if (!isNew(at)) onRepeat(rejection);
  },
});
