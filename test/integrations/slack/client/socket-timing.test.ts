import { WebAPIRateLimitedError } from '@slack/web-api';
import { expect, test } from 'vitest';
import { reconnectDelay } from '../../../../src/integrations/slack/client/socket-timing.ts';

test('waits double, up to half a minute', () => {
  const waits = [0, 1, 2, 3, 4, 5, 6, 7, 100].map((failures) => reconnectDelay(failures, 1, new Error('x')));
  expect(waits).toEqual([500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000]);
});

test('replicas spread over the upper half of a wait', () => {
  expect(reconnectDelay(3, 0, undefined)).toBe(2000);
  expect(reconnectDelay(3, 0.5, undefined)).toBe(3000);
});

test('a 429 says its own time', () => {
  expect(reconnectDelay(0, 0.3, new WebAPIRateLimitedError(12))).toBe(12_000);
});
