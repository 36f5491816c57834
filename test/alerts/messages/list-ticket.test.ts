import { expect, test } from 'vitest';
import { listBody, listTitle } from '../../../src/alerts/messages/list-ticket.ts';
import type { Alert } from '../../../src/alerts/model/alert.ts';
import { anAlert } from '../../builders/alert.ts';

const at = Date.UTC(2026, 10, 20, 3, 0);
const one = (name: string, over: Partial<Alert> = {}): Alert =>
  anAlert({
    id: '689b-1',
    name,
    severity: 'warning',
    startsAt: at,
    labels: { service: 'checkout' },
    ...over,
  });
const of = 'service=checkout';
const group = {
  ...{
    home: 'C1',
    by: {},
    firing: 4,
    resolved: 0,
    acknowledged: 0,
    fresh: 0,
    severities: {},
    rows: [],
    pages: [],
  },
};

test.each([
  [[one('Down')], '[warning] 1 alert for service=checkout: Down'],
  [
    [one('Down'), one('Slow', { severity: 'critical' }), one('Down')],
    '[critical] 3 alerts for service=checkout: Down, Slow',
  ],
  [
    [one('A'), one('B'), one('C'), one('D'), one('E')],
    '[warning] 5 alerts for service=checkout: A, B, C and 2 more',
  ],
  [[one('Down', { group }), one('Slow')], '[warning] 5 alerts for service=checkout: Down, Slow'],
] as const)('its title says how bad, how many, which list and what', (all, title) => {
  expect(listTitle(all, { of })).toBe(title);
});

test('its text names each with what it is about, since when, and its thread', () => {
  const by = { id: 'U1', name: 'Ana' };
  const over = { status: 'resolved', endsAt: at + 60_000 } as const;
  const all = [one('Down', { group }), one('Slow', over)];
  expect(
    listBody(all, { of }, { by, at }, ({ name }) => (name === 'Slow' ? 'https://slack/1' : undefined)),
  ).toEqual({
    intro:
      'One ticket for 5 alerts, as listed by “service=checkout” 2026-11-20 03:00:00 UTC. What becomes of each is told in its thread, not here.',
    facts: [
      { name: 'Alerts', value: 'Down 4×, Slow' },
      { name: 'Requested by', value: 'Ana (U1)' },
      {
        name: '[warning] Down',
        value: 'checkout · a group of 4 alerts · since 2026-11-20 03:00 UTC · alert 689b-1',
      },
      {
        name: '[warning] Slow',
        value: 'checkout · since 2026-11-20 03:00 UTC until 2026-11-20 03:01 UTC · alert 689b-1',
        url: 'https://slack/1',
      },
    ],
    labels: {},
    annotations: {},
  });
});

test('beyond two hundred they are counted', () => {
  const all = Array.from({ length: 205 }, (_, n) => one(`A${n}`));
  const { facts } = listBody(all, { of }, { at }, () => undefined);
  expect(facts).toHaveLength(202);
  expect(facts.at(-1)).toEqual({ name: 'And', value: '5 more' });
});
