import { describe, expect, test } from 'vitest';
import { isSilencedBy, planGroupSilence, tellingApart } from '../../../src/alerts/groups/silence-group.ts';
import type { Alert } from '../../../src/alerts/model/alert.ts';
import { anAlert } from '../../builders/alert.ts';

const facts = { home: 'C01ALERTS', firing: 2, resolved: 0, acknowledged: 0, fresh: 0 };
const aGroup = (by: Readonly<Record<string, string>>): Alert =>
  anAlert({ group: { ...facts, by, severities: {}, rows: [], pages: [] } });
const member = (n: number, over: Partial<Alert> = {}, labels: Alert['labels'] = {}): Alert =>
  anAlert({
    labels: { alertname: 'Down', service: 'checkout', team: 'pay', instance: `node-${n}`, ...labels },
    links: { alertmanager: 'http://am-1:9093' },
    ...over,
  });
const placeOf = ({ links }: Alert) => (links.alertmanager === undefined ? undefined : 'main');
const byService = aGroup({ alertname: 'Down', service: 'checkout' });

const matchersOf = (group: Alert, members: readonly Alert[], more: readonly string[] = []) => {
  const plan = planGroupSilence(group, members, placeOf, more);
  return plan.ok ? plan.parts.map(({ target }) => target.matchers) : plan.code;
};

describe('what a silence of a group is matched by', () => {
  test('the labels of the group alone, however many are in it', () => {
    const members = Array.from({ length: 400 }, (_, n) => member(n));
    expect(matchersOf(byService, members)).toEqual([{ alertname: 'Down', service: 'checkout' }]);
  });

  test('one alert, too: what comes later is silenced with it', () => {
    expect(matchersOf(byService, [member(1)])).toEqual([{ alertname: 'Down', service: 'checkout' }]);
  });

  test('what farmhand calls a field, and no label says, is left out', () => {
    const group = aGroup({ service: 'checkout', tier: 'prod', cluster: 'eu' });
    expect(matchersOf(group, [member(1), member(2)])).toEqual([{ service: 'checkout' }]);
  });

  test('a group of fields alone goes by the name that all have', () => {
    expect(matchersOf(aGroup({ tier: 'prod' }), [member(1), member(2)])).toEqual([{ alertname: 'Down' }]);
  });

  test('what was cut or cleaned in one of them matches nothing, and is left out', () => {
    const changed = member(2, { labelLoss: { changed: ['service'], left: 0 } });
    expect(matchersOf(byService, [member(1), changed])).toEqual([{ alertname: 'Down' }]);
  });

  test('resolved ones do not count', () => {
    const over = member(2, { status: 'resolved' }, { service: 'other' });
    expect(matchersOf(byService, [member(1), over])).toEqual([{ alertname: 'Down', service: 'checkout' }]);
  });

  test('more labels are taken where all share them', () => {
    expect(matchersOf(byService, [member(1), member(2)], ['team', 'instance'])).toEqual([
      { alertname: 'Down', service: 'checkout', team: 'pay' },
    ]);
  });

  test.each([
    ['nothing fires', [member(1, { status: 'resolved' })], 'silence_over'],
    ['none came from an Alertmanager', [member(1, { type: 'generic' as Alert['type'] })], 'not_alertmanager'],
    ['none came from one that is configured', [member(1, { links: {} })], 'silence_nowhere'],
    [
      'they share no label that says which',
      [member(1, {}, { alertname: 'A', service: 'a' }), member(2, {}, { alertname: 'B', service: 'b' })],
      'silence_no_labels',
    ],
  ] as const)('there is none where %s', (_, members, code) => {
    expect(matchersOf(byService, members)).toBe(code);
  });
});

test('members of two Alertmanagers are one silence in each, and others are said to be left', () => {
  const members = [
    member(1, { cluster: 'eu' }),
    member(2, { cluster: 'us' }),
    member(3, { cluster: 'us' }),
    member(4, { links: {} }),
  ];
  const plan = planGroupSilence(byService, members, ({ links, cluster }) =>
    links.alertmanager === undefined ? undefined : cluster,
  );
  if (!plan.ok) throw new Error(plan.code);
  const matchers = { alertname: 'Down', service: 'checkout' };
  const alertmanager = 'http://am-1:9093';
  expect(plan.parts.map(({ place, target, members: { length } }) => [place, target, length])).toEqual([
    ['eu', { matchers, alertmanager, cluster: 'eu' }, 1],
    ['us', { matchers, alertmanager, cluster: 'us' }, 2],
  ]);
  expect(plan.unreached).toBe(1);
});

describe('labels that tell a group from others', () => {
  const labels = ['service'];
  const shared = { service: 'checkout', team: 'pay', zone: 'a', alertname: 'Down' };
  test.each([
    ['none while there are no others', [], []],
    [
      'the one that keeps out most',
      [{ service: 'checkout', alertname: 'Slow', team: 'pay', zone: 'a' }],
      ['alertname'],
    ],
    [
      'no more than three in all',
      [
        { service: 'checkout', team: 'x', zone: 'a', alertname: 'Down' },
        { service: 'checkout', team: 'pay', zone: 'b', alertname: 'Down' },
        { service: 'checkout', team: 'pay', zone: 'a', alertname: 'Slow' },
      ],
      ['team', 'zone'],
    ],
    ['none where none helps', [{ ...shared, instance: 'node-9' }], []],
  ])('%s', (_, others, more) => {
    expect(tellingApart({ labels, shared }, others as readonly Record<string, string>[])).toEqual(more);
  });
});

test('a member is silenced with its group where all matchers fit, in the same cluster', () => {
  const target = { matchers: { service: 'checkout' }, cluster: 'eu' };
  expect([
    isSilencedBy(member(1, { cluster: 'eu' }), target),
    isSilencedBy(member(1, { cluster: 'us' }), target),
    isSilencedBy(member(1, { cluster: 'eu' }, { service: 'other' }), target),
    isSilencedBy(member(1, { cluster: 'eu', type: 'generic' as Alert['type'] }), target),
  ]).toEqual([true, false, false, false]);
});
