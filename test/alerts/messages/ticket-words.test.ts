import { expect, test } from 'vitest';
import { newsLines, newsTitle, ticketBody, ticketTitle } from '../../../src/alerts/messages/ticket-words.ts';
import { anAlert } from '../../builders/alert.ts';
import { aRow } from '../../builders/group.ts';

const alert = anAlert({
  id: '689b-1',
  name: 'HighErrorRate',
  severity: 'critical',
  summary: '12 % of requests fail',
  startsAt: Date.UTC(2026, 10, 20, 14, 13, 42),
  tier: 'gov',
  source: 'prometheus',
  route: 'critical-gov',
  labels: { service: 'checkout' },
  annotations: { runbook: 'https://wiki/1' },
});
const always = [
  { name: 'Alert', value: 'HighErrorRate' },
  { name: 'Severity', value: 'critical' },
  { name: 'Status when raised', value: 'firing' },
  { name: 'Since', value: '2026-11-20T14:13:42.000Z' },
  { name: 'Tier', value: 'gov' },
];
const source = { name: 'Source', value: 'prometheus' };
const id = { name: 'Alert id', value: '689b-1' };
const route = { name: 'Route', value: 'critical-gov' };

test('a ticket says what is on record', () => {
  expect(ticketBody(alert, {}, undefined)).toEqual({
    intro: '12 % of requests fail',
    facts: [...always, source, id, route],
    labels: { service: 'checkout' },
    annotations: { runbook: 'https://wiki/1' },
  });
});

test('and the cluster, who asked for it, who has the alert, and where it is talked about, where that is known', () => {
  const by = { id: 'U0ADA', name: 'Ada' };
  const known = { ...alert, cluster: 'eu1', ack: { by: { id: 'U0BEN' }, at: 1 } };
  expect(ticketBody(known, { by }, 'https://slack/p1').facts).toEqual([
    ...always,
    { name: 'Cluster', value: 'eu1' },
    source,
    id,
    { name: 'Requested by', value: 'Ada (U0ADA)' },
    route,
    { name: 'Acknowledged by', value: 'U0BEN' },
    { name: 'Slack thread', value: 'Open the thread', url: 'https://slack/p1' },
  ]);
});

test('without a summary it begins with the name; the title says what it is about', () => {
  const routeRunbook = 'https://runbooks.example/payments';
  expect(ticketBody({ ...alert, routeRunbook }, {}, undefined).facts.at(-1)).toEqual({
    ...{ name: 'Runbook', value: 'Open the runbook', url: routeRunbook },
  });
  expect(ticketBody({ ...alert, summary: '' }, {}, undefined).intro).toBe('HighErrorRate');
  expect(ticketTitle(alert)).toBe('[critical] HighErrorRate on checkout');
  expect(ticketTitle({ ...alert, labels: { instance: 'system6', service: 'x' } })).toBe(
    '[critical] HighErrorRate on system6',
  );
  expect(ticketTitle({ ...alert, labels: {} })).toBe('[critical] HighErrorRate');
});

const over = {
  ticket: 'ticket',
  state: 'resolved',
  at: Date.UTC(2026, 10, 20, 14, 25, 42),
  since: Date.UTC(2026, 10, 20, 14, 13, 42),
  fired: 1,
  doublings: 0,
} as const;

test.each([
  [
    over,
    [
      'The alert resolved, 2026-11-20 14:25:42 UTC',
      'HighErrorRate (critical) is over, having fired since 2026-11-20 14:13:42 UTC (12m).',
    ],
  ],
  [
    { ...over, inferred: true as const, fired: 3, move: { to: 'Done', fields: {} } },
    [
      'The alert resolved, 2026-11-20 14:25:42 UTC',
      'HighErrorRate (critical) is over, having fired since 2026-11-20 14:13:42 UTC (12m). It has fired 3 times by now.',
      'Its end was not sent: its Alertmanager no longer lists it.',
    ],
  ],
  [
    { ticket: 'ticket', state: 'refired' as const, at: over.at, fired: 2, doublings: 0 },
    [
      'The alert fires again, 2026-11-20 14:25:42 UTC',
      'HighErrorRate (critical) fires again. It has fired 2 times by now.',
    ],
  ],
])('what a ticket is told of its alert: %j', (news, [title, ...lines]) => {
  expect([newsTitle(news), newsLines(alert, news)]).toEqual([title, lines]);
});

test('the ticket of a group names its worst, and says how many more there are', () => {
  const rows = Array.from({ length: 30 }, (_, n) => aRow(n));
  const stands = { home: 'C01ALERTS', by: {}, firing: 390, resolved: 10, acknowledged: 0, fresh: 0 };
  const alert = anAlert({ group: { ...stands, severities: {}, rows, pages: [] } });
  const value = ticketBody(alert, {}, undefined).facts.find(({ name }) => name === 'Alerts')?.value;
  expect(value).toMatch(/^node-0, node-1, .*, node-19 and 380 more$/);
});
