import { expect, test } from 'vitest';
import { parseQuantity } from '../../../../src/integrations/kubernetes/doctor/quantity.ts';

test.each([
  ['11', 11],
  ['500m', 0.5],
  ['80Gi', 80 * 2 ** 30],
  ['2Ti', 2 * 2 ** 40],
  ['1.5k', 1_500],
  ['1e3', 1_000],
  ['2E', 2e18],
  ['100M', 1e8],
  ['', undefined],
  ['80GB', undefined],
  ['many', undefined],
])('%s', (text, value) => {
  expect(parseQuantity(text)).toBe(value);
});
