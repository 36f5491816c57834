import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { dataLink, isAllowed, ownLink, ownUrl, permalink } from '../../views/links.ts';
import { hostileText, hostileUrl } from './support/hostile.ts';

const hosts = ['runbooks.example', '*.grafana.example', 'prom.example:9090', '*'];

describe('isAllowed', () => {
  test.each([
    'https://runbooks.example/a?b=c',
    'http://RUNBOOKS.example:8443/',
    'https://eu.grafana.example/d/1',
    'https://a.b.grafana.example/',
    'http://prom.example:9090/graph',
  ])('allows %s', (url) => {
    expect(isAllowed(url, hosts)).toBe(true);
  });

  test.each([
    'https://evil.example/',
    'https://runbooks.example.evil.example/',
    'https://evilrunbooks.example/',
    'https://grafana.example/',
    'https://evilgrafana.example/',
    'http://prom.example:9091/',
    'https://runbooks.example@evil.example/',
    'https://user:pw@runbooks.example/',
    'javascript://runbooks.example/%0aalert(1)',
    'data:text/html,x',
    '//runbooks.example/',
    'runbooks.example',
    `https://runbooks.example/${'x'.repeat(1000)}`,
    '',
  ])('refuses %s', (url) => {
    expect(isAllowed(url, hosts)).toBe(false);
  });
});

test('a link from an alert is a link, or nothing', () => {
  const ctx = { allowedHosts: hosts };
  expect(dataLink('https://runbooks.example/a?x=1&y=2', 'Run|book', ctx)).toBe(
    '<https://runbooks.example/a?x=1&amp;y=2|Run¦book>',
  );
  expect(dataLink('https://evil.example/', 'Runbook', ctx)).toBeUndefined();
  expect(dataLink(undefined, 'Runbook', ctx)).toBeUndefined();
  // What is linked is the address as it was understood, not as it was written.
  expect(dataLink('https://runbooks.example\\@evil.example/', 'Runbook', ctx)).toBe(
    '<https://runbooks.example/@evil.example/|Runbook>',
  );
});

test('an address cannot break out of its link, nor a label', () => {
  fc.assert(
    fc.property(hostileUrl, hostileText, (url, label) => {
      const link = ownLink(url, label);
      if (link !== undefined) expect(link).toMatch(/^<https?:[^<>|\s`]+\|[^<>|\n]+>$/);
      expect(ownUrl(url) ?? 'https://').toMatch(/^https?:[^<>|\s]+/);
    }),
  );
});

test('the permalink of a message is known from the workspace’s address', () => {
  const ctx = { teamUrl: 'https://acme.slack.com/' };
  expect(permalink(ctx, 'C01ALERTS', '1795184022.000100')).toBe(
    'https://acme.slack.com/archives/C01ALERTS/p1795184022000100',
  );
  expect(permalink({}, 'C01ALERTS', '1795184022.000100')).toBeUndefined();
  expect(permalink(ctx, undefined, '1795184022.000100')).toBeUndefined();
  expect(permalink(ctx, 'C01/../x', '1795184022.000100')).toBeUndefined();
});
