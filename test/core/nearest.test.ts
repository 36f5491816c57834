import { expect, test } from 'vitest';
import { didYouMean, nearest } from '../../src/core/nearest.ts';

test.each([
  ['defaul_channel', 'default_channel'],
  ['default-channel', 'default_channel'],
  ['lgo', 'log'],
  ['Kafka', 'kafka'],
  ['proj', 'project'],
  ['xyz', undefined],
  ['', undefined],
])('%s is %s', (word, expected) => {
  expect(nearest(word, ['slack', 'kafka', 'log', 'default_channel', 'project'])).toBe(expected);
});

test('says nothing where nothing is near', () => {
  expect(didYouMean('xyz', ['slack'])).toBe('');
  expect(didYouMean('slakc', ['slack'])).toBe('; did you mean slack?');
});
