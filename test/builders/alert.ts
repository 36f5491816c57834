import type { Alert, Thread } from '../../src/alerts/model/alert.ts';
import type { AlertEvent } from '../../src/alerts/model/event.ts';
import { openAlert } from '../../src/alerts/model/open.ts';
import type { RouteChoice } from '../../src/alerts/model/routing.ts';
import { rootHash } from '../../src/alerts/thread/root-facts.ts';
import { anEvent, t0 } from './event.ts';

export const aRoute = (over: Partial<RouteChoice> = {}): RouteChoice => ({
  route: 'default',
  channel: 'C01ALERTS',
  thread: true,
  actions: [],
  ...over,
});

/** An alert that has just opened and waits for its root message. */
export const anAlert = (over: Partial<Alert> = {}, event: Partial<AlertEvent> = {}): Alert => ({
  ...openAlert(anEvent(event), aRoute()),
  ...over,
});

export type OpenThread = Extract<Thread, { state: 'open' }>;

/** An alert whose open thread shows the present state; `thread` changes what is on record of it. */
export const anOpenAlert = (over: Partial<Alert> = {}, thread: Partial<OpenThread> = {}): Alert => {
  const open: OpenThread = { state: 'open', ts: '1800000000.000100', at: t0, shown: '' };
  const alert = anAlert({ thread: open, ...over });
  // The facts know whether it may be a duplicate, so they are taken with the change in place.
  const shown = rootHash({ ...alert, thread: { ...open, ...thread } });
  return { ...alert, thread: { ...open, shown, ...thread } };
};
