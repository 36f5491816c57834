import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type RedisServer, startRedis } from '../../../sandbox/redis/start.ts';
import { reconcileChannel } from '../../../src/alerts/channel/channel-controller.ts';
import { createInFlightCalls } from '../../../src/alerts/channel/in-flight-calls.ts';
import type { Alert } from '../../../src/alerts/model/alert.ts';
import { StoreUnavailable } from '../../../src/core/errors.ts';
import type { SlackResult } from '../../../src/delivery/slack-result.ts';
import { anEvent, minutes, resolveOf, t0 } from '../../builders/event.ts';
import { type AlertWorld, createAlertWorld } from '../../support/alert-world.ts';

let redis: RedisServer;
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis.stop());

type Failure = Exclude<SlackResult<never>, { ok: true }>;
const ambiguous: Failure = { ok: false, kind: 'ambiguous', error: 'socket hang up' };
const unavailable: Failure = { ok: false, kind: 'unavailable', error: 'ECONNREFUSED' };
const refused = (error: string): Failure => ({ ok: false, kind: 'refused', error });

const only = async (world: AlertWorld): Promise<Alert> => {
  const [alert, ...others] = await world.all();
  if (!alert || others.length > 0) throw new Error(`${others.length + 1} alerts are on record`);
  return alert;
};
const methods = (world: AlertWorld) => world.slack.calls.map(({ method }) => method);
const series = (n: number) => ({ fingerprint: n.toString(16).padStart(16, '0') });

describe('a channel that takes nothing', () => {
  test('its threads go to the next one, and the journal says why', async () => {
    await using world = await createAlertWorld({
      redisUrl: redis.url,
      nextChannel: (channel) => (channel === 'C01ALERTS' ? 'C09FALLBACK' : undefined),
    });
    world.slack.faults.push({
      method: 'postRoot',
      when: 'before',
      channel: 'C01ALERTS',
      result: refused('is_archived'),
    });
    await world.take(anEvent());
    await world.settle();
    await world.settle('C09FALLBACK');
    const alert = await only(world);
    expect([alert.channel, alert.thread.state]).toEqual(['C09FALLBACK', 'open']);
    expect(world.slack.messages.map(({ channel }) => channel)).toEqual(['C09FALLBACK']);
    expect((await world.queries.journal(alert.id)).map(({ what, why }) => [what, why]).at(2)).toEqual([
      'channel_refused',
      'C01ALERTS: is_archived; trying C09FALLBACK',
    ]);
    expect((await world.queries.books()).pending).toBe(0);
  });

  test('a thread that none takes is counted and told, not lost', async () => {
    await using world = await createAlertWorld({ redisUrl: redis.url });
    world.slack.faults.push({ method: 'postRoot', when: 'before', result: refused('channel_not_found') });
    const firing = anEvent();
    await world.take(firing);
    await world.settle();
    expect((await only(world)).thread).toEqual({ state: 'failed', at: t0, reason: 'channel_not_found' });
    expect(world.told).toEqual(['undeliverable: channel_not_found']);
    expect((await world.queries.event(firing.id))?.reason).toBe('undeliverable');
    expect(await world.queries.books()).toMatchObject({
      received: 1,
      suppressed: 1,
      threaded: 0,
      pending: 0,
    });
  });
});

describe('Slack does not let the root be changed', () => {
  const changed = async (error: string, times = 1_000) => {
    const world = await createAlertWorld({ redisUrl: redis.url, nextChannel: () => 'C09FALLBACK' });
    await world.take(anEvent());
    await world.settle();
    world.slack.faults.push({ method: 'updateRoot', when: 'before', result: refused(error), times });
    await world.take(anEvent({ time: t0 + 1_000, severity: 'warning' }));
    await world.settle();
    return world;
  };

  test.each(['cant_update_message', 'edit_window_closed', 'restricted_action', 'a_word_of_tomorrow'])(
    '%s: one root stays, and the thread says once that it may be old',
    async (error) => {
      await using world = await changed(error);
      await world.take(anEvent({ time: t0 + minutes(6), severity: 'critical' }));
      await world.settle();
      await world.take(anEvent({ time: t0 + minutes(20), summary: 'worse' }));
      await world.settle();
      await world.settle('C09FALLBACK');
      const alert = await only(world);
      expect(alert.thread).toMatchObject({ state: 'open', stays: true });
      expect(world.slack.roots(alert.id)).toHaveLength(1);
      expect(world.slack.messages.map(({ channel }) => channel)).not.toContain('C09FALLBACK');
      const journal = await world.queries.journal(alert.id);
      expect(journal.filter(({ what }) => what === 'root_stays').map(({ why }) => why)).toEqual([error]);
    },
  );

  test('the resolve is told in the thread all the same, and the root follows once Slack takes it', async () => {
    await using world = await changed('edit_window_closed', 1);
    await world.take(resolveOf(anEvent(), t0 + minutes(8)));
    await world.settle();
    const alert = await only(world);
    expect(alert.thread).not.toHaveProperty('stays');
    expect(world.slack.roots(alert.id)).toHaveLength(1);
    expect(alert.notes).toEqual([]);
  });
});

describe('Slack says not now', () => {
  test('a 429 holds its own channel, and no other', async () => {
    await using world = await createAlertWorld({ redisUrl: redis.url });
    await using other = await createAlertWorld({
      redisUrl: redis.url,
      slack: world.slack,
      prefix: world.prefix,
      route: { channel: 'C02OTHER' },
    });
    const rateLimited: Failure = { ok: false, kind: 'rate_limited', retryAfterMs: 30_000 };
    world.slack.faults.push({
      method: 'postRoot',
      when: 'before',
      channel: 'C01ALERTS',
      result: rateLimited,
    });
    await world.take(anEvent(series(1)), anEvent(series(2)));
    await other.take(anEvent(series(3)));
    await world.pass();
    await other.pass('C02OTHER');
    expect(world.slack.messages.map(({ channel }) => channel).sort()).toEqual(['C01ALERTS', 'C02OTHER']);
    // Both of the first channel were under way; the refused one goes when Slack said.
    expect(await world.pass()).toBe(30_000);
    world.clock.now += 30_000;
    await world.settle();
    expect(world.slack.messages.length).toBe(3);
  });

  test('an outage is waited for, and everything is there in the end', async () => {
    await using world = await createAlertWorld({ redisUrl: redis.url });
    world.slack.faults.push({ method: 'postRoot', when: 'before', result: unavailable, times: 5 });
    await world.take(anEvent(series(1)), anEvent(series(2)));
    await world.settle();
    expect((await world.all()).map(({ thread }) => thread.state)).toEqual(['open', 'open']);
    expect(world.slack.messages.length).toBe(2);
  });
});

describe('people interfere', () => {
  test('a root that somebody deleted is not posted again; a re-fire opens a new one', async () => {
    await using world = await createAlertWorld({ redisUrl: redis.url });
    const firing = anEvent();
    await world.take(firing);
    await world.settle();
    world.slack.messages.splice(0);
    await world.take(resolveOf(firing, t0 + minutes(5)));
    await world.settle();
    expect((await only(world)).thread).toMatchObject({ state: 'failed', reason: 'message_not_found' });
    expect(world.slack.messages).toEqual([]);
    await world.take(anEvent({ startsAt: t0 + minutes(9) }));
    await world.settle();
    const alert = await only(world);
    expect(world.slack.roots(alert.id).length).toBe(1);
    const journal = await world.queries.journal(alert.id);
    expect(journal.map(({ what }) => what)).toEqual([
      ...['opened', 'route', 'thread_open', 'resolved', 'root_gone', 'refired', 'thread_open'],
    ]);
    expect((await world.queries.books()).pending).toBe(0);
  });

  test('a silence that ends is taken off the root', async () => {
    await using world = await createAlertWorld({ redisUrl: redis.url });
    await world.take(anEvent());
    await world.settle();
    const { id } = await only(world);
    const silence = { by: { id: 'U1' }, reason: 'known', until: world.clock.now + minutes(10) };
    await world.alerts.update(id, (alert) => ({ write: { alert: { ...alert, silence }, journal: [] } }));
    const shown = () => world.slack.roots(id)[0]?.alert?.silence;
    expect(await world.pass()).toBe(minutes(10));
    expect(shown()).toEqual(silence);
    world.clock.now = silence.until;
    await world.settle();
    expect(shown()).toBeUndefined();
    expect((await only(world)).silence).toBeUndefined();
  });
});

describe('answers that never came', () => {
  test('a note that was said is found, and not said again', async () => {
    await using world = await createAlertWorld({ redisUrl: redis.url });
    const firing = anEvent();
    await world.take(firing);
    await world.settle();
    world.slack.faults.push({ method: 'postNotes', when: 'after', result: ambiguous });
    await world.take(resolveOf(firing, t0 + minutes(5)));
    await world.settle();
    expect(world.slack.replies((await only(world)).id)).toEqual(['resolved']);
    expect(methods(world)).toEqual(['postRoot', 'updateRoot', 'postNotes', 'find']);
  });

  test('when no look-up is answered, a post is risked, said to be one, and healed', async () => {
    await using world = await createAlertWorld({ redisUrl: redis.url });
    world.slack.faults.push({ method: 'postRoot', when: 'after', result: ambiguous });
    const outage = { method: 'find', when: 'before', result: unavailable, times: 1_000 } as const;
    world.slack.faults.push({ ...outage });
    await world.take(anEvent());
    const { id } = await only(world);
    for (let passes = 0; world.slack.roots(id).length < 2; passes++) {
      if (passes > 1_000) throw new Error('no post was risked');
      world.clock.now += Math.max(1, (await world.pass()) ?? 1_000);
    }
    // After ten minutes, not before.
    expect(world.clock.now - t0).toBeGreaterThan(600_000);
    await world.pass();
    const marked = world.slack.roots(id).find((root) => root.alert?.thread.state === 'open')?.alert;
    expect(marked?.thread).toMatchObject({ possibleDuplicate: true });
    for (const fault of world.slack.faults) fault.times = 0;
    await world.settle();
    const roots = world.slack.roots(id);
    expect(roots.length).toBe(1);
    expect(roots[0]?.alert?.thread).not.toHaveProperty('possibleDuplicate');
    expect((await only(world)).thread).toMatchObject({ state: 'open', ts: roots[0]?.ts });
  });

  test('of two copies that were found, the one that got on record meanwhile stays', async () => {
    await using world = await createAlertWorld({ redisUrl: redis.url });
    world.slack.faults.push({ method: 'postRoot', when: 'after', result: ambiguous, times: 2 });
    // The first look sees nothing yet, so a second copy is posted.
    let looks = 0;
    const find = world.slack.find;
    world.slack.find = async (...args) => {
      looks += 1;
      if (looks === 1) return { ok: true, value: [] };
      const found = await find(...args);
      if (looks === 2 && found.ok) {
        const second = found.value[1];
        const { id } = await only(world);
        if (second) await world.open(id, second);
      }
      return found;
    };
    await world.take(anEvent());
    await world.settle();
    const { id, thread } = await only(world);
    expect(world.slack.roots(id).length).toBe(1);
    expect(thread).toMatchObject({ state: 'open', ts: world.slack.roots(id)[0]?.ts });
  });

  test.each([
    { meanwhile: 'another process finds it', unseen: 0, looks: true, left: 1 },
    { meanwhile: 'another process does not see it, and says it once more', unseen: 1, looks: true, left: 1 },
    // Said twice rather than not at all.
    { meanwhile: 'the same, and Slack answers no look-up of the first', unseen: 1, looks: false, left: 2 },
  ])('a process sleeps through the answer of its reply, and $meanwhile: $left stay', async (row) => {
    await using world = await createAlertWorld({ redisUrl: redis.url });
    const firing = anEvent();
    await world.take(firing);
    await world.settle();
    const { id } = await only(world);
    const asleep = Promise.withResolvers<void>();
    const { postNotes, find } = world.slack;
    const posted = Promise.withResolvers<void>();
    world.slack.postNotes = async (...args) => {
      world.slack.postNotes = postNotes;
      const result = await postNotes(...args);
      posted.resolve();
      await asleep.promise;
      return result;
    };
    let unseen = row.unseen;
    world.slack.find = async (...args) => (unseen-- > 0 ? { ok: true, value: [] } : find(...args));
    await world.take(resolveOf(firing, t0 + minutes(5)));
    const sleeper = world.pass();
    await posted.promise;
    const first = world.slack.messages.at(-1)?.ts;
    world.clock.now += 20_000;
    const other = createInFlightCalls({ after: () => () => {}, atOnce: 64, onLate: () => {} });
    await reconcileChannel({ ...world.passDeps, underWay: other }, 'C01ALERTS');
    expect((await only(world)).notes).toEqual([]);
    expect(world.slack.replies(id)).toHaveLength(1 + row.unseen);
    if (!row.looks) world.slack.faults.push({ method: 'find', when: 'before', result: unavailable });
    asleep.resolve();
    await sleeper;
    await world.underWay.ended(5_000);
    expect(world.late).toEqual([]);
    const notes = world.slack.messages.filter(({ key }) => key.kind === 'note');
    expect(notes).toHaveLength(row.left);
    expect(notes[0]?.ts).toBe(first);
    await world.settle();
    expect(world.slack.replies(id)).toHaveLength(row.left);
  });

  test('a step that throws keeps none of the others back, and is told', async () => {
    await using world = await createAlertWorld({ redisUrl: redis.url });
    await world.take(anEvent(series(1)), anEvent(series(2)));
    const [bad] = await world.all();
    const post = world.slack.postRoot;
    world.slack.postRoot = (alert) =>
      alert.id === bad?.id ? Promise.reject(new TypeError('no such block')) : post(alert);
    await expect(world.pass()).rejects.toThrow('no such block');
    expect(world.slack.messages.length).toBe(1);
    world.slack.postRoot = post;
    await world.settle();
    expect(world.slack.messages.length).toBe(2);
  });
});

describe('a call that hangs', () => {
  /** Passes over the channel, as its worker would, until `stop`. */
  const keepPassing = (world: AlertWorld) => {
    let going = true;
    const passing = (async () => {
      while (going) await world.pass();
    })();
    return async (): Promise<void> => {
      going = false;
      await passing;
    };
  };

  test('holds up its own alert; the others of the channel, and what people ask for, go on', async () => {
    await using world = await createAlertWorld({ redisUrl: redis.url });
    const open = anEvent(series(1));
    await world.take(open);
    await world.settle();
    const { id } = await only(world);
    await world.take(anEvent(series(2)));
    const held = (await world.all()).find((alert) => alert.id !== id)?.id ?? '';
    const hang = Promise.withResolvers<void>();
    world.slack.before = (_, about) => (about === held ? hang.promise : Promise.resolve());
    const stop = keepPassing(world);
    await expect.poll(() => world.underWay.has(held)).toBe(true);

    await world.take(anEvent(series(3)));
    await world.service.apply(id, { verb: 'acknowledge' }, { id: 'U1' });
    await expect.poll(() => world.slack.replies(id), { timeout: 10_000 }).toEqual(['acknowledged']);
    await world.take(resolveOf(open, t0 + minutes(5)));
    await expect
      .poll(() => world.slack.replies(id), { timeout: 10_000 })
      .toEqual(['acknowledged', 'resolved']);
    expect(world.slack.roots(id).map(({ alert }) => [alert?.status, alert?.ack?.by.id])).toEqual([
      ['resolved', 'U1'],
    ]);
    expect(world.slack.messages.filter(({ key }) => key.kind === 'alert')).toHaveLength(2);

    hang.resolve();
    await world.underWay.ended(60_000);
    await stop();
    await world.settle();
    expect((await world.all()).map((alert) => world.slack.roots(alert.id).length)).toEqual([1, 1, 1]);
    expect(methods(world).filter((method) => method === 'find')).toEqual([]);
  });

  test('a pass that is to stop leaves it under way; what it throws then is told', async () => {
    await using world = await createAlertWorld({ redisUrl: redis.url });
    await world.take(anEvent());
    const { id } = await only(world);
    const hang = Promise.withResolvers<void>();
    world.slack.before = () => hang.promise;
    let stopping = false;
    const pass = reconcileChannel({ ...world.passDeps, stopping: () => stopping }, 'C01ALERTS');
    await expect.poll(() => world.underWay.has(id)).toBe(true);
    stopping = true;
    await pass;
    expect([world.underWay.has(id), world.late]).toEqual([true, []]);
    hang.reject(new TypeError('no such block'));
    await world.underWay.ended(60_000);
    expect(world.late).toEqual([new TypeError('no such block')]);
  });
});

describe('Redis fails over while a root message is on its way', () => {
  /** Its nth write of an alert is made or not, and not confirmed either way. */
  const failing = (world: AlertWorld, nth: number, made: boolean) => {
    let writes = 0;
    const { alerts } = world;
    const store: typeof alerts = {
      ...alerts,
      update: async (id, change) => {
        writes += 1;
        if (writes !== nth) return alerts.update(id, change);
        if (made) await alerts.update(id, change);
        throw new StoreUnavailable('Redis did not answer (write).');
      },
    };
    const pause = async (ms: number): Promise<void> => {
      world.clock.now += ms;
    };
    return reconcileChannel({ ...world.passDeps, store, pause }, 'C01ALERTS');
  };

  test.each([
    ['Slack’s answer is put on record', 2, false],
    ['Slack’s answer, which is on record already, is put there once', 2, true],
  ] as const)('%s: nobody waits for the claim to grow old', async (_, nth, made) => {
    await using world = await createAlertWorld({ redisUrl: redis.url });
    await world.take(anEvent());
    await failing(world, nth, made);
    const [alert] = await world.all();
    expect(alert?.thread.state).toBe('open');
    expect(world.slack.calls.map(({ method }) => method)).toEqual(['postRoot']);
  });

  test.each([
    ['is on record', true],
    ['is not on record', false],
  ] as const)(
    'a claim that nobody confirmed and that %s is given back, and posted at once',
    async (_, made) => {
      await using world = await createAlertWorld({ redisUrl: redis.url });
      await world.take(anEvent());
      await expect(failing(world, 1, made)).rejects.toThrow('Redis did not answer');
      expect((await world.all())[0]?.thread.state).toBe('wanted');
      await world.pass();
      expect((await world.all())[0]?.thread.state).toBe('open');
      expect(world.slack.calls.map(({ method }) => method)).toEqual(['postRoot']);
      expect(world.clock.now - t0).toBeLessThan(2_000);
    },
  );
});
