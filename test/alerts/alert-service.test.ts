import { expect, test } from 'vitest';
import { createAlertService } from '../../src/alerts/alert-service.ts';
import { StoreUnavailable } from '../../src/core/errors.ts';
import { anAlert, anOpenAlert } from '../builders/alert.ts';
import { minutes } from '../builders/event.ts';
import { allowAll } from '../fakes/access.ts';
import { createMemoryStore } from '../support/memory-store.ts';

const anna = { id: 'U1', name: 'Anna' };
const ben = { id: 'U2', name: 'Ben' };

const open = async (can = { ticket: true, silence: true }, alert = anOpenAlert()) => {
  const store = createMemoryStore();
  const created = { before: undefined, after: alert, archived: [], journal: [], events: [], nonces: [] };
  await store.alerts.takeIn([created], []);
  const desk = createAlertService({
    store: store.alerts,
    now: () => store.clock.now,
    can,
    access: allowAll,
    instanceOf: () => undefined,
  });
  return { ...store, desk, id: alert.id, channel: alert.channel };
};

test('a command is answered when it is on record, and its thread goes before all others', async () => {
  const { desk, id, lanes, clock, channel, state } = await open();
  const outcome = await desk.acknowledge(id, anna);
  expect(outcome).toMatchObject({ ok: true, changed: true, alert: { ack: { by: anna, at: clock.now } } });
  const { urgent } = await lanes.peek(channel, clock.now, { posts: 1, updates: 1 });
  expect(urgent).toEqual(new Set([id]));
  expect(state.journals.get(id)).toEqual([{ at: clock.now, who: 'Anna (U1)', what: 'ack' }]);
});

test('nothing happens when it is so already: a double click is fine, another person is told who was first', async () => {
  const { desk, id, state } = await open();
  const [first, again, other] = await Promise.all([
    desk.acknowledge(id, anna),
    desk.acknowledge(id, anna),
    desk.acknowledge(id, ben),
  ]);
  expect(first).toMatchObject({ ok: true, changed: true });
  expect(again).toMatchObject({ ok: true, changed: false });
  expect(other).toMatchObject({
    ok: false,
    code: 'already_done',
    message: 'Anna acknowledged this first, at 14:13 UTC. Nothing was changed.',
    alert: { ack: { by: anna } },
  });
  expect(state.journals.get(id)?.length).toBe(1);
});

test('nothing happens when there is no such alert, and it says where to look', async () => {
  const { desk } = await open();
  expect(await desk.acknowledge('0000000000000000-1', anna)).toEqual({
    ok: false,
    code: 'not_found',
    message: 'This alert is no longer on record, so nothing was changed. `/alerts` lists what is open.',
  });
});

test('nothing happens when there is nothing behind it, and it says what to set', async () => {
  const { desk, id } = await open({ ticket: false, silence: false });
  expect(await desk.raiseTicket(id, anna)).toMatchObject({ ok: false, code: 'not_configured' });
  const silence = await desk.silence(id, anna, { durationMs: minutes(5), reason: 'known' });
  expect(silence).toMatchObject({
    ok: false,
    code: 'not_configured',
    message: expect.stringContaining('`alertmanagers`'),
  });
});

test('a ticket and a silence become actions of the record, each once', async () => {
  const { desk, id, due } = await open();
  await desk.raiseTicket(id, anna);
  await desk.silence(id, ben, { durationMs: minutes(5), reason: 'known' });
  expect(await desk.raiseTicket(id, ben)).toMatchObject({ ok: false, code: 'already_done' });
  expect(due.map((one) => one.id)).toEqual([id, id]);
});

test('nothing is written when the record was read so late that the person has been told so', async () => {
  const { alerts, clock, id, state } = await open({ ticket: true, silence: true }, anAlert());
  const slow = {
    ...alerts,
    update: ((...args) => {
      clock.now += 701;
      return alerts.update(...args);
    }) as typeof alerts.update,
  };
  const desk = createAlertService({
    store: slow,
    now: () => clock.now,
    can: { ticket: true, silence: true },
    access: allowAll,
    instanceOf: () => undefined,
  });
  await expect(desk.acknowledge(id, anna)).rejects.toThrow(StoreUnavailable);
  expect([...state.series.values()][0]?.ack).toBeUndefined();
});

test('silence and ticket need a role for the instance of the alert; acknowledge is open to members', async () => {
  const { alerts, clock, id } = await open();
  const asked: string[] = [];
  const desk = createAlertService({
    store: alerts,
    now: () => clock.now,
    can: { ticket: true, silence: true },
    access: {
      check: async (by, verb, instance) => {
        asked.push(`${by.id} ${verb} ${instance}`);
        return { allowed: false, roles: ['on-call'], says: 'You may not.' };
      },
    },
    instanceOf: () => 'system6',
  });
  const refused = { ok: false, code: 'not_allowed', message: 'You may not. Nothing was changed.' };
  expect(await desk.silence(id, anna, { durationMs: 3_600_000, reason: 'x' })).toMatchObject(refused);
  expect(await desk.raiseTicket(id, anna)).toMatchObject(refused);
  expect(asked).toEqual(['U1 silence system6', 'U1 ticket system6']);
  expect(await desk.acknowledge(id, anna)).toMatchObject({ ok: true, changed: true });
});
