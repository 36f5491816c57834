import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import kafkajs from 'kafkajs';
import { expect, test } from 'vitest';
import { openScene, unpaced } from '../../e2e/support/scene.ts';
import { until } from '../../e2e/support/until.ts';

/** A dead man's switch that counts, and would lead elsewhere if anybody followed. */
const startSwitch = async (status: number) => {
  const pings: string[] = [];
  const server = createServer((request, response) => {
    pings.push(`${request.method} ${request.url}`);
    response.writeHead(status, { location: '/elsewhere' }).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    pings,
    url: `http://127.0.0.1:${port}/ping-canary-secret`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};

test('a canary goes through Kafka, farmhand and Slack, in one message; outside is told only while it comes back', {
  timeout: 240_000,
  tags: ['long'],
}, async () => {
  // The part that is needed: a broker.
  expect(kafkajs.logLevel.NOTHING).toBe(0);
  await using outside = await startSwitch(200);
  const watchdog = {
    channel: 'C0SRE',
    interval: '5s',
    late: '15s',
    ping_url: { env: 'WATCHDOG_PING_URL' },
  };
  await using scene = await openScene(
    { ...unpaced, kafka: 'always', sections: { watchdog } },
    { env: { WATCHDOG_PING_URL: outside.url } },
  );
  const { world } = scene;
  const { control } = world.slack;
  const metric = async (name: string): Promise<number> => {
    const text = await (await fetch(`${world.url}/metrics`)).text();
    return Number(new RegExp(`^${name}(?:\\{[^}]*\\})? (\\S+)$`, 'm').exec(text)?.[1] ?? Number.NaN);
  };
  const age = () => metric('farmhand_watchdog_age_seconds');

  // Several beats have come back.
  await until(
    'pings',
    async () => outside.pings.length,
    (count) => count >= 4,
    120_000,
  );
  expect(new Set(outside.pings)).toEqual(new Set(['POST /ping-canary-secret']));
  expect(await age()).toBeLessThan(15);
  const messages = await control.messages('C0SRE');
  expect(messages).toHaveLength(1);
  expect(JSON.stringify(messages[0])).toMatch(/beat \d{13}/);
  expect(await control.messages('C0ALERTS')).toEqual([]);

  // Slack takes no change any more: farmhand is up and its parts say so, and the canary does not come back.
  await control.fault({
    method: 'chat.update',
    times: 10_000,
    effect: { kind: 'error', error: 'fatal_error' },
  });
  await until('the age to grow', age, (seconds) => seconds > 16, 60_000);
  const told = outside.pings.length;
  await until('it to grow further', age, (seconds) => seconds > 24, 60_000);
  expect(outside.pings.length).toBe(told);

  await control.clearFaults();
  await until('it to come back', age, (seconds) => seconds < 12, 90_000);
  await until(
    'pings',
    async () => outside.pings.length,
    (count) => count > told,
    30_000,
  );
  expect(await control.messages('C0SRE')).toHaveLength(1);
  expect(scene.farmhand().tail(10_000).join('\n')).not.toContain('ping-canary-secret');
});
