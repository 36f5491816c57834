import { expect, test } from 'vitest';
import { doneWith, goOnAt, streamName } from '../../../src/intake/replay/progress.ts';

const range = { topic: 'alerts', partition: 0, from: '100', to: '200' };

test.each([
  ['nothing was done', undefined, '100'],
  ['its beginning was done', { from: '100', next: '150' }, '150'],
  ['more than its beginning was done', { from: '50', next: '150' }, '150'],
  ['all of it was done', { from: '50', next: '900' }, '200'],
  ['what was done ends where it begins', { from: '50', next: '100' }, '100'],
  ['what was done ends before it', { from: '50', next: '99' }, '100'],
  ['what was done begins behind its beginning', { from: '101', next: '150' }, '100'],
])('%s', (_, done, next) => {
  expect(goOnAt(range, done)).toBe(next);
});

test.each([
  ['the first', undefined, { from: '100', next: '120' }],
  ['goes on', { from: '50', next: '100' }, { from: '50', next: '120' }],
  ['within what is done', { from: '50', next: '500' }, { from: '50', next: '500' }],
  ['apart from what is done', { from: '50', next: '99' }, { from: '100', next: '120' }],
  ['before what is done', { from: '110', next: '500' }, { from: '100', next: '120' }],
])('what is done: %s', (_, done, after) => {
  expect(doneWith(done, '100', '120')).toEqual(after);
});

test('another life of a topic is another stream', () => {
  expect([streamName(range), streamName({ ...range, life: 'ab' })]).toEqual(['alerts/0', 'alerts/0-ab']);
});
