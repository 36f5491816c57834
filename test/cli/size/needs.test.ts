import { expect, test } from 'vitest';
import { installationNeeds, type Keeping, type Load } from '../../../src/cli/size/needs.ts';

const [minute, hour, day] = [60_000, 3_600_000, 86_400_000];
const load: Load = {
  alertsPerSecond: 1 / 36,
  firesFor: hour,
  repeatEvery: 4 * hour,
  storm: 1_000,
  channels: 5,
  eventBytes: 1_024,
  ownIds: false,
  tickets: 0,
  rebuilds: 0,
  rebuildLasts: 3 * day,
};
const keeping: Keeping = {
  alerts: 30 * day,
  events: 7 * day,
  audit: 400 * day,
  kafka: 7 * day,
  kafkaCopies: 3,
  growth: 0,
  postsPerSecond: 1,
};

test('a small installation is two pods that do all', () => {
  expect(installationNeeds(load, keeping).pods).toEqual([
    { role: 'all', replicas: 2, cpu: 0.25, request: 256, limit: 768 },
  ]);
});

test('records are counted by how many there are, and how long they stay', () => {
  const { redis, kafka } = installationNeeds(load, keeping);
  // 100 an hour: 100 that fire, 72,000 that are over, 33,600 events of a week, each twice.
  expect(redis.alerts).toBeCloseTo(100 * 2_004 + 72_000 * 2_204, 0);
  expect(redis.events).toBeCloseTo(33_600 * 212, 0);
  expect([redis.rebuilds, redis.audit]).toEqual([0, 0]);
  expect(kafka.disk).toBeCloseTo(33_600 * 1_104 * 3, 0);
});

test('what is repeated while it fires is an event more each time', () => {
  const often = installationNeeds({ ...load, firesFor: 10 * hour }, keeping);
  expect(often.redis.events).toBeCloseTo(2 * installationNeeds(load, keeping).redis.events, 0);
});

test('tickets and rebuilds leave audit records, for as long as those are kept', () => {
  const { redis } = installationNeeds({ ...load, tickets: 0.1, rebuilds: 3 }, keeping);
  // 240 tickets of 3 records and one rebuild of 25 a day.
  expect(redis.audit).toBeCloseTo((240 * 3 + 25) * 400 * 1_400, 0);
  expect(redis.rebuilds).toBeCloseTo((3 + 400) * (24 * 1_024 + 12_000), 0);
});

test('growth is room in everything, and not in what is there today', () => {
  const [none, half] = [
    installationNeeds(load, keeping),
    installationNeeds(load, { ...keeping, growth: 0.5 }),
  ];
  expect(half.redis.now).toBe(none.redis.now);
  for (const of of [(n: typeof none) => n.redis.memory, (n: typeof none) => n.kafka.disk])
    expect(of(half)).toBeCloseTo(1.5 * of(none), 0);
});

test('roles are split once one process would be busy, and partitions follow the readers', () => {
  const { pods, kafka } = installationNeeds({ ...load, storm: 2_000_000, alertsPerSecond: 50 }, keeping);
  expect(pods.map(({ role }) => role)).toEqual(['intake', 'worker', 'slack', 'api']);
  const [intake, worker] = pods;
  expect(intake?.replicas).toBeGreaterThan(3);
  expect(worker?.replicas).toBeGreaterThan(intake?.replicas ?? 0);
  expect(kafka.partitions).toBe(intake?.replicas);
});

test('a thousand rebuilds are memory, and looks at them are processor', () => {
  const { memory, processor } = installationNeeds({ ...load, rebuilds: 1_000 }, keeping);
  expect(memory).toBe(212);
  expect(processor.usual).toBeGreaterThan(0.12);
});

test('the last thread of a storm waits for Slack alone', () => {
  expect(installationNeeds({ ...load, storm: 600, channels: 1 }, keeping).lastThread).toBe(10 * minute);
});
