import { type DeliveryStep, nextStep } from '../../delivery/next-step.ts';
import { lateBy } from '../../delivery/timing.ts';
import type { Alert } from '../model/alert.ts';
import { rootHash } from './root-facts.ts';
import { threadMessage } from './thread-message.ts';

/** What Slack needs next so that it shows what the record says. */
export type ThreadStep = DeliveryStep | { readonly do: 'expire_silence' };

export interface ThreadPolicy {
  /** A claim older than this has lost its owner; longer than any call to Slack may take. ms */
  readonly claimTimeout: number;
}

/** Pure: the next step for Slack from the record and the time alone. */
export const decideThread = (alert: Alert, now: number, policy: ThreadPolicy): ThreadStep => {
  if (alert.silence && alert.silence.until <= now) return { do: 'expire_silence' };
  const message = threadMessage(alert);
  if (!message) return { do: 'nothing' };
  // What is not there yet cannot be out of date.
  const update = message.state !== 'open' || rootHash(alert) === message.shown ? undefined : now;
  const reply = alert.notes.length > 0 ? (calmUntil(alert) ?? now) : undefined;
  const step = nextStep(message, { update, reply }, now, policy.claimTimeout);
  const wakeAt = message.state === 'open' ? alert.silence?.until : undefined;
  if (wakeAt === undefined || (step.do !== 'nothing' && step.do !== 'wait')) return step;
  return { do: 'wait', until: Math.min(wakeAt, step.do === 'wait' ? step.until : wakeAt) };
};

/** When an open thread that shows the present state has something due by itself; ms. */
export const openWakeAt = ({ silence, thread }: Alert): number | undefined => {
  const lookAgain = thread.state === 'open' ? thread.lookAgain : undefined;
  const due = [silence?.until, lookAgain === undefined ? undefined : lookAgain + lateBy];
  const known = due.filter((at) => at !== undefined);
  return known.length === 0 ? undefined : Math.min(...known);
};

/**
 * An alert that comes and goes is told of once a minute, not with every turn; its root shows each turn at once. Words
 * of people are never held back.
 */
const calmUntil = ({ fired, notes, lastSeen }: Alert): number | undefined => {
  const [first] = notes;
  const flaps = fired >= 3 && notes.every(({ kind, by }) => by === undefined && turns.has(kind));
  return flaps && first ? Math.min(first.since ?? first.at, lastSeen) + calm : undefined;
};

const turns: ReadonlySet<string> = new Set(['resolved', 'refired']);
const calm = 60_000;
