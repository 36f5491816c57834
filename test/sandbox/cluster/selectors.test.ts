import { expect, test } from 'vitest';
import { matchesFields, matchesLabels } from '../../../sandbox/cluster/selectors.ts';

const labels = { app: 'farmer', tier: 'a' };

test.each([
  ['', true],
  ['app=farmer', true],
  ['app==farmer,tier=a', true],
  ['app=farmer,tier=b', false],
  ['app!=farmer', false],
  ['zone!=b', true],
  ['app in (sync, farmer),tier', true],
  ['app notin (farmer)', false],
  ['zone notin (b)', true],
  ['!zone', true],
  ['!app', false],
])('labels: %s', (selector, matches) => {
  expect(matchesLabels(selector, labels)).toBe(matches);
});

test.each([
  ['', true],
  ['metadata.name=a', true],
  ['metadata.name=a,reason!=b', true],
  ['metadata.name!=a', false],
  ['reason=b', false],
])('fields: %s', (selector, matches) => {
  expect(matchesFields(selector, { 'metadata.name': 'a' })).toBe(matches);
});
