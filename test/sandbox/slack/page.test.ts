import { expect, test } from 'vitest';
import { withPageScript } from '../../../sandbox/slack/gateway/page.ts';

const page = '<!doctype html><html><head><title>$& </title></head><body></body></html>';

test('the script comes first in the page', () => {
  const [before = '', after = ''] = withPageScript('text/html; charset=utf-8', page).split(
    /<script>[\s\S]*<\/script>/,
  );
  expect([before, after]).toEqual([
    '<!doctype html><html><head>',
    '<title>$& </title></head><body></body></html>',
  ]);
});

test('nothing happens to what is no page', () => {
  expect(withPageScript('application/json', '"<head>"')).toBe('"<head>"');
});
