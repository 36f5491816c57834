import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { findAlertmanager, startRealAlertmanager } from '../../../sandbox/alertmanager/real.ts';
import { type RedisServer, startRedis } from '../../../sandbox/redis/start.ts';
import { openHttpIntake } from '../../support/http-intake.ts';

let redis: RedisServer;
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis.stop());

/** The shipped example, pointed at `url`, with shorter waits. */
const example = (url: string, token: string): string => {
  const config = parse(readFileSync('examples/alertmanager/alertmanager.yml', 'utf8'));
  const [receiver] = config.receivers;
  const [webhook] = receiver.webhook_configs;
  webhook.url = url;
  webhook.http_config.authorization = { type: 'Bearer', credentials: token };
  config.route.group_wait = '2s';
  config.route.group_interval = '10s';
  return stringify(config);
};

const post = async (alertmanager: string, from: number, to: number): Promise<void> => {
  const alerts = Array.from({ length: to - from }, (_, i) => ({
    labels: {
      alertname: 'PodNotReady',
      namespace: 'shop',
      service: 'shop',
      pod: `pod-${from + i}`,
      severity: 'warning',
    },
    annotations: {
      summary: `Pod ${from + i} has been in a non-ready state for longer than 15 minutes. `.repeat(8),
    },
  }));
  const answer = await fetch(`${alertmanager}/api/v2/alerts`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(alerts),
  });
  expect(answer.status).toBe(200);
};

test('a real Alertmanager with the shipped example: a storm of 4,000 alerts in one group is on record', {
  timeout: 180_000,
}, async () => {
  const binary = await findAlertmanager(process.env['PATH'] ?? '');
  if (binary === undefined) throw new Error('Alertmanager is not installed: npm run setup -- alertmanager');
  await using intake = await openHttpIntake({ redisUrl: redis.url });
  await using alertmanager = await startRealAlertmanager({
    binary,
    config: example(intake.url, intake.token),
  });
  for (let from = 0; from < 4_000; from += 1_000) await post(alertmanager.url, from, from + 1_000);
  await expect
    .poll(async () => (await intake.client.queries.books()).pending, { timeout: 120_000, interval: 500 })
    .toBe(4_000);
  expect(intake.deadLetters).toEqual([]);
});
