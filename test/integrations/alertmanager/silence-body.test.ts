import { expect, test } from 'vitest';
import {
  carriesMark,
  markOf,
  searchFilter,
  silenceBody,
} from '../../../src/integrations/alertmanager/silence-body.ts';

const request = {
  key: 'abc-1/silence',
  labels: { alertname: 'X', gone: '' },
  alertLabels: { alertname: 'X', gone: '' },
  left: 0,
  startsAt: 0,
  endsAt: 3_600_000,
  createdBy: 'ada\u202e',
  comment: 'line one\nline two [farmhand other]',
};

test('the body has equal matchers of the labels that have a value, and the key last in its comment', () => {
  expect(silenceBody(request)).toEqual({
    matchers: [{ name: 'alertname', value: 'X', isRegex: false, isEqual: true }],
    startsAt: '1970-01-01T00:00:00.000Z',
    endsAt: '1970-01-01T01:00:00.000Z',
    createdBy: 'ada',
    comment: 'line one line two [farmhand other] [farmhand abc-1/silence]',
  });
});

test('a key that a person typed into the reason does not count', () => {
  const { comment } = silenceBody(request);
  expect(carriesMark(comment, 'abc-1/silence')).toBe(true);
  expect(carriesMark(comment, 'other')).toBe(false);
});

test('a long reason never cuts the key off', () => {
  const { comment } = silenceBody({ ...request, comment: 'x'.repeat(5_000) });
  expect(comment).toBe(`${'x'.repeat(999)}… [farmhand abc-1/silence]`);
  expect(markOf('a]b')).toBe('[farmhand a)b]');
});

test('the search is narrowed only where nothing needs quoting', () => {
  expect(searchFilter({ alertname: 'Pod:Crash.Loop-1' })).toBe(
    '?filter=alertname%3D%22Pod%3ACrash.Loop-1%22',
  );
  expect(searchFilter({ alertname: 'a "b"' })).toBe('');
  expect(searchFilter({})).toBe('');
});
