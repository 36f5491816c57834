import { type DeliveryStep, type DeliveryWork, nextStep } from '../../delivery/next-step.ts';
import { lateBy } from '../../delivery/timing.ts';
import { escalationDueAt, isOvertaken } from '../evolve/escalate.ts';
import { decidePages, pagesWakeAt } from '../groups/pages.ts';
import type { Alert } from '../model/alert.ts';
import { rootHash } from './root-facts.ts';
import { threadMessage } from './thread-message.ts';

/** What Slack needs next so that it shows what the record says. */
export type ThreadStep =
  | DeliveryStep
  | { readonly do: 'expire_silence' }
  /** Nobody has reacted: what is due is put on record as a note, or held until quiet hours are over. */
  | { readonly do: 'escalate' }
  /** Of a message with members of a group, in its thread. */
  | { readonly do: 'page'; readonly page: number; readonly step: DeliveryWork };

export interface ThreadPolicy {
  /** A claim older than this has lost its owner; longer than any call to Slack may take. ms */
  readonly claimTimeout: number;
}

/** Pure: the next step for Slack from the record and the time alone. */
export const decideThread = (alert: Alert, now: number, policy: ThreadPolicy): ThreadStep => {
  if (alert.silence && alert.silence.until <= now) return { do: 'expire_silence' };
  const escalationAt = escalationDueAt(alert);
  if ((escalationAt !== undefined && escalationAt <= now) || isOvertaken(alert, now))
    return { do: 'escalate' };
  const message = threadMessage(alert);
  if (!message) return { do: 'nothing' };
  // What is not there yet cannot be out of date.
  const update = message.state !== 'open' || rootHash(alert) === message.shown ? undefined : now;
  const reply = alert.notes.length > 0 ? (calmUntil(alert) ?? now) : undefined;
  const step = nextStep(message, { update, reply }, now, policy.claimTimeout);
  if (step.do !== 'nothing' && step.do !== 'wait') return step;
  const pages = message.state === 'open' ? decidePages(alert, now, policy.claimTimeout) : undefined;
  if (pages?.do === 'page') return pages;
  const waits = [
    message.state === 'open' ? alert.silence?.until : undefined,
    escalationAt,
    step.do === 'wait' ? step.until : undefined,
    pages?.until,
  ].filter((at) => at !== undefined);
  return waits.length === 0 ? step : { do: 'wait', until: Math.min(...waits) };
};

/** When an open thread that shows the present state has something due by itself; ms. */
export const openWakeAt = (alert: Alert): number | undefined => {
  const { silence, thread, group } = alert;
  const lookAgain = thread.state === 'open' ? thread.lookAgain : undefined;
  const due = [
    silence?.until,
    escalationDueAt(alert),
    lookAgain === undefined ? undefined : lookAgain + lateBy,
    group && pagesWakeAt(alert),
  ];
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
