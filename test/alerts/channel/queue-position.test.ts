import { expect, test } from 'vitest';
import { queuePosition, samePosition } from '../../../src/alerts/channel/queue-position.ts';
import type { Alert, Thread } from '../../../src/alerts/model/alert.ts';
import type { Severity } from '../../../src/core/severity.ts';
import { anAlert, anOpenAlert } from '../../builders/alert.ts';
import { minutes, t0 } from '../../builders/event.ts';

const wanted: Thread = { state: 'wanted', since: t0, event: 'e' };
const posting: Thread = { state: 'posting', since: t0, event: 'e', attempt: 1, firstClaim: t0, claim: 'c' };
const note = { n: 1, kind: 'acknowledged', at: t0 } as const;
const silence = { by: { id: 'U1' }, reason: 'known', until: t0 + minutes(10) };

test.each<[string, Alert, ReturnType<typeof queuePosition>]>([
  ['wants a thread', anAlert({ thread: wanted }), { queue: 'post', class: 1 }],
  ['is over before its turn', anAlert({ thread: wanted, status: 'resolved' }), { queue: 'post', class: 8 }],
  ['is being posted', anAlert({ thread: posting }), { queue: 'post', class: 1 }],
  [
    'is over while it is posted',
    anAlert({ thread: posting, status: 'resolved' }),
    { queue: 'post', class: 1 },
  ],
  ['shows the present state', anOpenAlert(), { queue: 'idle' }],
  ['shows an older state', anOpenAlert({}, { shown: 'old' }), { queue: 'update', class: 1, root: true }],
  ['has something to say', anOpenAlert({ notes: [note] }), { queue: 'update', class: 1, root: false }],
  [
    'is saying something',
    anOpenAlert({}, { posting: { through: 1, since: t0, claim: 'c' } }),
    { queue: 'update', class: 1, root: false },
  ],
  ['is silenced', anOpenAlert({ silence }), { queue: 'idle', wakeAt: silence.until }],
  ['is in doubt', anOpenAlert({}, { lookAgain: t0 }), { queue: 'idle', wakeAt: t0 + minutes(1) }],
  [
    'is silenced and in doubt',
    anOpenAlert({ silence }, { lookAgain: t0 }),
    { queue: 'idle', wakeAt: t0 + minutes(1) },
  ],
  ['wants no thread', anAlert({ thread: { state: 'none' } }), { queue: 'idle' }],
  ['was folded', anAlert({ thread: { state: 'folded', at: t0 } }), { queue: 'idle' }],
  ['was given up', anAlert({ thread: { state: 'failed', at: t0, reason: 'x' } }), { queue: 'idle' }],
])('an alert that %s', (_, alert, position) => {
  expect(queuePosition(alert)).toEqual(position);
});

test('the most severe go first, and what is over before its turn goes last', () => {
  const classOf = (severity: Severity) => queuePosition(anAlert({ thread: wanted, severity }));
  expect((['critical', 'error', 'warning', 'info', 'none'] as const).map(classOf)).toEqual(
    [1, 2, 3, 4, 5].map((n) => ({ queue: 'post', class: n })),
  );
});

test('a place is the same only when nothing about it differs', () => {
  const places = [
    queuePosition(anAlert({ thread: wanted })),
    queuePosition(anAlert({ thread: wanted, severity: 'info' })),
    queuePosition(anOpenAlert()),
    queuePosition(anOpenAlert({ silence })),
    queuePosition(anOpenAlert({}, { shown: 'old' })),
    queuePosition(anOpenAlert({ notes: [note] })),
  ];
  for (const [i, a] of places.entries()) {
    for (const [j, b] of places.entries()) expect([i, j, samePosition(a, b)]).toEqual([i, j, i === j]);
  }
});
