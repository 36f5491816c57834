import { expect, test, vi } from 'vitest';
import { freePort } from '../../../sandbox/process/free-port.ts';
import { useKafka } from '../../support/kafka.ts';
import { redisOfFile } from '../../support/redis/of-file.ts';
import { startRole } from '../start-role.ts';

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
  const failed: string[] = [];
  const fail = (error: unknown): void => void failed.push(String(error));
  const app = await startRole({ text, env, role: 'intake', fail });
  return { failed, ...app };
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
