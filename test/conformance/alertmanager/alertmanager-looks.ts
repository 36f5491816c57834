import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type RedisServer, startRedis } from '../../../sandbox/redis/start.ts';
import { type SweepDeps, sweep } from '../../../src/alerts/sweep.ts';
import type { AlertmanagerConfig } from '../../../src/integrations/alertmanager/choose.ts';
import { createSightings } from '../../../src/integrations/alertmanager/sightings.ts';
import { openHttp } from '../../../src/integrations/http-client/call.ts';
import { anEvent, hours, minutes, t0 } from '../../builders/event.ts';
import { type AlertWorld, createAlertWorld } from '../../support/alert-world.ts';

type Labels = Readonly<Record<string, string>>;

const post = async (url: string, path: string, body: unknown): Promise<unknown> => {
  const answer = await fetch(`${url}/api/v2${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  expect(answer.status).toBe(200);
  const text = await answer.text();
  return text === '' ? undefined : JSON.parse(text);
};

/** What Prometheus sends: it fires for the next hour, or is over. */
export const fire = (url: string, ...all: readonly Labels[]) =>
  post(
    url,
    '/alerts',
    all.map((labels) => ({ labels, endsAt: new Date(Date.now() + 3_600_000) })),
  );
const resolve = (url: string, ...all: readonly Labels[]) =>
  post(
    url,
    '/alerts',
    all.map((labels) => ({ labels, endsAt: new Date(Date.now() - 1) })),
  );

const silence = async (url: string, labels: Labels): Promise<string> => {
  const made = await post(url, '/silences', {
    matchers: Object.entries(labels).map(([name, value]) => ({ name, value, isRegex: false, isEqual: true })),
    startsAt: new Date(),
    endsAt: new Date(Date.now() + 3_600_000),
    createdBy: 'ada',
    comment: 'deploy',
  });
  return (made as { silenceID: string }).silenceID;
};

/** Sweeps over an alert world. `later`: how long the Alertmanagers seem to have been up; ms. */
const sweepsOf = (
  world: AlertWorld,
  configs: readonly AlertmanagerConfig[],
  over: Partial<SweepDeps> = {},
  later = 1_200_000,
) => {
  const http = openHttp();
  const unknown: string[] = [];
  const sightings = createSightings(() => configs, {
    httpFor: () => http,
    timeoutMs: 5_000,
    now: () => Date.now() + later,
  });
  const deps: SweepDeps = {
    queries: world.queries,
    store: world.alerts,
    sightings,
    takeIn: world.takeOwn,
    now: () => world.clock.now,
    stopping: () => false,
    onUnknown: (alertmanager, why, alerts) => unknown.push(`${alertmanager} (${alerts}): ${why}`),
    ...over,
  };
  return { unknown, run: () => sweep(deps), [Symbol.asyncDispose]: () => http[Symbol.asyncDispose]() };
};

/** What the looks for alerts rely on, held against an Alertmanager: the real ones and the simulator alike. */
export const looksConform = (start: () => Promise<AsyncDisposable & { readonly url: string }>): void => {
  let alertmanager: Awaited<ReturnType<typeof start>>;
  let redis: RedisServer;
  beforeAll(async () => {
    [alertmanager, redis] = await Promise.all([start(), startRedis()]);
  });
  afterAll(async () => {
    await alertmanager[Symbol.asyncDispose]();
    await redis.stop();
  });

  describe('what resolved while it was silenced', () => {
    test('is closed when the silence has ended, with the reason, and the books balance', async () => {
      const { url } = alertmanager;
      const labels = {
        alertname: 'HighErrorRate',
        service: `${Math.random()}`,
        note: 'odd "text" \\ with €',
      };
      await using world = await createAlertWorld({ redisUrl: redis.url });
      await using looks = sweepsOf(world, [{ name: 'main', url }]);
      await fire(url, labels);
      await world.take(anEvent({ labels, links: { alertmanager: url } }));
      await world.settle();
      const [open] = await world.all();
      if (!open) throw new Error('the alert is on record');
      const id = await silence(url, labels);
      const until = t0 + hours(1);
      await world.alerts.update(open.id, (alert) => ({
        write: {
          alert: { ...alert, silence: { id, by: { id: 'U0ADA' }, reason: 'deploy', until } },
          journal: [],
        },
      }));
      await resolve(url, labels);
      world.clock.now = until - 1;
      await looks.run();
      expect((await world.all()).map(({ status }) => status)).toEqual(['firing']);

      await fetch(`${url}/api/v2/silence/${id}`, { method: 'DELETE' });
      world.clock.now = until + minutes(1);
      await world.settle();
      await looks.run();
      expect((await world.all()).map(({ status }) => status)).toEqual(['firing']);
      world.clock.now += minutes(1);
      await looks.run();
      await looks.run();
      await world.settle();
      const [closed] = await world.all();
      expect([closed?.status, closed?.endInferred, closed?.events]).toEqual(['resolved', true, 2]);
      expect(world.slack.roots(open.id)).toHaveLength(1);
      expect(await world.queries.books()).toMatchObject({
        received: 2,
        threaded: 1,
        merged: 1,
        suppressed: 0,
        pending: 0,
      });
      const journal = await world.queries.journal(open.id);
      expect(journal.at(-1)?.why).toMatch(/no longer lists it; it resolved while it was silenced/);
      const eventId = journal.at(-1)?.why?.split(': ')[0] ?? '';
      expect(await world.queries.event(eventId)).toMatchObject({
        reason: 'resolved',
        position: { via: 'look', alertmanager: 'main', index: 0 },
      });
      expect(looks.unknown).toEqual([]);
    });

    test('and what still fires there, silenced or not, fires on', async () => {
      const { url } = alertmanager;
      const both = ['a', 'b'].map((pod) => ({ alertname: 'StillThere', pod: `${pod}${Math.random()}` }));
      const [loud = {}, quiet = {}] = both;
      await using world = await createAlertWorld({ redisUrl: redis.url });
      await using looks = sweepsOf(world, [{ name: 'main', url }]);
      await fire(url, ...both);
      await silence(url, quiet);
      for (const [i, labels] of both.entries()) {
        const fingerprint = `${i}`.padStart(16, '0');
        await world.take(anEvent({ labels, fingerprint, links: { alertmanager: url } }));
      }
      await world.settle();
      world.clock.now = t0 + hours(5);
      await looks.run();
      const all = await world.all();
      expect(all.map(({ labels, status, look }) => [labels, status, look])).toEqual(
        expect.arrayContaining([
          [loud, 'firing', { at: t0 + hours(5) }],
          [quiet, 'firing', { at: t0 + hours(5), quiet: true }],
        ]),
      );
    });
  });
};
