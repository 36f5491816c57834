import { expect, test } from 'vitest';
import { placeOf } from '../../../src/alerts/model/place.ts';

test.each([
  ['http://alertmanager-0.monitoring:9093', 'http://alertmanager-1.monitoring:9093'],
  [
    'http://alertmanager-main-0.alertmanager-operated:9093',
    'https://alertmanager-main-1.alertmanager-operated:9093/',
  ],
  ['https://am1.eu.example', 'https://am2.eu.example/'],
  ['https://am-a.eu.example/alerts', 'https://am-b.eu.example/alerts/'],
  ['http://prod-alertmanager-0:9093', 'http://prod-alertmanager-1:9093'],
])('the replicas %s and %s are one place', (one, other) => {
  expect(placeOf(one)).toBe(placeOf(other));
});

test.each([
  ['http://am.test.example:9093', 'http://am.stage.example:9093'],
  ['https://am.example/test', 'https://am.example/stage'],
  ['http://prod1.example/alertmanager', 'http://prod2.example/alertmanager'],
  ['https://am.eu1.example', 'https://am.eu2.example'],
  ['http://am-eu1:9093', 'http://am-eu2:9093'],
  ['http://10.0.0.1:9093', 'http://10.0.0.2:9093'],
  ['http://localhost:9093', 'http://localhost:9094'],
])('%s and %s may be two clusters, and are two places', (one, other) => {
  expect(placeOf(one)).not.toBe(placeOf(other));
});
