import { expect, test, vi } from 'vitest';
import { freePort } from '../../../sandbox/process/free-port.ts';
import { startApp } from '../../../src/app/start-app.ts';
import { loadConfig } from '../../../src/config/load.ts';
import { createLogger } from '../../../src/observability/logger.ts';
import { createRedactor } from '../../../src/observability/redact.ts';
import { useKafka } from '../../support/kafka.ts';
import { redisOfFile } from '../../support/redis/of-file.ts';

const kafka = useKafka();
const server = redisOfFile();

const env = { BOT: 'xoxb-1', APP: 'xapp-1' };

/** A process that takes alerts in, and what it could not go on with. */
const startIntake = async (name: string, topic: string, group: string) => {
  const text = `
installation: { name: ${name} }
slack: { bot_token: { env: BOT }, app_token: { env: APP }, default_channel: C0ALERTS, api_url: "http://127.0.0.1:1/" }
redis: { url: "${server.url}", prefix: of-${name}, durability: none }
http: { port: ${await freePort()} }
kafka: { brokers: ["${kafka().broker.address}"], topics: [{ name: ${topic} }], group_id: ${group}, dead_letter_topic: ${topic}-letters }
`;
  const load = () => loadConfig({ file: 'farmhand.yml', env, readFile: () => text });
  const redactor = createRedactor();
  const failed: string[] = [];
  const logged: string[] = [];
  const app = await startApp({
    config: load(),
    configFile: { path: 'farmhand.yml', readText: () => text, load },
    roles: new Set(['intake'] as const),
    version: 'test',
    log: createLogger({
      level: 'info',
      redactor,
      base: {},
      destination: { write: (line) => void logged.push(line) },
    }),
    redactor,
    signal: new AbortController().signal,
    fail: (error) => void failed.push(String(error)),
  });
  return { failed, logged, [Symbol.asyncDispose]: () => app[Symbol.asyncDispose]() };
};

test('of two installations in one Kafka group that start at the same moment no two go on', {
  timeout: 90_000,
}, async () => {
  const topic = await kafka().topic(2);
  const group = `together-${topic}`;
  await using one = await startIntake('one', topic, group);
  await using two = await startIntake('two', topic, group);
  await vi.waitFor(
    () => {
      const failed = [...one.failed, ...two.failed];
      expect(failed.length).toBeGreaterThan(0);
      for (const text of failed) expect(text).toContain('is read by another installation');
    },
    { timeout: 60_000, interval: 100 },
  );
  // Whoever was in it alone is not disturbed by the other one's attempt.
  const settled = one.failed.length + two.failed.length;
  if (settled === 1) {
    const alone = one.failed.length === 0 ? one : two;
    expect(alone.logged.filter((line) => /"level":"error"/.test(line))).toEqual([]);
  }
});
