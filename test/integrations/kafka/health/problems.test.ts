import { expect, test } from 'vitest';
import {
  type ConsumerStatus,
  standingOf,
} from '../../../../src/integrations/kafka/consumer/consumer-status.ts';
import { othersIn, readingProblemWords } from '../../../../src/integrations/kafka/health/problems.ts';

const at = { topic: 'alerts', partition: 0 };
const behind = { ...at, lag: 15, stillMs: 90_000 };

test.each([
  [
    { code: 'transaction_open', ...behind },
    'partition 0 of alerts is 15 records behind for 1m 30s: a transaction is open, and what comes after its beginning is read when it ends',
  ],
  [
    { code: 'in_hand', ...behind, lag: 1_500 },
    'partition 0 of alerts is 1500 records behind; messages of it are in hand for 1m 30s and not yet durable',
  ],
  [
    { code: 'stuck', ...behind, lag: 1 },
    'partition 0 of alerts is 1 record behind and has not moved for 1m 30s, although farmhand has it to read',
  ],
  [
    { code: 'no_leader', ...at },
    'partition 0 of alerts has no leader: nothing of it can be read until its broker is back',
  ],
  [
    { code: 'missing', topic: 't' },
    'there is no topic t: create it, or take it out of kafka.topics; it is read as soon as it is there',
  ],
  [{ code: 'refused', topic: 't' }, 'farmhand may not read the topic t: allow it Describe and Read'],
  [
    { code: 'shared', group: 'farmhand', readers: ['console-consumer at 10.0.0.7', 'other at 10.0.0.8'] },
    'the group farmhand is also read by console-consumer at 10.0.0.7 and other at 10.0.0.8: it gets a part of the partitions, and farmhand none of what is in them. Stop it, or give it a group of its own',
  ],
  [{ code: 'unknown', topic: 't' }, 'the brokers cannot say how the topic t is'],
] as const)('what keeps records from being read: %o', (problem, words) => {
  expect(readingProblemWords(problem)).toBe(words);
});

test('others in a group are those of another protocol, or of another name where that is not said; their names are cleaned', () => {
  const host = '/10.0.0.7';
  const ours = { clientId: 'farmhand', host };
  const console = { clientId: 'console\u0000-consumer', host };
  expect(
    othersIn(
      [
        { ...ours, classic: true },
        { ...console, classic: false },
      ],
      'farmhand',
    ),
  ).toEqual(['console-consumer at 10.0.0.7']);
  expect(othersIn([{ ...ours, classic: false }], 'farmhand')).toEqual(['farmhand at 10.0.0.7']);
  expect(othersIn([ours, console, console], 'farmhand')).toEqual(['console-consumer at 10.0.0.7']);
  expect(othersIn([{ ...ours, classic: true }], 'farmhand')).toEqual([]);
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
