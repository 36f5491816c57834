import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { alertRules } from '../../../scripts/watch/alerts.ts';
import { dashboard } from '../../../scripts/watch/dashboard.ts';
import { promtool } from '../helm/promtool.ts';

const rules = readFileSync(new URL('../../../helm/farmhand/files/alerts.yaml', import.meta.url), 'utf8');
const all = alertRules();

interface Case {
  /** Series by their labels beside the namespace, a value each minute. */
  readonly fires: Readonly<Record<string, string>>;
  /** Nearly the same, and nothing may fire. */
  readonly silent: Readonly<Record<string, string>>;
  /** When it is looked. */
  readonly at: string;
  /** The labels that tell what it is about. */
  readonly labels?: Readonly<Record<string, string>>;
}

const buckets = (name: string, quick: string, all: string): Readonly<Record<string, string>> => ({
  [`${name}_bucket{le="0.1"}`]: quick,
  [`${name}_bucket{le="300"}`]: all,
  [`${name}_bucket{le="+Inf"}`]: all,
});

const cases: Readonly<Record<string, Case>> = {
  FarmhandDown: {
    fires: { 'farmhand_ready{pod="a"}': '1x10 0x30', 'farmhand_ready{pod="b"}': '1x10' },
    silent: { 'farmhand_ready{pod="a"}': '0x40', 'farmhand_ready{pod="b"}': '1x40' },
    at: '25m',
  },
  FarmhandNotReady: {
    fires: { 'farmhand_ready{pod="a"}': '0x40', 'farmhand_ready{pod="b"}': '1x40' },
    silent: { 'farmhand_ready{pod="a"}': '0x8 1x40', 'farmhand_ready{pod="b"}': '1x40' },
    at: '12m',
    labels: { pod: 'a' },
  },
  FarmhandNoRegionWorks: {
    // A Prometheus of both: west is gone and east stands by for it.
    fires: {
      'farmhand_region_active{name="west",pod="a"}': '1x10 stale',
      'farmhand_region_active{name="east",pod="b"}': '0x40',
      'farmhand_region_standby{name="west",pod="b"}': '1x40',
    },
    silent: {
      'farmhand_region_active{name="west",pod="a"}': '1x40',
      'farmhand_region_active{name="west",pod="c"}': '0x40',
      'farmhand_region_active{name="east",pod="b"}': '0x40',
      'farmhand_region_standby{name="west",pod="b"}': '1x40',
    },
    at: '25m',
  },
  FarmhandRedisDown: {
    fires: { 'farmhand_redis_up{pod="a"}': '0x10', 'farmhand_redis_up{pod="b"}': '1x10' },
    silent: { 'farmhand_redis_up{pod="a"}': '1x3 0x1 1x10', 'farmhand_redis_up{pod="b"}': '1x10' },
    at: '4m',
    labels: { pod: 'a' },
  },
  FarmhandRecordsLost: {
    fires: { 'farmhand_recovery_mode{pod="a"}': '1x10' },
    silent: { 'farmhand_recovery_mode{pod="a"}': '0x10' },
    at: '1m',
  },
  FarmhandRebuildsLost: {
    fires: { 'farmhand_lost_rebuilds{pod="a"}': '2x20' },
    silent: { 'farmhand_lost_rebuilds{pod="a"}': '2x10 0x10' },
    at: '16m',
  },
  FarmhandRecordUnreadable: {
    fires: { 'farmhand_unreadable_records_total{kind="alert",pod="a"}': '_x30 1x70' },
    silent: { 'farmhand_unreadable_records_total{kind="alert",pod="a"}': '1x100' },
    at: '62m',
    labels: { kind: 'alert' },
  },
  FarmhandKafkaPaused: {
    fires: { 'farmhand_kafka_paused{pod="a"}': '1x20' },
    silent: { 'farmhand_kafka_paused{pod="a"}': '1x4 0x20' },
    at: '6m',
    labels: { pod: 'a' },
  },
  FarmhandKafkaDisconnected: {
    fires: { 'farmhand_kafka_connected{pod="a"}': '0x20', 'farmhand_kafka_connected{pod="b"}': '0x20' },
    silent: { 'farmhand_kafka_connected{pod="a"}': '0x20', 'farmhand_kafka_connected{pod="b"}': '1x20' },
    at: '6m',
  },
  FarmhandKafkaLag: {
    fires: {
      'farmhand_kafka_lag{topic="alerts",partition="0",pod="a"}': '600x20',
      'farmhand_kafka_lag{topic="alerts",partition="1",pod="b"}': '600x20',
    },
    // One partition that went from one process to the other is one partition.
    silent: {
      'farmhand_kafka_lag{topic="alerts",partition="0",pod="a"}': '600x20',
      'farmhand_kafka_lag{topic="alerts",partition="0",pod="b"}': '600x20',
    },
    at: '12m',
    labels: { topic: 'alerts' },
  },
  FarmhandEventsMissed: {
    fires: { 'farmhand_kafka_offset_gaps_total{topic="alerts",pod="a"}': '_x60 1x20' },
    silent: { 'farmhand_kafka_offset_gaps_total{topic="alerts",pod="a"}': '3x90' },
    at: '70m',
    labels: { topic: 'alerts' },
  },
  FarmhandArchiveBehind: {
    fires: { 'farmhand_archive_waiting_seconds{pod="a"}': '901x40' },
    // An object that failed and was written with the next try.
    silent: {
      'farmhand_archive_waiting_seconds{pod="a"}': '60x40',
      'farmhand_archive_failures_total{reason="archive_failed",pod="a"}': '0x5 1x40',
    },
    at: '35m',
  },
  FarmhandEventsRefused: {
    fires: { 'farmhand_events_failed_total{via="http",reason="store",pod="a"}': '0+1x30' },
    silent: { 'farmhand_events_failed_total{via="http",reason="store",pod="a"}': '0+1x5 5x30' },
    at: '20m',
    labels: { via: 'http', reason: 'store' },
  },
  FarmhandTierHeld: {
    fires: { 'farmhand_tier_held_total{tier="alpha",via="kafka",pod="a"}': '0+1x40' },
    silent: { 'farmhand_tier_held_total{tier="alpha",via="kafka",pod="a"}': '0+1x5 5x40' },
    at: '30m',
    labels: { tier: 'alpha', via: 'kafka' },
  },
  FarmhandDeadLetters: {
    fires: { 'farmhand_dead_letters_total{reason="bad_json",sink="kafka",pod="a"}': '_x20 1x20' },
    silent: { 'farmhand_dead_letters_total{reason="bad_json",sink="kafka",pod="a"}': '7x50' },
    at: '25m',
    labels: { reason: 'bad_json' },
  },
  FarmhandBooksDoNotBalance: {
    fires: {
      'farmhand_books{class="received",pod="a"}': '10x30',
      'farmhand_books{class="threaded",pod="a"}': '9x30',
      'farmhand_books{class="pending",pod="a"}': '0x30',
    },
    // Two workers tell of the same books.
    silent: {
      'farmhand_books{class="received",pod="a"}': '10x30',
      'farmhand_books{class="threaded",pod="a"}': '9x30',
      'farmhand_books{class="pending",pod="a"}': '1x30',
      'farmhand_books{class="received",pod="b"}': '10x30',
      'farmhand_books{class="threaded",pod="b"}': '9x30',
      'farmhand_books{class="pending",pod="b"}': '1x30',
    },
    at: '20m',
  },
  FarmhandHearsNobody: {
    fires: { 'farmhand_slack_connected{pod="a"}': '0x20' },
    silent: { 'farmhand_slack_connected{pod="a"}': '0x20', 'farmhand_slack_connected{pod="b"}': '1x20' },
    at: '6m',
  },
  FarmhandSlackFails: {
    fires: {
      'farmhand_slack_calls_total{method="chat.postMessage",outcome="ok"}': '0+4x30',
      'farmhand_slack_calls_total{method="chat.postMessage",outcome="unavailable"}': '0+6x30',
    },
    silent: {
      'farmhand_slack_calls_total{method="chat.postMessage",outcome="ok"}': '0+6x30',
      'farmhand_slack_calls_total{method="chat.postMessage",outcome="unavailable"}': '0+4x30',
    },
    at: '20m',
  },
  FarmhandChannelBehind: {
    fires: { 'farmhand_lane_oldest_seconds{channel="C1",pod="a"}': '700x20' },
    silent: { 'farmhand_lane_oldest_seconds{channel="C1",pod="a"}': '500x20' },
    at: '6m',
    labels: { channel: 'C1' },
  },
  FarmhandThreadsLate: {
    fires: buckets('farmhand_event_to_thread_seconds', '0+1x40', '0+10x40'),
    silent: buckets('farmhand_event_to_thread_seconds', '0+10x40', '0+10x40'),
    at: '30m',
  },
  FarmhandPeopleFail: {
    fires: {
      'farmhand_interactions_total{kind="button",outcome="ok"}': '0+2x40',
      'farmhand_interactions_total{kind="button",outcome="failed"}': '0+1x40',
    },
    silent: { 'farmhand_interactions_total{kind="button",outcome="ok"}': '0+2x40' },
    at: '30m',
  },
  FarmhandActionsFail: {
    fires: { 'farmhand_actions_total{kind="ticket",outcome="failed",pod="a"}': '_x40 1x20' },
    silent: {
      'farmhand_actions_total{kind="ticket",outcome="failed",pod="a"}': '2x90',
      'farmhand_actions_total{kind="ticket",outcome="ok",pod="a"}': '0+1x90',
    },
    at: '45m',
    labels: { kind: 'ticket' },
  },
  FarmhandRebuildsWaitForPeople: {
    fires: { 'farmhand_rebuilds{state="waiting for a person",pod="a"}': '1x90' },
    silent: {
      'farmhand_rebuilds{state="waiting for a person",pod="a"}': '1x50 0x40',
      'farmhand_rebuilds{state="running",pod="a"}': '3x90',
    },
    at: '62m',
    labels: { state: 'waiting for a person' },
  },
  FarmhandFrozenForLong: {
    fires: { 'farmhand_frozen{place="all",pod="a"}': '1x1500' },
    silent: {
      'farmhand_frozen{place="all",pod="a"}': '1x1400 0x100',
      'farmhand_frozen{place="instance",pod="a"}': '0x1500',
    },
    at: '1450m',
    labels: { place: 'all' },
  },
  FarmhandRebuildsLate: {
    fires: buckets('farmhand_rebuild_lag_seconds', '0+1x40', '0+10x40'),
    silent: buckets('farmhand_rebuild_lag_seconds', '0+10x40', '0+10x40'),
    at: '30m',
  },
  FarmhandRedisSlow: {
    fires: buckets('farmhand_redis_command_seconds', '0+90x40', '0+100x40'),
    silent: buckets('farmhand_redis_command_seconds', '0+100x40', '0+100x40'),
    at: '20m',
  },
  FarmhandDependencyDown: {
    fires: { 'farmhand_dependency_up{dependency="jira",pod="a"}': '0x30' },
    silent: {
      'farmhand_dependency_up{dependency="jira",pod="a"}': '0x30',
      'farmhand_dependency_up{dependency="jira",pod="b"}': '1x30',
    },
    at: '16m',
    labels: { dependency: 'jira' },
  },
  FarmhandConfigRefused: {
    fires: { 'farmhand_config_reload_failed{pod="a"}': '1x20' },
    silent: { 'farmhand_config_reload_failed{pod="a"}': '0x20' },
    at: '6m',
  },
  FarmhandCanaryLost: {
    fires: { 'farmhand_watchdog_age_seconds{pod="a"}': '60x5 360+60x20' },
    silent: {
      'farmhand_watchdog_age_seconds{pod="a"}': '60x5 360+60x20',
      'farmhand_watchdog_age_seconds{pod="b"}': '90x30',
    },
    at: '9m',
  },
  FarmhandAuditNotWhole: {
    fires: { 'farmhand_audit_whole{pod="a"}': '0x5', 'farmhand_audit_whole{pod="b"}': '1x5' },
    silent: { 'farmhand_audit_whole{pod="a"}': '1x5' },
    at: '1m',
  },
  FarmhandAuditLost: {
    fires: { 'farmhand_audit_lost_total{pod="a"}': '0x10 1x10' },
    silent: { 'farmhand_audit_lost_total{pod="a"}': '1x20' },
    at: '12m',
  },
  FarmhandAuditCopyDown: {
    fires: { 'farmhand_audit_copy_up{copy="file",pod="a"}': '0x20' },
    silent: {
      'farmhand_audit_copy_up{copy="file",pod="a"}': '0x20',
      'farmhand_audit_copy_up{copy="file",pod="b"}': '1x20',
    },
    at: '12m',
    labels: { copy: 'file' },
  },
};

/** What was given, in the namespace of the rules; ready, unless the case says otherwise. */
const series = (given: Readonly<Record<string, string>>) => {
  const ready = Object.keys(given).some((name) => name.startsWith('farmhand_ready'));
  return Object.entries(ready ? given : { 'farmhand_ready{pod="z"}': '1x100', ...given }).map(
    ([name, values]) => ({ series: name.replace('{', '{namespace="farmhand",'), values }),
  );
};

/** The first alerts that differ from `expected`, as promtool tells it; empty when none does. */
const differs = (
  given: Readonly<Record<string, string>>,
  at: string,
  alert: string,
  labels: readonly Readonly<Record<string, string>>[],
): string => {
  const expected = labels.map((own) => ({ exp_labels: own }));
  const { ok, output } = promtool(['test', 'rules', 'test.yaml'], {
    // Only what tells alerts apart is compared; the words are checked by the rendering of the rules.
    'alerts.yaml': rules.replace(/^ {8}annotations:\n(?: {10}.*\n)*/gm, ''),
    'test.yaml': {
      rule_files: ['alerts.yaml'],
      evaluation_interval: '1m',
      tests: [
        {
          interval: '1m',
          input_series: series(given),
          alert_rule_test: [{ eval_time: at, alertname: alert, exp_alerts: expected }],
        },
      ],
    },
  });
  return ok ? '' : output;
};

test('Prometheus takes the rules, words and all', () => {
  expect(promtool(['check', 'rules', 'alerts.yaml'], { 'alerts.yaml': rules })).toMatchObject({ ok: true });
});

test('every alert has its case', () => {
  expect(Object.keys(cases).toSorted()).toEqual(all.map(({ alert }) => alert).toSorted());
});

describe.each(all)('$alert', ({ alert, labels }) => {
  const { fires, silent, at, labels: own = {} } = cases[alert] ?? { fires: {}, silent: {}, at: '1m' };
  // What is asked of all pods, or of both regions, is of no namespace.
  const where = ['FarmhandDown', 'FarmhandNoRegionWorks'].includes(alert) ? {} : { namespace: 'farmhand' };

  test('fires', () => {
    expect(differs(fires, at, alert, [{ ...labels, ...where, ...own }])).toBe('');
  });

  test('does not fire', () => {
    expect(differs(silent, at, alert, [])).toBe('');
  });
});

describe('which Prometheus sees that no region works', () => {
  const east = { 'farmhand_region_active{name="east",pod="b"}': '0x40' };
  const eastStandsBy = { ...east, 'farmhand_region_standby{name="west",pod="b"}': '1x40' };
  const works = { 'farmhand_region_active{name="west",pod="a"}': '1x40' };
  const fires = { labels: { severity: 'critical', about: 'farmhand' } };
  const cases: readonly (readonly [string, Readonly<Record<string, string>>, boolean])[] = [
    ['one of the region that stands by alone does not say what it does not see', eastStandsBy, false],
    ['one of a region that stands by or does not know: no word of another one', east, true],
    ['one of the region that works', works, false],
    [
      'one of the region that works: it reads its channel no more',
      { 'farmhand_region_active{name="west",pod="a"}': '1x10 0x30' },
      true,
    ],
    [
      'one of both: the region that was promoted does not begin',
      { ...eastStandsBy, 'farmhand_region_active{name="west",pod="a"}': '0x40' },
      true,
    ],
    [
      'one of both, while a promotion takes its 90 seconds',
      {
        'farmhand_region_active{name="west",pod="a"}': '1x20 0x20',
        'farmhand_region_active{name="east",pod="b"}': '0x22 1x18',
        'farmhand_region_standby{name="east",pod="a"}': '_x20 1x20',
      },
      false,
    ],
    [
      'one of both, and the region that works cannot be scraped for two minutes',
      { ...eastStandsBy, 'farmhand_region_active{name="west",pod="a"}': '1x20 stale stale 1x20' },
      false,
    ],
    ['one of an installation without regions', {}, false],
  ];
  test.each(cases)('%s', (_, given, expected) => {
    expect(differs(given, '25m', 'FarmhandNoRegionWorks', expected ? [fires.labels] : [])).toBe('');
  });

  test('to stand by is no dependency that is down', () => {
    const given = { 'farmhand_dependency_up{dependency="region",pod="b"}': '0x40' };
    expect(differs(given, '25m', 'FarmhandDependencyDown', [])).toBe('');
  });
});

test('every query of the dashboard is one that Prometheus takes', () => {
  const { panels } = dashboard() as {
    readonly panels: readonly { readonly targets?: readonly { readonly expr: string }[] }[];
  };
  const exprs = panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));
  const records = exprs.map((expr, at) => ({
    record: `query_${at}`,
    expr: expr.replaceAll('$__rate_interval', '5m').replaceAll(/"\$\w+"/g, '".*"'),
  }));
  const file = { groups: [{ name: 'dashboard', rules: records }] };
  expect(promtool(['check', 'rules', 'queries.yaml'], { 'queries.yaml': file })).toMatchObject({ ok: true });
});
