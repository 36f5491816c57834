import { describe, expect, test } from 'vitest';
import type { RoutedFields } from '../../src/alerts/model/routing.ts';
import { RouteSchema } from '../../src/config/schema/route-schema.ts';
import { createRouteTable } from '../../src/routes/table.ts';

const table = (...routes: unknown[]) =>
  createRouteTable({
    routes: routes.map((route) => RouteSchema.parse(route)),
    slack: { default_channel: 'CDEFAULT' },
  });

const event = (over: Partial<RoutedFields> = {}): RoutedFields => ({
  type: 'alertmanager',
  source: 'am-1',
  tier: 'prod',
  name: 'HighErrorRate',
  severity: 'critical',
  labels: { alertname: 'HighErrorRate', service: 'checkout' },
  ...over,
});

const three = table(
  { name: 'dcr', type: 'dcr' },
  { name: 'pay', match: ['service=~"pay.*"', 'severity="critical"'], channel: 'CPAY' },
  { name: 'critical', type: ['alertmanager', 'adhoc'], match: ['severity="critical"'] },
);

describe('choose', () => {
  test('the first route that matches', () => {
    expect(three.choose(event({ labels: { service: 'payments' } }))).toEqual({
      route: 'pay',
      channel: 'CPAY',
      thread: true,
      actions: [],
    });
    expect(three.choose(event()).route).toBe('critical');
    expect(three.choose(event({ type: 'dcr' })).route).toBe('dcr');
  });

  test('the default route when none does: a thread in the default channel', () => {
    expect(three.choose(event({ severity: 'info' }))).toEqual({
      route: '(default)',
      channel: 'CDEFAULT',
      thread: true,
      actions: [],
    });
    expect(table().choose(event()).route).toBe('(default)');
  });

  test('a route gives its runbook along', () => {
    const runbook_url = 'https://runbooks.example/payments';
    expect(table({ name: 'pay', runbook_url }).choose(event()).runbook).toBe(runbook_url);
  });

  test('fields match by name, and a label of that name wins unless it is empty', () => {
    const byTier = table({
      name: 'r',
      match: ['tier="gold"', 'source="am-1"', 'type="alertmanager"', 'name="X"'],
    });
    expect(byTier.choose(event({ tier: 'gold', name: 'X' })).route).toBe('r');
    expect(byTier.choose(event({ name: 'X', labels: { tier: 'gold' } })).route).toBe('r');
    expect(byTier.choose(event({ tier: 'gold', name: 'X', labels: { tier: '' } })).route).toBe('r');
    expect(byTier.choose(event({ tier: 'gold', name: 'X', labels: { tier: 'dev' } })).route).toBe(
      '(default)',
    );
  });

  test('a label that is not there is empty, whatever an object inherits', () => {
    const none = table({ name: 'r', match: ['constructor=""', 'team!="x"', 'team=~".*"'] });
    expect(none.choose(event()).route).toBe('r');
  });

  test('groups where the route says by what', () => {
    const by = (group_by: readonly string[] | 'source') =>
      table({ name: 'a', group_by }).choose(event()).groupBy;
    expect(by(['service'])).toEqual(['service']);
    expect(by('source')).toBe('source');
    expect(by(['...'])).toBeUndefined();
  });

  test('several matchers on one line must all hold', () => {
    const line = table({ name: 'r', match: ['{severity="critical", service="checkout"}'] });
    expect(line.choose(event()).route).toBe('r');
    expect(line.choose(event({ severity: 'info' })).route).toBe('(default)');
  });

  test('actions in their order, without the thread', () => {
    const full = table({
      name: 'r',
      actions: [
        'thread',
        { ticket: { summary: '{{name}}', labels: ['a'], issue_type: 'Bug', project: 'OPS' } },
        'ticket',
        {
          ticket: {
            settle: '30s',
            resolved: { transition: { to: 'Done', fields: { Resolution: 'Fixed' } } },
            refired: { comment: false },
          },
        },
        {
          api_task: { task: 'bounce', params: { t: '{{thread.permalink}}' }, attempts: 3, backoff: '10s' },
        },
      ],
    });
    expect(full.choose(event())).toEqual({
      route: 'r',
      channel: 'CDEFAULT',
      thread: true,
      actions: [
        {
          kind: 'ticket',
          project: 'OPS',
          issueType: 'Bug',
          summary: '{{name}}',
          labels: ['a'],
          settle: 60_000,
        },
        { kind: 'ticket' },
        {
          kind: 'ticket',
          settle: 30_000,
          resolved: { move: { to: 'Done', fields: { Resolution: 'Fixed' } } },
          refired: { silent: true },
        },
        {
          kind: 'api_task',
          task: 'bounce',
          params: { t: '{{thread.permalink}}' },
          attempts: 3,
          backoff: 10_000,
        },
      ],
    });
    expect(table({ name: 'r', actions: ['ticket'] }).choose(event()).thread).toBe(false);
  });
});

describe('explain', () => {
  test('why each route did or did not take it', () => {
    expect(three.explain(event({ labels: { service: 'payments' }, severity: 'critical' }))).toEqual({
      route: 'pay',
      tried: [
        { route: 'dcr', matched: false, why: 'wants type dcr, but it is alertmanager' },
        { route: 'pay', matched: true, why: 'service=~"pay.*", severity="critical"' },
        { route: 'critical', matched: false, why: 'comes after pay; it would have matched too' },
      ],
    });
    expect(three.explain(event({ labels: {}, severity: 'info' }))).toEqual({
      route: '(default)',
      tried: [
        { route: 'dcr', matched: false, why: 'wants type dcr, but it is alertmanager' },
        {
          route: 'pay',
          matched: false,
          why: 'wants service=~"pay.*", but there is none; wants severity="critical", but it is "info"',
        },
        { route: 'critical', matched: false, why: 'wants severity="critical", but it is "info"' },
        { route: '(default)', matched: true, why: 'no other route took it' },
      ],
    });
  });

  test('a route without conditions takes every event', () => {
    expect(table({ name: 'all' }).explain(event()).tried).toEqual([
      { route: 'all', matched: true, why: 'it takes every event' },
    ]);
  });

  test('agrees with choose', () => {
    for (const severity of ['critical', 'info'] as const) {
      for (const type of ['alertmanager', 'dcr', 'adhoc'] as const) {
        for (const labels of [{}, { service: 'payments' }, { severity: 'info' }]) {
          const e = event({ severity, type, labels });
          expect(three.explain(e).route).toBe(three.choose(e).route);
        }
      }
    }
  });
});

test('the revision changes with the routes, and only with them', () => {
  expect(table({ name: 'a' }).revision).toBe(table({ name: 'a' }).revision);
  expect(table({ name: 'a' }).revision).not.toBe(table({ name: 'b' }).revision);
  expect(table().revision).toMatch(/^[0-9a-f]{12}$/);
});

test('a matcher that does not parse is refused by name', () => {
  const route = { ...RouteSchema.parse({ name: 'a' }), match: ['x'] };
  expect(() => createRouteTable({ routes: [route], slack: { default_channel: 'C123' } })).toThrow(
    'a.match[0]: "x" is not a matcher; write name="value" with =, !=, =~ or !~',
  );
});

describe('where tiers are listed', () => {
  const listed = createRouteTable({
    routes: [
      { name: 'alpha', match: ['tier="alpha"'], channel: 'CALPHA0' },
      { name: 'beta', match: ['tier="beta"', 'severity="critical"'], channel: 'CBETA00' },
    ].map((route) => RouteSchema.parse(route)),
    slack: { default_channel: 'CDEFAULT' },
    tiers: { list: [{ name: 'alpha' }, { name: 'beta', default_channel: 'CBETA01' }] },
  });

  test('a label that claims a tier takes no route of it', () => {
    const claiming = event({ tier: 'beta', labels: { tier: 'alpha' } });
    expect(listed.choose(claiming).route).toBe('beta');
    expect(listed.explain(claiming).tried[0]?.why).toBe('wants tier="alpha", but it is "beta"');
    expect(listed.choose(event({ tier: 'alpha', labels: { tier: 'beta' } })).channel).toBe('CALPHA0');
  });

  test('what no route takes goes to the tier’s own channel, or else the common one', () => {
    const channelOf = (tier: string) => listed.choose(event({ tier, severity: 'info' })).channel;
    expect([channelOf('beta'), channelOf('gamma')]).toEqual(['CBETA01', 'CDEFAULT']);
  });
});
