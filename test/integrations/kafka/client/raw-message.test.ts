import fc from 'fast-check';
import { expect, test } from 'vitest';
import { toHeaders, toRawMessage } from '../../../../src/integrations/kafka/client/raw-message.ts';

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
    ['__proto__', 'x'],
  ]);
  expect(Object.getPrototypeOf(headers)).toBe(Object.prototype);
});

test('a header without a value, which kafkajs hands over as null, is no header', () => {
  const headers = {
    traceparent: null,
    tier: Buffer.from('gold'),
    Tier: null,
    baggage: [null],
    'X-Tenant': ['a', null, Buffer.from('b'), undefined],
    blank: Buffer.alloc(0),
    odd: { toString: null },
    list: [],
  };
  expect(toHeaders(headers)).toEqual({ tier: 'gold', 'x-tenant': 'b', blank: '' });
});

test.each([null, undefined, 7, 'text', Object.create(null), []])(
  'headers that are %s are none',
  (headers) => {
    expect(toHeaders(headers)).toEqual({});
  },
);

test('nothing that a record holds makes its reading throw', () => {
  const anything = fc.anything({
    withNullPrototype: true,
    withBigInt: true,
    withDate: true,
    withTypedArray: true,
  });
  const headers = fc.oneof(fc.dictionary(fc.string(), fc.oneof(anything, fc.array(anything))), anything);
  fc.assert(
    fc.property(headers, anything, (given, timestamp) => {
      const { headers: read, brokerTime } = toRawMessage(
        { value: null, offset: '7', timestamp, headers: given },
        origin,
      );
      expect(Object.values(read).every((value) => typeof value === 'string')).toBe(true);
      expect(brokerTime === undefined || brokerTime > 0).toBe(true);
    }),
  );
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
