import { expect, test } from 'vitest';
import { noMatch } from '../../../src/alerts/ports/no-match.ts';
import { anAlert } from '../../builders/alert.ts';

const alerts = [
  anAlert({ labels: { alertname: 'A', service: 'checkout' } }),
  anAlert({ labels: { alertname: 'B', service: 'checkout' } }),
  anAlert({ labels: { alertname: 'C', service: 'payments' }, severity: 'warning' }),
];

test('a label that no alert has is told from a value that none has', () => {
  const { missed } = noMatch(
    { severity: 'info', labels: { service: 'chekout', foo: 'bar', alertname: 'A' } },
    { alerts },
    3,
  );
  expect(missed).toEqual([
    { name: 'severity', value: 'info', known: true, there: ['critical', 'warning'] },
    { name: 'service', value: 'chekout', known: true, there: ['checkout', 'payments'], meant: 'checkout' },
    { name: 'foo', value: 'bar', known: false, there: ['alertname', 'service'] },
  ]);
});

test('where each part fits some alert, none is told as missing', () => {
  expect(noMatch({ severity: 'warning', labels: { service: 'checkout' } }, { alerts }, 3)).toEqual({
    total: 3,
    missed: [],
    partly: false,
  });
});

test('what objects inherit is no label; a list that was not read whole says so', () => {
  const { missed, partly, total } = noMatch(
    { labels: { constructor: 'x' } },
    { alerts, next: 'f.1.x' },
    1_234,
  );
  expect([missed[0]?.known, partly, total]).toEqual([false, true, 1_234]);
});
