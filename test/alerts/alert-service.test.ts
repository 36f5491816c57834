import { expect, test } from 'vitest';
import { sightOf } from '../../src/access/tiers.ts';
import { type AlertServiceDeps, createAlertService } from '../../src/alerts/alert-service.ts';
import { StoreUnavailable } from '../../src/core/errors.ts';
import { anAlert, anOpenAlert } from '../builders/alert.ts';
import { minutes } from '../builders/event.ts';
import { allowAll } from '../fakes/access.ts';
import { memoryAudit } from '../fakes/audit.ts';
import { noGroups } from '../fakes/silence-scopes.ts';
import { createMemoryStore } from '../support/memory-store.ts';

const anna = { id: 'U1', name: 'Anna' };
const ben = { id: 'U2', name: 'Ben' };

const open = async (
  can = { ticket: true, silence: true },
  alert = anOpenAlert(),
  more: Partial<AlertServiceDeps> = {},
) => {
  const store = createMemoryStore();
  const audit = memoryAudit();
  const created = { before: undefined, after: alert, archived: [], journal: [], events: [], nonces: [] };
  await store.alerts.takeIn([created], []);
  const service = createAlertService({
    store: store.alerts,
    now: () => store.clock.now,
    can,
    access: allowAll,
    audit,
    safe: (text) => text.replaceAll('hunter22', '[redacted]'),
    instanceOf: () => undefined,
    groups: noGroups,
    ...more,
  });
  return { ...store, audit, service, id: alert.id, channel: alert.channel };
};

test('a command is answered when it is on record, and its thread goes before all others', async () => {
  const { service, id, lanes, clock, channel, state } = await open();
  const outcome = await service.apply(id, { verb: 'acknowledge' }, anna);
  expect(outcome).toMatchObject({ ok: true, changed: true, alert: { ack: { by: anna, at: clock.now } } });
  const { urgent } = await lanes.peek(channel, clock.now, { posts: 1, updates: 1 });
  expect(urgent).toEqual(new Set([id]));
  expect(state.journals.get(id)).toEqual([{ at: clock.now, who: 'Anna (U1)', what: 'ack' }]);
});

test('nothing happens when it is so already: a double click is fine, another person is told who was first', async () => {
  const { service, id, state, clock } = await open();
  const [first, again, other] = await Promise.all([
    service.apply(id, { verb: 'acknowledge' }, anna),
    service.apply(id, { verb: 'acknowledge' }, anna),
    service.apply(id, { verb: 'acknowledge' }, ben),
  ]);
  expect(first).toMatchObject({ ok: true, changed: true });
  expect(again).toMatchObject({ ok: true, changed: false });
  expect(other).toEqual({ ok: false, code: 'acknowledged', by: anna, at: clock.now });
  expect(state.journals.get(id)?.length).toBe(1);
});

test.each([{ verb: 'acknowledge' }, { verb: 'ticket' }] as const)(
  'nothing happens when there is no such alert: $verb',
  async (command) => {
    const { service } = await open();
    expect(await service.apply('0000000000000000-1', command, anna)).toEqual({
      ok: false,
      code: 'not_found',
    });
  },
);

test('nothing happens when there is nothing behind it', async () => {
  const { service, id } = await open({ ticket: false, silence: false });
  const refused = { ok: false, code: 'not_configured' };
  expect(await service.apply(id, { verb: 'ticket' }, anna)).toEqual({ ...refused, verb: 'ticket' });
  const silence = { verb: 'silence', durationMs: minutes(5), reason: 'known' } as const;
  expect(await service.apply(id, silence, anna)).toEqual({ ...refused, verb: 'silence' });
});

test('a ticket and a silence become actions of the record, each once', async () => {
  const { service, id, due } = await open();
  await service.apply(id, { verb: 'ticket' }, anna);
  await service.apply(id, { verb: 'silence', durationMs: minutes(5), reason: 'known' }, ben);
  expect(await service.apply(id, { verb: 'ticket' }, ben)).toEqual({ ok: false, code: 'ticket_pending' });
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
  const service = createAlertService({
    store: slow,
    now: () => clock.now,
    can: { ticket: true, silence: true },
    access: allowAll,
    audit: memoryAudit(),
    safe: (text) => text.replaceAll('hunter22', '[redacted]'),
    instanceOf: () => undefined,
    groups: noGroups,
  });
  await expect(service.apply(id, { verb: 'acknowledge' }, anna)).rejects.toThrow(StoreUnavailable);
  expect([...state.series.values()][0]?.ack).toBeUndefined();
});

test('silence and ticket need a role for the instance of the alert; acknowledge is open to members', async () => {
  const { alerts, clock, id } = await open();
  const asked: string[] = [];
  const audit = memoryAudit();
  const service = createAlertService({
    store: alerts,
    now: () => clock.now,
    can: { ticket: true, silence: true },
    access: {
      check: async (by, verb, instance) => {
        asked.push(`${by.id} ${verb} ${instance}`);
        return { allowed: false, code: 'role_needed', roles: ['on-call'], says: 'You may not.' };
      },
    },
    audit,
    safe: (text) => text.replaceAll('hunter22', '[redacted]'),
    instanceOf: () => 'system6',
    groups: noGroups,
  });
  const refused = { ok: false, code: 'not_allowed', says: 'You may not.' };
  expect(await service.apply(id, { verb: 'silence', durationMs: 3_600_000, reason: 'x' }, anna)).toEqual(
    refused,
  );
  expect(await service.apply(id, { verb: 'ticket' }, anna)).toEqual(refused);
  expect(asked).toEqual(['U1 silence system6', 'U1 ticket system6']);
  expect(await service.apply(id, { verb: 'acknowledge' }, anna)).toMatchObject({ ok: true, changed: true });
});

test('a secret in a note is on no record', async () => {
  const { service, id, state } = await open();
  await service.apply(id, { verb: 'note', text: 'the password is hunter22' }, anna);
  const text = 'the password is [redacted]';
  expect([...state.series.values()][0]?.pinned?.text).toBe(text);
  expect(state.journals.get(id)).toMatchObject([{ what: 'note', why: text }]);
});

test.each([
  { verb: 'acknowledge' },
  { verb: 'note', text: 'mine now' },
  { verb: 'ticket' },
  { verb: 'silence', durationMs: 300_000, reason: 'known' },
] as const)(
  'nobody does anything to an alert of another tier, and that they tried is on record: $verb',
  async (command) => {
    const names = { channels: [], users: [], groups: [], workspaces: [], instances: [] };
    const rules = { default: 'alpha', list: ['alpha', 'beta'].map((name) => ({ name, ...names })) };
    const of = async ({ id: user }: { readonly id: string }) =>
      sightOf(rules, user === 'U1' ? ['alpha'] : ['beta']);
    const alert = anOpenAlert({ tier: 'beta' });
    const { service, id, state, audit } = await open(undefined, alert, {
      sight: { applies: () => true, of },
    });
    expect(await service.apply(id, command, anna)).toEqual({
      ok: false,
      code: 'not_allowed',
      says: 'This alert is of a tier that you are not in. Its people can do this; tiers.list in farmhand.yml says who they are.',
    });
    expect(state.journals.get(id) ?? []).toEqual([]);
    expect(audit.entries.map(({ outcome, object }) => [outcome, object.id])).toEqual([['denied', id]]);
  },
);
