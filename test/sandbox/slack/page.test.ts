import { expect, test } from 'vitest';
import { withPageScript } from '../../../sandbox/slack/gateway/page.ts';

const seed = {
  usergroups: [{ id: 'S0SRE', handle: 'sre', name: 'SRE</script>', users: [] }],
  users: [{ id: 'U0SRE1', name: 'sam', realName: 'Sam', email: 'sam@example.com' }],
};
const page = '<!doctype html><html><head><title>$& </title></head><body></body></html>';

test('the script comes first in the page', () => {
  const [before = '', after = ''] = withPageScript('text/html; charset=utf-8', page, seed).split(
    /<script>[\s\S]*<\/script>/,
  );
  expect([before, after]).toEqual([
    '<!doctype html><html><head>',
    '<title>$& </title></head><body></body></html>',
  ]);
});

test('the page knows how groups and people are called', () => {
  const shown = withPageScript('text/html', page, seed);
  expect(shown).toContain('window.usergroups = {"S0SRE":"@sre"};');
  expect(shown).toContain('window.people = {"U0SRE1":"@Sam"};');
});

test('nothing happens to what is no page', () => {
  expect(withPageScript('application/json', '"<head>"', seed)).toBe('"<head>"');
});
