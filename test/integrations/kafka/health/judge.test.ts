import { expect, test } from 'vitest';
import type { PartitionView } from '../../../../src/integrations/kafka/health/broker-view.ts';
import {
  isRemade,
  lagOf,
  type PartitionFacts,
  partitionProblem,
  stuckAfter,
  topicProblem,
} from '../../../../src/integrations/kafka/health/judge.ts';
import { givenFor } from '../../../support/given.ts';

const view = (over: Partial<PartitionView> = {}): PartitionView => ({
  partition: 0,
  hasLeader: true,
  low: '0',
  high: '25',
  stable: '25',
  ...over,
});
const given = givenFor(partitionProblem);
const [a, b] = ['a'.repeat(32), 'b'.repeat(32)];

test('lag is from where reading stands to the end that the broker tells, and never counts what is gone', () => {
  expect(lagOf(view(), { next: '10' })).toBe(15);
  expect(lagOf(view(), undefined)).toBe(25);
  expect(lagOf(view({ low: '20' }), { next: '10' })).toBe(5);
  expect(lagOf(view(), { next: '40' })).toBe(0);
  expect(lagOf({ partition: 0, hasLeader: false }, { next: '10' })).toBeUndefined();
});

test('a partition that is behind says what keeps it, once it has stood still for a while', () => {
  const now = 1_000_000;
  const facts = (over: Partial<PartitionFacts>): PartitionFacts => ({
    topic: 'alerts',
    view: view(),
    standing: { next: '10' },
    stillSince: now - 90_000,
    ...over,
  });
  const at = { topic: 'alerts', partition: 0 };
  const behind = { ...at, lag: 15, stillMs: 90_000 };
  given(facts({ stillSince: now - stuckAfter + 1 }))
    .when(now)
    .thenIs(undefined);
  given(facts({ standing: { next: '25' } }))
    .when(now)
    .thenIs(undefined);
  given(facts({ view: view({ stable: '10' }) }))
    .when(now)
    .thenIs({ code: 'transaction_open', ...behind });
  given(facts({ inHandSince: now - 90_000 }))
    .when(now)
    .thenIs({ code: 'in_hand', ...behind });
  given(facts({ standing: { next: '24' } }))
    .when(now)
    .thenIs({ code: 'stuck', ...behind, lag: 1 });
  given(facts({ view: { partition: 3, hasLeader: false } }))
    .when(now)
    .thenIs({ code: 'no_leader', topic: 'alerts', partition: 3 });
});

test('a topic that cannot be read says why', () => {
  expect(topicProblem({ topic: 't', partitions: [] })).toBeUndefined();
  for (const wrong of ['missing', 'refused', 'unknown'] as const) {
    expect(topicProblem({ topic: 't', partitions: [], wrong })).toEqual({ code: wrong, topic: 't' });
  }
});

test('a topic is another one by its id; without ids, by what cannot be', () => {
  const none = { standing: undefined, own: undefined, uncommitted: false };
  expect(isRemade(a, view(), { ...none, standing: { next: '10', life: a } })).toBe(false);
  expect(isRemade(b, view(), { ...none, standing: { next: '10', life: a } })).toBe(true);
  // A commit of before, or of somebody else's tool, says nothing.
  expect(isRemade(b, view(), { ...none, standing: { next: '10' } })).toBe(false);
  const own = { next: '10' };
  expect(isRemade(undefined, view(), { standing: own, own, uncommitted: false })).toBe(false);
  expect(isRemade(undefined, view(), { standing: own, own, uncommitted: true })).toBe(true);
  expect(isRemade(undefined, view({ high: '9' }), { standing: own, own, uncommitted: false })).toBe(true);
  // It never read there itself: what others committed may have gone in many ways.
  expect(isRemade(undefined, view({ high: '9' }), { standing: own, own: undefined, uncommitted: true })).toBe(
    false,
  );
});
