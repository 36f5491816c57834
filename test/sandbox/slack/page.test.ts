import { expect, test } from 'vitest';
import { withPageScript } from '../../../sandbox/slack/gateway/page.ts';

const groups = [{ id: 'S0SRE', handle: 'sre', name: 'SRE</script>', users: [] }];
const page = '<!doctype html><html><head><title>$& </title></head><body></body></html>';

test('the script comes first in the page', () => {
  const [before = '', after = ''] = withPageScript('text/html; charset=utf-8', page, groups).split(
    /<script>[\s\S]*<\/script>/,
  );
  expect([before, after]).toEqual([
    '<!doctype html><html><head>',
    '<title>$& </title></head><body></body></html>',
  ]);
});

test('the page knows how the groups are called', () => {
  expect(withPageScript('text/html', page, groups)).toContain('window.usergroups = {"S0SRE":"@sre"};');
});

test('nothing happens to what is no page', () => {
  expect(withPageScript('application/json', '"<head>"', groups)).toBe('"<head>"');
});
