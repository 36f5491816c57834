import { setTimeout as sleep } from 'node:timers/promises';
import { wallClock } from '../measure/clock.ts';
import type { LoadEvent } from './events.ts';

/** Sends so many a second, none of which waits for the one before it; answers when each began. Wall clock, ms, by series. */
export const sendSteadily = async (
  perSecond: number,
  send: (event: LoadEvent) => Promise<void>,
  events: readonly LoadEvent[],
): Promise<ReadonlyMap<string, number>> => {
  const sentAt = new Map<string, number>();
  const sending: Promise<void>[] = [];
  const started = performance.now();
  for (const [i, event] of events.entries()) {
    const wait = started + (i * 1000) / perSecond - performance.now();
    if (wait > 0) await sleep(wait);
    sentAt.set(event.series, wallClock());
    sending.push(send(event));
  }
  await Promise.all(sending);
  return sentAt;
};
