import { afterAll, beforeAll, expect, test } from 'vitest';
import { type RedisServer, startRedis } from '../../../sandbox/redis/start.ts';
import type { AlertEvent } from '../../../src/alerts/model/event.ts';
import { figures } from '../../../src/cli/size/figures.ts';
import { installationNeeds } from '../../../src/cli/size/needs.ts';
import { decodeMessage } from '../../../src/intake/parse/decode.ts';
import { minutes, t0 } from '../../builders/event.ts';
import { envelope, alert as inWebhook, webhook } from '../../intake/wire/messages.ts';
import { type AlertWorld, createAlertWorld } from '../../support/alert-world.ts';

let server: RedisServer;
beforeAll(async () => {
  server = await startRedis();
});
afterAll(() => server.stop());

const bytes = 1_024;
const prose =
  'The ratio of failed requests has been over its objective for five minutes; look at the release. ';

/** A body of 1 KB as Alertmanager or a sender of envelopes writes it. */
const bodyOf = (n: number, over: boolean, ownId: boolean): string => {
  const wrapped = (description: string): string => {
    const one = inWebhook({
      labels: { alertname: 'HighErrorRate', service: 'checkout', severity: 'critical', pod: `checkout-${n}` },
      annotations: { summary: `5xx ratio ${n}%`, description },
      fingerprint: n.toString(16).padStart(16, '0'),
      ...(over && { status: 'resolved', endsAt: new Date(t0 + minutes(30)).toISOString() }),
    });
    return JSON.stringify(
      ownId
        ? envelope('alertmanager', one, { id: `${n}-${over}`, time: new Date(t0).toISOString() })
        : webhook([one]),
    );
  };
  return wrapped(prose.repeat(12).slice(0, bytes - Buffer.byteLength(wrapped(''))));
};

let offset = 0;
const eventOf = (n: number, over: boolean, ownId: boolean, now: number): AlertEvent => {
  offset += 1;
  const { events, rejections } = decodeMessage(
    {
      value: Buffer.from(bodyOf(n, over, ownId)),
      headers: {},
      position: { via: 'kafka', topic: 'alerts', partition: 0, offset: String(offset), life: 'L', index: 0 },
      receivedAt: now,
    },
    { tiers: { default: 'default', header: 'Tier', label: 'tier' }, maxBytes: 1_048_576, now },
  );
  const [event] = events;
  if (!event || rejections.length > 0) throw new Error(JSON.stringify(rejections));
  return event;
};

const usedBy = async ({ redis }: AlertWorld): Promise<number> =>
  Number(/used_memory:(\d+)/.exec(await redis.info('memory'))?.[1]);

const [firing, over] = [1_000, 2_000];

test.each([false, true])(
  'Redis holds what was worked out, within a fifth; with ids of the senders: %s',
  async (ownIds) => {
    await using world = await createAlertWorld({ redisUrl: server.url });
    await world.redis.flushall();
    await world.redis.hset(world.store.keys.mark, 'places', 0);
    const before = await usedBy(world);
    const take = async (from: number, to: number, resolved: boolean): Promise<void> => {
      for (let at = from; at < to; at += 250) {
        const numbers = Array.from({ length: Math.min(250, to - at) }, (_, i) => at + i);
        await world.take(...numbers.map((n) => eventOf(n, resolved, ownIds, world.clock.now)));
      }
      await world.settle();
    };
    await take(0, firing + over, false);
    world.clock.now += minutes(30);
    await take(firing, firing + over, true);
    const measured = (await usedBy(world)) - before;

    // One a second: as many fire as are kept so long, in seconds; of their events as many as there were.
    const { redis } = installationNeeds(
      {
        ...{ alertsPerSecond: 1, firesFor: firing * 1_000, repeatEvery: 1e9, eventBytes: bytes, ownIds },
        ...{ storm: 1, channels: 1, tickets: 0, rebuilds: 0, rebuildLasts: 1 },
      },
      {
        ...{
          alerts: over * 1_000,
          events: ((firing + 2 * over) / 2) * 1_000,
          audit: 0,
          kafka: 0,
          kafkaCopies: 0,
        },
        ...{ growth: 0, postsPerSecond: 1 },
      },
    );
    const worked = redis.now - figures.redis.empty;
    expect(worked / measured).toBeGreaterThan(0.8);
    expect(worked / measured).toBeLessThan(1.2);
  },
);
