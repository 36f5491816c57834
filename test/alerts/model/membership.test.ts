import { describe, expect, test } from 'vitest';
import { membershipOf, rowOf } from '../../../src/alerts/model/membership.ts';
import { openAlert } from '../../../src/alerts/model/open.ts';
import { aRoute } from '../../builders/alert.ts';
import { anEvent, t0 } from '../../builders/event.ts';

const route = (groupBy: readonly string[] | 'source') => aRoute({ groupBy });
const groupOf = (over: Parameters<typeof anEvent>[0], by: readonly string[] | 'source', more = {}) =>
  membershipOf(anEvent(over), { ...route(by), ...more });

describe('the group of an alert', () => {
  const labels = { alertname: 'Down', service: 'checkout', instance: 'a' };

  test('is that of all alerts with equal values', () => {
    const one = groupOf({ labels }, ['alertname', 'service']);
    const other = groupOf({ labels: { ...labels, instance: 'b' } }, ['alertname', 'service']);
    expect(one?.group).toMatch(/^[0-9a-f]{16}$/);
    expect(other?.group).toBe(one?.group);
    expect(one).toMatchObject({
      at: t0,
      channel: 'C01ALERTS',
      by: { alertname: 'Down', service: 'checkout' },
    });
  });

  test.each([
    ['another value', { labels: { ...labels, service: 'search' } }, {}],
    ['another route', { labels }, { route: 'other' }],
    ['another channel', { labels }, { channel: 'C02' }],
  ])('%s: another group', (_, event, more) => {
    expect(groupOf(event, ['service'], more)?.group).not.toBe(groupOf({ labels }, ['service'])?.group);
  });

  test('a label that is missing counts as empty', () => {
    expect(groupOf({ labels: {} }, ['service'])?.by).toEqual({ service: '' });
  });

  test('a field stands for a label of its name, as with matchers', () => {
    const event = { labels: {}, tier: 'gold', name: 'Disk', severity: 'error', cluster: 'eu' } as const;
    const by = { tier: 'gold', alertname: 'Disk', severity: 'error', cluster: 'eu' };
    expect(groupOf(event, Object.keys(by))?.by).toEqual(by);
  });

  test('may be the source’s own', () => {
    const key = '{}/{team="a"}:{alertname="Down", service="check\\"out"}';
    const one = groupOf({ labels, group: { key, left: 0 } }, 'source');
    expect(one?.by).toEqual({ alertname: 'Down', service: 'check"out' });
    expect(groupOf({ labels: {}, group: { key, left: 0 } }, 'source')?.group).toBe(one?.group);
    expect(groupOf({ labels, group: { key, left: 0 }, cluster: 'eu' }, 'source')?.group).not.toBe(one?.group);
  });

  test('there is none where the source names none, and where the route asks for none', () => {
    expect(groupOf({ labels }, 'source')).toBeUndefined();
    expect(membershipOf(anEvent(), aRoute())).toBeUndefined();
    expect(openAlert(anEvent(), aRoute({ groupBy: ['service'], thread: false })).memberOf).toBeUndefined();
  });
});

test('a member has no thread of its own, and no ticket: those are the group’s', () => {
  const task = { kind: 'api_task', task: 't', params: {}, attempts: 1, backoff: 1 } as const;
  const alert = openAlert(anEvent(), aRoute({ groupBy: ['service'], actions: [{ kind: 'ticket' }, task] }));
  expect(alert.thread).toEqual({ state: 'none' });
  expect(alert.actions.map(({ kind }) => kind)).toEqual(['api_task']);
});

test.each([
  [{ alertname: 'Down', service: 's', instance: 'db-1', pod: 'p' }, 'db-1'],
  [{ alertname: 'Down', service: 's', zone: 'eu-1' }, 'zone eu-1'],
  [{ alertname: 'Down', service: 's' }, ''],
])('a row says what tells its alert from the others: %o', (labels, about) => {
  const alert = openAlert(anEvent({ labels }), aRoute({ groupBy: ['alertname', 'service'] }));
  expect(rowOf(alert)?.about).toBe(about);
});
