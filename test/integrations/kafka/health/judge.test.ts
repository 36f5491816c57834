import { expect, test } from 'vitest';
import {
  type ConsumerStatus,
  standingOf,
} from '../../../../src/integrations/kafka/consumer/consumer-status.ts';
import type { PartitionView } from '../../../../src/integrations/kafka/health/broker-view.ts';
import {
  isRemade,
  lagOf,
  type PartitionFacts,
  partitionProblem,
  stuckAfter,
  topicProblem,
} from '../../../../src/integrations/kafka/health/judge.ts';

const view = (over: Partial<PartitionView> = {}): PartitionView => ({
  partition: 0,
  hasLeader: true,
  low: '0',
  high: '25',
  stable: '25',
  ...over,
});
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
  const problem = (over: Partial<PartitionFacts>) => partitionProblem(facts(over), now);
  expect(problem({ stillSince: now - stuckAfter + 1 })).toBeUndefined();
  expect(problem({ standing: { next: '25' } })).toBeUndefined();
  expect(problem({ view: view({ stable: '10' }) })).toBe(
    'partition 0 of alerts is 15 records behind for 1m 30s: a transaction is open, and what comes after its beginning is read when it ends',
  );
  expect(problem({ inHandSince: now - 90_000 })).toBe(
    'partition 0 of alerts is 15 records behind; messages of it are in hand for 1m 30s and not yet durable',
  );
  expect(problem({ standing: { next: '24' } })).toBe(
    'partition 0 of alerts is 1 record behind and has not moved for 1m 30s, although farmhand has it to read',
  );
  expect(problem({ view: { partition: 3, hasLeader: false } })).toBe(
    'partition 3 of alerts has no leader: nothing of it can be read until its broker is back',
  );
});

test('a topic that cannot be read says why', () => {
  expect(topicProblem({ topic: 't', partitions: [] })).toBeUndefined();
  expect(topicProblem({ topic: 't', partitions: [], wrong: 'refused' })).toBe(
    'farmhand may not read the topic t: allow it Describe and Read',
  );
  expect(topicProblem({ topic: 't', partitions: [], wrong: 'unknown' })).toContain('topic t');
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

test('/statusz says why Kafka is down, or what of it is not read', () => {
  const status = (over: Partial<ConsumerStatus>): ConsumerStatus => ({
    state: 'joined',
    assignment: {},
    problems: [],
    ...over,
  });
  const lastError = { message: 'connect ECONNREFUSED 10.0.0.1:9092', at: 1 };
  expect(standingOf(status({}))).toEqual({ state: 'up' });
  expect(standingOf(status({ held: 'Redis does not answer', problems: ['no leader'] }))).toEqual({
    state: 'degraded',
    says: 'reading waits until messages can be stored: Redis does not answer. no leader',
  });
  expect(standingOf(status({ state: 'unreachable', lastError }))).toEqual({
    state: 'down',
    says: 'no broker has answered for ten seconds; last error: connect ECONNREFUSED 10.0.0.1:9092',
  });
  expect(standingOf(status({ state: 'connecting', lastError }))).toEqual({
    state: 'down',
    says: 'no connection to Kafka yet; last error: connect ECONNREFUSED 10.0.0.1:9092',
  });
  expect(standingOf(status({ state: 'failed' }))).toEqual({
    state: 'down',
    says: 'reading has ended for good',
  });
  expect(standingOf(status({ state: 'rebalancing' })).state).toBe('degraded');
});
