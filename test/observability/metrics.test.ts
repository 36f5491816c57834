import { expect, test } from 'vitest';
import { setLaneMetrics } from '../../src/observability/lane-metrics.ts';
import { createMetrics } from '../../src/observability/metrics.ts';

const linesOf = async (registry: ReturnType<typeof createMetrics>, name: string) =>
  (await registry.expose()).body
    .split('\n')
    .filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `));

test('counters, gauges and histograms carry their labels and values', async () => {
  const registry = createMetrics({ processMetrics: false });
  const { metrics } = registry;
  metrics.eventsReceived.inc({ type: 'alertmanager', tier: 'prod', via: 'kafka' }, 3);
  metrics.eventsReceived.inc({ type: 'alertmanager', tier: 'prod', via: 'kafka' });
  metrics.kafkaLag.set({ topic: 'alerts', partition: '0', tier: 'prod' }, 7);
  metrics.eventToThreadSeconds.observe({ tier: 'prod' }, 0.02);
  expect(await linesOf(registry, 'farmhand_events_received_total')).toEqual([
    'farmhand_events_received_total{type="alertmanager",tier="prod",via="kafka"} 4',
  ]);
  expect(await linesOf(registry, 'farmhand_kafka_lag')).toEqual([
    'farmhand_kafka_lag{topic="alerts",partition="0",tier="prod"} 7',
  ]);
  expect(await linesOf(registry, 'farmhand_event_to_thread_seconds_bucket')).toContain(
    'farmhand_event_to_thread_seconds_bucket{le="0.02",tier="prod"} 1',
  );
});

test('a sender that invents tiers fills one series, not the memory', async () => {
  const registry = createMetrics({ processMetrics: false });
  for (let i = 0; i < 1000; i++) {
    registry.metrics.eventsReceived.inc({ type: 'adhoc', tier: `tier-${i}`, via: 'http' });
  }
  const lines = await linesOf(registry, 'farmhand_events_received_total');
  expect(lines).toHaveLength(201);
  expect(lines.at(-1)).toBe('farmhand_events_received_total{type="adhoc",tier="other",via="http"} 800');
});

test('every partition keeps its own series', async () => {
  const registry = createMetrics({ processMetrics: false });
  for (let i = 0; i < 300; i++)
    registry.metrics.kafkaLag.set({ topic: 't', partition: String(i), tier: 'default' }, i);
  expect(await linesOf(registry, 'farmhand_kafka_lag')).toHaveLength(300);
});

test('lanes: the series of a channel goes with the channel', async () => {
  const registry = createMetrics({ processMetrics: false });
  setLaneMetrics(registry.metrics, [{ channel: 'C1', waiting: 3, dirty: 1, oldestMs: 1500 }]);
  expect(await linesOf(registry, 'farmhand_lane_oldest_seconds')).toEqual([
    'farmhand_lane_oldest_seconds{channel="C1"} 1.5',
  ]);
  setLaneMetrics(registry.metrics, [{ channel: 'C2', waiting: 0, dirty: 1, oldestMs: 0 }]);
  expect(await linesOf(registry, 'farmhand_lane_waiting')).toEqual(['farmhand_lane_waiting{channel="C2"} 0']);
});

test('lanes: of too many, the fullest keep their series and the sum is right', async () => {
  const registry = createMetrics({ processMetrics: false });
  const lanes = Array.from({ length: 500 }, (_, i) => ({
    channel: `C${i}`,
    waiting: i,
    dirty: 0,
    oldestMs: i,
  }));
  for (let round = 0; round < 3; round++) {
    setLaneMetrics(
      registry.metrics,
      lanes.map((lane) => ({ ...lane, channel: `${lane.channel}-${round}` })),
    );
  }
  const lines = await linesOf(registry, 'farmhand_lane_waiting');
  expect(lines).toHaveLength(200);
  expect(lines.filter((line) => line.includes('"other"'))).toHaveLength(1);
  const sum = lines.reduce((total, line) => total + Number(line.split(' ').at(-1)), 0);
  expect(sum).toBe((499 * 500) / 2);
});

test('a gauge is there once it was set: what nobody looks at is not down', async () => {
  const registry = createMetrics({ processMetrics: false });
  expect(await linesOf(registry, 'farmhand_audit_whole')).toEqual([]);
  registry.metrics.auditWhole.set({}, 0);
  expect(await linesOf(registry, 'farmhand_audit_whole')).toEqual(['farmhand_audit_whole 0']);
});

test('process metrics include the event loop lag', async () => {
  const { body } = await createMetrics({ processMetrics: true }).expose();
  expect(body).toContain('nodejs_eventloop_lag_seconds');
  expect(body).toContain('process_resident_memory_bytes');
});
