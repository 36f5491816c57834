import { describe, expect, test } from 'vitest';
import type { DeliveryStep } from '../../../src/delivery/next-step.ts';
import type { Card, RebuildNote } from '../../../src/rebuild/model/parts/told.ts';
import { dueAt, dueNews } from '../../../src/rebuild/reconcile/schedule.ts';
import { cardContent } from '../../../src/rebuild/thread/card-content.ts';
import { decideCard } from '../../../src/rebuild/thread/decide-card.ts';
import { aRebuild } from '../../builders/rebuild.ts';

const now = 1_000_000;
const policy = { cardEvery: 10_000, claimTimeout: 90_000 };
const ts = '1763607600.000100';
const note: RebuildNote = { n: 1, kind: 'step', at: now, text: 'History' };
const asked: RebuildNote = { ...note, kind: 'pausing', by: { id: 'U0ALICE' } };
const own: RebuildNote = { ...note, by: { id: 'farmhand' } };
const claim = { through: 0, since: now - 1_000, claim: 'c' };
const base: Card = { channel: 'C0DCR', state: 'wanted', notes: [], noteCount: 0 };
const shown = cardContent(aRebuild());
const open: Card = { ...base, state: 'open', ts, shown, shownAt: now - 60_000 };
const behind: Card = { ...open, shown: 'older' };

const table: readonly (readonly [string, Card, DeliveryStep])[] = [
  ['wanted', base, { do: 'post' }],
  ['wanted, but not yet', { ...base, retryAt: now + 5 }, { do: 'wait', until: now + 5 }],
  ['wanted, and time is up', { ...base, retryAt: now }, { do: 'post' }],
  ['given up', { ...base, state: 'failed', notes: [note] }, { do: 'nothing' }],
  [
    'claimed by somebody who may be at it',
    { ...base, state: 'posting', posting: claim },
    { do: 'wait', until: now + 89_000 },
  ],
  [
    'claimed by somebody who is gone',
    { ...base, state: 'posting', posting: { ...claim, since: now - 90_000 } },
    { do: 'look_up', posting: { ...claim, since: now - 90_000 } },
  ],
  [
    'claimed, and the answer was unclear',
    { ...base, state: 'posting', posting: { ...claim, lookAt: now } },
    { do: 'look_up', posting: { ...claim, lookAt: now } },
  ],
  ['shown', open, { do: 'nothing' }],
  ['behind', behind, { do: 'update', ts }],
  ['behind, shown just now', { ...behind, shownAt: now - 1 }, { do: 'wait', until: now + 9_999 }],
  ['with notes', { ...open, notes: [note] }, { do: 'reply' }],
  ['with notes, behind, shown just now', { ...behind, shownAt: now, notes: [note] }, { do: 'reply' }],
  ['with notes and behind', { ...behind, notes: [note] }, { do: 'update', ts }],
  [
    'after a command, shown two seconds ago',
    { ...behind, shownAt: now - 2_000, notes: [asked] },
    { do: 'update', ts },
  ],
  [
    'after a command, shown just now',
    { ...behind, shownAt: now - 400, notes: [asked] },
    { do: 'wait', until: now + 600 },
  ],
  ['farmhand is no person', { ...behind, shownAt: now - 2_000, notes: [own] }, { do: 'reply' }],
  [
    'notes claimed by somebody who may be at it; the root does not wait for that',
    { ...behind, notes: [note], posting: { ...claim, through: 1 } },
    { do: 'update', ts },
  ],
  [
    'notes claimed, and nothing else to do',
    { ...open, notes: [note], posting: { ...claim, through: 1 } },
    { do: 'wait', until: now + 89_000 },
  ],
  ['in doubt', { ...open, showAgainAt: now + 7 }, { do: 'wait', until: now + 7 }],
  ['in doubt long enough', { ...open, showAgainAt: now }, { do: 'repair', ts, doubt: now }],
  [
    'everything waits while Slack is down',
    { ...behind, notes: [asked], showAgainAt: now, retryAt: now + 3 },
    { do: 'wait', until: now + 3 },
  ],
];

describe('the next step for a card', () => {
  for (const [name, card, step] of table) {
    test(name, () => expect(decideCard(aRebuild({ card }), now, policy)).toEqual(step));
  }

  test('whatever has a step by itself is due, and nothing else is', () => {
    for (const [name, card, step] of table) {
      const due = dueAt(aRebuild({ card }), 'card') !== undefined;
      expect([name, due]).toEqual([name, step.do !== 'nothing']);
    }
  });
});

describe('what a write makes due', () => {
  const quiet = aRebuild({
    ticket: { state: 'wanted', entries: [], count: 0, attempts: 0 },
    card: { ...base, retryAt: now },
  });

  test('a ticket that waits to name its thread goes on when the thread is there', () => {
    const posted = { ...quiet, card: open };
    expect(dueNews(quiet, posted)).toEqual([{ part: 'ticket', at: 0 }]);
    expect(dueNews(posted, { ...posted, reason: 'other' })).toEqual([]);
  });
});
