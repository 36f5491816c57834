import { expect, test } from 'vitest';
import { movesIn } from '../../scripts/states-doc.ts';
import { applyAlertCommand, type CommandDecision } from '../../src/alerts/evolve/apply-command.ts';
import { evolve } from '../../src/alerts/evolve/evolve.ts';
import type { Alert, Thread } from '../../src/alerts/model/alert.ts';
import { foldThread, threadMessage, withThread } from '../../src/alerts/thread/thread-message.ts';
import type { MessageChange, MessageState } from '../../src/delivery/message.ts';
import {
  claimPost,
  claimUpdate,
  givenUp,
  gone,
  notPosted,
  perhapsPosted,
  posted,
  refusedBy,
  replied,
  replyRefused,
  stays,
  updated,
} from '../../src/delivery/transitions.ts';
import { anAlert, aRoute } from '../builders/alert.ts';
import { anEvent, hours, minutes, t0 } from '../builders/event.ts';

const threads: readonly Thread[] = [
  { state: 'none' },
  { state: 'wanted', since: t0, event: 'e1' },
  { state: 'posting', since: t0, event: 'e1', attempt: 1, firstClaim: t0, claim: 'mine' },
  { state: 'open', ts: '1.000001', at: t0, shown: 'old' },
  { state: 'open', ts: '1.000001', at: t0, shown: 'updating mine' },
  { state: 'folded', at: t0 },
  { state: 'failed', at: t0, reason: 'is_archived' },
];

const root = { channel: 'C01ALERTS', ts: '2.000002' };
const now = t0 + minutes(1);
const again = { retryAt: t0 + minutes(2), tries: 0 };

/** All that can come of a call to Slack, as the delivery applies it: a refusal of a post counts under its claim only. */
const outcomes: readonly ((message: MessageState) => MessageChange | undefined)[] = [
  (message) => claimPost(message, { claim: 'new', through: 0 }, now),
  (message) =>
    message.posting && claimPost(message, { claim: 'new', through: 0, over: message.posting }, now),
  (message) => posted(message, root, { shown: 'new' }, now),
  (message) => notPosted(message, 'mine', again),
  (message) => message.posting && givenUp(message, message.posting, now),
  (message) => perhapsPosted(message, 'mine', { lookAt: again.retryAt, error: 'timeout' }),
  (message) => message.posting && refusedBy(message, message.channel, undefined, 'is_archived'),
  (message) => message.posting && refusedBy(message, message.channel, 'C02FALLBACK', 'is_archived'),
  (message) => claimUpdate(message, 'new', '1.000001', now),
  (message) => updated(message, 'mine', { content: 'new' }, now),
  (message) => stays(message, 'mine', { content: 'new', error: 'cant_update_message' }, now),
  (message) => gone(message, '1.000001', 'message_not_found'),
  (message) => replied(message, 1, false),
  (message) => replyRefused(message, 'mine', 'msg_too_long'),
];

const policy = { refireWindow: hours(1), staleGrace: 0 };
const at = t0 + minutes(20);
const events = [
  anEvent({ startsAt: t0, time: at }),
  anEvent({ startsAt: at, time: at }),
  anEvent({ status: 'resolved', startsAt: t0, time: at }),
];

/** Every state, and all that can happen to a record: `from → to`, each once. */
const moves = (): ReadonlySet<string> => {
  const found = new Set<string>();
  const note = (before: Alert | undefined, after: Alert | undefined): void => {
    const from = before?.thread.state ?? '(new)';
    if (after && after.thread.state !== from) found.add(`${from} → ${after.thread.state}`);
  };
  for (const thread of [true, false]) {
    for (const event of events)
      note(undefined, evolve(undefined, event, () => aRoute({ thread }), policy).alert);
  }
  for (const thread of threads) {
    for (const over of [{ status: 'resolved', endsAt: t0 + minutes(10) }, { status: 'firing' }] as const) {
      const before = anAlert({ thread, ...over });
      const message = threadMessage(before);
      for (const outcome of message ? outcomes : []) {
        const change = message && outcome(message);
        if (change) note(before, withThread(before, change, now).alert);
      }
      note(before, foldThread(before, 'd1', now)?.alert);
      note(before, applied(applyAlertCommand(ofGroup(before), { verb: 'take_out' }, { id: 'U1' }, now)));
      for (const event of events) note(before, evolve(before, event, () => aRoute(), policy).alert);
    }
  }
  return found;
};

const ofGroup = (alert: Alert): Alert => ({
  ...alert,
  memberOf: { group: 'aaaaaaaaaaaaaaaa', at: t0, channel: alert.channel, by: {} },
});

const applied = (decision: CommandDecision): Alert | undefined => (decision.ok ? decision.alert : undefined);

test('a thread moves as its type tells, in all those ways and in no other', () => {
  const told = movesIn('Thread').map(({ from, to }) => `${from} → ${to}`);
  expect([...moves()].sort()).toEqual(told.toSorted());
});
