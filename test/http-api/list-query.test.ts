import { expect, test } from 'vitest';
import { parseListQuery } from '../../src/http-api/shared/list-query.ts';

const parse = (query: string) => parseListQuery(new URLSearchParams(query));

test('without parameters: the first page of everything', () => {
  expect(parse('')).toEqual({ filter: { limit: 50 } });
});

test('every filter at once', () => {
  expect(
    parse(
      'status=firing&severity=critical&tier=prod&label=service:pay&label=url:http://a:1&limit=200&cursor=x',
    ),
  ).toEqual({
    filter: {
      status: 'firing',
      severity: 'critical',
      tier: 'prod',
      labels: { service: 'pay', url: 'http://a:1' },
      limit: 200,
      cursor: 'x',
    },
  });
});

test('every problem at once', () => {
  expect(
    parse('status=open&severity=bad&tier=&label=x&label=a:1&label=a:2&limit=0&cursor=&state=x&tier=b'),
  ).toEqual({
    problems: [
      { path: 'tier', message: 'is given more than once' },
      { path: 'state', message: 'is unknown; use status, tier, severity, label, limit, cursor' },
      { path: 'status', message: 'is none of firing, resolved' },
      { path: 'severity', message: 'is none of critical, error, warning, info, none' },
      { path: 'tier', message: 'is empty' },
      { path: 'cursor', message: 'is empty' },
      { path: 'label', message: 'is not name:value, as in label=service:payments' },
      { path: 'label', message: 'asks for two values of a at once; no alert has both' },
      { path: 'limit', message: 'is not a whole number from 1 to 200' },
    ],
  });
});

test.each(['201', '-1', '1.5', '1e2', 'ten', ''])('limit %s is refused', (limit) => {
  expect(parse(`limit=${limit}`)).toEqual({
    problems: [{ path: 'limit', message: 'is not a whole number from 1 to 200' }],
  });
});

test('a label named like a part of every object is a label', () => {
  const parsed = parse('label=__proto__:x&label=constructor:y');
  expect('filter' in parsed && Object.entries(parsed.filter.labels ?? {})).toEqual([
    ['__proto__', 'x'],
    ['constructor', 'y'],
  ]);
});
