import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type RedisServer, startRedis } from '../../../sandbox/redis/start.ts';
import { anEvent, minutes, resolveOf, t0 } from '../../builders/event.ts';
import { createAlertWorld } from '../../support/alert-world.ts';

let redis: RedisServer;
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis.stop());

const ambiguous = { ok: false, kind: 'ambiguous', error: 'socket hang up' } as const;

describe('one alert, one thread', () => {
  test('a firing alert gets a root message, and its resolve updates it and is said in the thread', async () => {
    await using world = await createAlertWorld({ redisUrl: redis.url });
    const firing = anEvent();
    await world.take(firing);
    expect(world.marked).toEqual(['C01ALERTS']);
    await world.settle();
    const [alert] = (await world.queries.list({ limit: 10 })).alerts;
    expect(alert?.id.startsWith('689b55798b76c552-')).toBe(true);
    const roots = world.slack.roots(alert?.id ?? '');
    expect(roots.map((m) => m.alert?.status)).toEqual(['firing']);
    await world.take(resolveOf(firing, t0 + minutes(5)));
    await world.settle();
    expect(world.slack.roots(alert?.id ?? '').map((m) => m.alert?.status)).toEqual(['resolved']);
    expect(world.slack.replies(alert?.id ?? '')).toEqual(['resolved']);
    expect(await world.queries.books()).toEqual({
      received: 2,
      threaded: 1,
      merged: 1,
      suppressed: 0,
      rejected: 0,
      pending: 0,
      byReason: { 'alertmanager|opened': 1, 'alertmanager|resolved': 1, 'settled|thread_open': 1 },
    });
  });

  test('a post whose answer was lost is found, not repeated', async () => {
    await using world = await createAlertWorld({ redisUrl: redis.url });
    world.slack.faults.push({ method: 'postRoot', when: 'after', result: ambiguous });
    await world.take(anEvent());
    await world.settle();
    expect(world.slack.messages.length).toBe(1);
    expect(world.slack.calls.map((c) => c.method)).toEqual(['postRoot', 'find', 'updateRoot']);
  });

  test('a post that never arrived is made again after looking, and looked for once more', async () => {
    await using world = await createAlertWorld({ redisUrl: redis.url });
    world.slack.faults.push({ method: 'postRoot', when: 'before', result: ambiguous });
    await world.take(anEvent());
    await world.settle();
    expect(world.slack.messages.length).toBe(1);
    expect(world.slack.calls.map((c) => c.method)).toEqual([
      'postRoot',
      'find',
      'postRoot',
      'find',
      'updateRoot',
    ]);
  });
});
