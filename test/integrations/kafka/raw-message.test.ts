import { expect, test } from 'vitest';
import { toHeaders, toRawMessage } from '../../../src/integrations/kafka/raw-message.ts';

const origin = { topic: 'alerts', partition: 2, tier: undefined, receivedAt: 5 };

test('headers are lower-case text; of several the last counts; no name is special', () => {
  const headers = toHeaders({
    'Content-Type': Buffer.from('application/json'),
    Tier: [Buffer.from('a'), 'b'],
    empty: undefined,
    ['__proto__']: Buffer.from('x'),
  });
  expect(Object.entries(headers)).toEqual([
    ['content-type', 'application/json'],
    ['tier', 'b'],
    ['empty', ''],
    ['__proto__', 'x'],
  ]);
  expect(Object.getPrototypeOf(headers)).toBe(Object.prototype);
});

test('a record without a time, a tier or a body has none', () => {
  expect(toRawMessage({ value: null, offset: '7', timestamp: '-1' }, origin)).toEqual({
    value: null,
    headers: {},
    position: { via: 'kafka', topic: 'alerts', partition: 2, offset: '7', index: 0 },
    receivedAt: 5,
  });
});

test('the time of the broker and the tier of the topic are handed on', () => {
  const record = { value: Buffer.from('x'), offset: '7', timestamp: '1700000000000', headers: {} };
  expect(toRawMessage(record, { ...origin, tier: 'prod' })).toMatchObject({
    brokerTime: 1_700_000_000_000,
    topicTier: 'prod',
  });
});
