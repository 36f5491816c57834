import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  helpAnswer,
  misunderstoodAnswer,
  notFoundAnswer,
  unavailableAnswer,
  whyAnswer,
} from '../../../views/messages/answers.ts';
import { anAlert, start, viewContext } from '../support/builders.ts';
import { hostileAlert, hostileText, hostileTrail } from '../support/hostile.ts';
import { readable } from '../support/read.ts';
import { problemsOf } from '../support/slack-rules.ts';

const ctx = viewContext();
test('when the records are away, nothing was changed and trying again is the thing to do', () => {
  expect(unavailableAnswer().text).toMatch(/Nothing was changed\. Try again/);
});

test('why: route, thread, and what was done', () => {
  const trail = {
    alert: anAlert({
      previous: { id: '689b55798b76c552-aaaa', channel: 'C01ALERTS', ts: '1795180000.000100' },
    }),
    explanation: {
      route: 'payments',
      tried: [
        { route: 'gov', matched: false, why: 'tier="gov" does not hold: tier is prod' },
        { route: 'payments', matched: true, why: 'service=~"check.*"' },
        { route: 'rest', matched: false, why: 'comes after payments' },
      ],
    },
    journal: [
      { at: start, who: 'farmhand', what: 'opened' },
      { at: start + 61_000, who: 'farmhand', what: 'thread_open', why: 'C01ALERTS 1.2' },
    ],
  };
  expect(readable(whyAnswer(trail, ctx).blocks)).toEqual([
    '*Why HighErrorRate is where it is*',
    '*Why this route*\nRoute `payments` to <#C01ALERTS>\n▫️ `gov`  tier="gov" does not hold: tier is prod\n✅ `payments`  service=∼"check.∗"\n▫️ 1 route after it had no say',
    '*Why this thread*\n<https://acme.slack.com/archives/C01ALERTS/p1795184022000100|Its thread> was opened 2026-11-20 14:13.\nAll of it since its first firing, 2026-11-20 14:13, is in this one thread: 1 firing, 1 event.\nIt fired again too long after <https://acme.slack.com/archives/C01ALERTS/p1795180000000100|an earlier thread> to re-open that one.',
    '*What was done*\n14:13  Came in as a new alert\n14:14  Its thread was opened',
    'Alert `689b55798b76c552-mi80s0g0`',
  ]);
});

test('whatever is on record, Slack takes the trail and nothing in it is active', () => {
  fc.assert(
    fc.property(hostileAlert, hostileTrail, (alert, trail) => {
      expect(problemsOf(whyAnswer({ alert, ...trail }, ctx), ctx, ['acme.slack.com'])).toEqual([]);
    }),
    { numRuns: 60 },
  );
});

test('whatever people write, the answer to it is inert', () => {
  fc.assert(
    fc.property(fc.array(hostileText, { maxLength: 12 }), hostileText, (problems, hint) => {
      expect(problemsOf(misunderstoodAnswer([...problems, 'x'], hint), ctx)).toEqual([]);
      expect(problemsOf(notFoundAnswer(hint), ctx)).toEqual([]);
    }),
  );
});

test('help names every word, with the bot’s name where it is known', () => {
  const text = readable(helpAnswer({ id: 'U0BOT' }).blocks).join('\n');
  for (const word of ['status', 'ack', 'unack', 'silence 2h because', 'ticket', 'why', '/alerts why ID']) {
    expect(text).toContain(word);
  }
  expect(text).toContain('<@U0BOT>');
  expect(problemsOf(helpAnswer(), ctx)).toEqual([]);
});
