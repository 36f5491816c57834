import { expect, test } from 'vitest';
import { ConfigError, StoreUnavailable } from '../../../../src/core/errors.ts';
import { blame, causes, isRefused } from '../../../../src/integrations/kafka/client/failures.ts';

const named = (name: string, fields: object = {}, cause?: unknown): Error =>
  Object.assign(new Error(name, { cause }), { name, ...fields });

test('a refused login or a missing right is seen through whatever wraps it', () => {
  const login = named('KafkaJSSASLAuthenticationError');
  expect(isRefused(login)).toBe(true);
  expect(isRefused(named('KafkaJSNumberOfRetriesExceeded', {}, login))).toBe(true);
  expect(isRefused(named('KafkaJSProtocolError', { type: 'TOPIC_AUTHORIZATION_FAILED' }))).toBe(true);
  expect(isRefused(named('KafkaJSProtocolError', { type: 'LEADER_NOT_AVAILABLE' }))).toBe(false);
  expect(isRefused('no')).toBe(false);
});

test('causes that go in a circle end', () => {
  const a = new Error('a');
  const b = new Error('b', { cause: a });
  a.cause = b;
  expect(causes(b)).toEqual([b, a]);
});

test.each([
  [new StoreUnavailable('away'), 'store'],
  [new SyntaxError('Unexpected token'), 'message'],
  [new TypeError('x is undefined'), 'message'],
  [new ConfigError('x', []), 'message'],
  [new Error('OOM command not allowed'), 'unknown'],
  ['a string', 'unknown'],
])('%s is blamed on the %s', (error, who) => {
  expect(blame(error)).toBe(who);
});
