import { expect, test } from 'vitest';
import { type SightPort, seesAll } from '../../../src/access/tiers.ts';
import { type AlertServiceDeps, createAlertService } from '../../../src/alerts/alert-service.ts';
import type { Alert } from '../../../src/alerts/model/alert.ts';
import type { AlertList } from '../../../src/alerts/model/command.ts';
import { anAlert } from '../../builders/alert.ts';
import { t0 } from '../../builders/event.ts';
import { memoryAudit } from '../../fakes/audit.ts';
import { createMemoryStore } from '../../support/memory-store.ts';

const anna = { id: 'U1', name: 'Anna' };
const thread = { state: 'open', ts: '1.5', at: t0, shown: '' } as const;
const one = (n: number, over: Partial<Alert> = {}): Alert =>
  anAlert({
    ...{ id: `aaaaaaaaaaaaaaa${n}-1`, fingerprint: `aaaaaaaaaaaaaaa${n}`, thread, cluster: 'eu' },
    ...{
      labels: { alertname: 'Down', service: 'checkout', n: String(n) },
      links: { alertmanager: 'http://am' },
    },
    ...over,
  });
const memberOf = { group: 'gggggggggggggggg', at: 0, channel: 'C01ALERTS', by: { service: 'checkout' } };
const groupOf = (firing: number): Alert =>
  one(9, {
    ...{ id: 'gggggggggggggggg-1', fingerprint: memberOf.group },
    group: {
      ...{ home: 'C01ALERTS', by: memberOf.by, firing, resolved: 0, acknowledged: 0, fresh: 0 },
      ...{ severities: {}, rows: [], pages: [] },
    },
  });
const member = (n: number): Alert => one(n, { memberOf, thread: { state: 'none' } });

const world = async (
  records: readonly Alert[],
  denied: string | undefined = undefined,
  over: Partial<AlertServiceDeps> = {},
) => {
  const store = createMemoryStore();
  for (const after of records) {
    const write = { before: undefined, after, archived: [], journal: [], events: [], nonces: [] };
    await store.alerts.takeIn([write], []);
  }
  const audit = memoryAudit();
  const service = createAlertService({
    ...{ store: store.alerts, now: () => store.clock.now, can: { ticket: true, silence: true }, audit },
    safe: (text) => text,
    access: {
      check: async (_, verb, instance) => {
        const says = `You may not ${verb} ${String(instance)}.`;
        return instance === denied
          ? { allowed: false, code: 'role_needed', roles: [], says }
          : { allowed: true, role: 'sre', through: 'U1' };
      },
    },
    instanceOf: ({ labels }) => labels['express_instance'],
    groups: {
      groups: { members: async () => undefined },
      scopes: { placeOf: ({ cluster }) => cluster, others: async () => ({ ok: true, others: [] }) },
    },
    ...over,
  });
  const specs = async () =>
    [...(await store.alerts.getMany(records.map(({ id }) => id)))].flatMap(([id, { actions }]) =>
      actions.flatMap(({ spec }) => {
        if (spec.kind !== 'ticket' && spec.kind !== 'silence') return [];
        const { target } = { target: undefined, ...spec };
        return [[id.slice(0, 1) + id.slice(15, 16), spec.list, target?.cluster]];
      }),
    );
  const listOf = (over: Partial<AlertList> = {}): AlertList => ({
    ...{ of: 'service=checkout', named: ['service'], groups: records.filter(({ group }) => group) },
    ...{ alerts: records.filter(({ group }) => !group), ...over },
  });
  return { service, audit, specs, listOf };
};
const silence = { verb: 'silence', durationMs: 3_600_000, reason: 'x', labels: ['service'] } as const;
const id = (n: number): string => `aaaaaaaaaaaaaaa${n}-1`;

test('what else a silence would reach is named, and counted alone where it may be another tier’s', async () => {
  const groups = {
    groups: { members: async () => undefined },
    scopes: {
      placeOf: ({ cluster }: Alert) => cluster,
      others: async () => ({ ok: true, others: [{ alertname: 'BetaSecret' }] }) as const,
    },
  };
  const everything: SightPort = { applies: () => false, of: async () => seesAll };
  for (const [sight, names] of [
    [everything, ['BetaSecret']],
    [{ ...everything, applies: () => true }, []],
  ] as const) {
    const { service, listOf } = await world([one(1), one(2)], undefined, { groups, sight });
    expect(await service.silenceScopeOf(listOf())).toMatchObject({
      ok: true,
      parts: [{ others: { ok: true, count: 1, names } }],
    });
  }
});

test('each Alertmanager is asked once, by the first of its alerts that has a thread', async () => {
  const { service, specs, listOf } = await world([
    one(1),
    one(2, { cluster: 'us' }),
    one(3, { cluster: 'us' }),
    one(4, { type: 'farmhand' as Alert['type'] }),
  ]);
  expect(await service.applyToAll(listOf(), silence, anna)).toMatchObject({ changed: true, count: 3 });
  const of = 'service=checkout';
  expect(await specs()).toEqual([
    ['a1', { of, count: 1, others: [] }, 'eu'],
    ['a2', { of, count: 2, others: [id(3)] }, 'us'],
  ]);
});

test('a group that is listed whole is silenced as one; of another one only what is listed', async () => {
  const whole = await world([groupOf(2), member(1), member(2), one(3)]);
  await whole.service.applyToAll(whole.listOf(), silence, anna);
  expect(await whole.specs()).toEqual([['gg', { of: 'service=checkout', count: 3, others: [id(3)] }, 'eu']]);
  const part = await world([groupOf(5), member(1), member(2)]);
  await part.service.applyToAll(part.listOf(), silence, anna);
  // What goes wrong is told in the thread of their group.
  expect(await part.specs()).toEqual([
    ['gg', { of: 'service=checkout', count: 2, others: [id(1), id(2)], self: false }, 'eu'],
  ]);
});

test('a ticket of members is that of their group, however many of it are listed', async () => {
  const { service, specs, listOf } = await world([groupOf(5), member(1), member(2), one(3)]);
  expect(await service.applyToAll(listOf(), { verb: 'ticket' }, anna)).toMatchObject({ count: 2, had: 0 });
  expect(await specs()).toEqual([
    ['a3', { of: 'service=checkout', count: 2, others: ['gggggggggggggggg-1'] }, undefined],
  ]);
});

test.each([silence, { verb: 'ticket' } as const])(
  'without the right for one of them nothing is done for any, and that is on record: $verb',
  async (command) => {
    const system6 = one(2, { labels: { service: 'checkout', express_instance: 'system6' } });
    const { service, specs, audit, listOf } = await world([one(1), system6], 'system6');
    const says = `You may not ${command.verb} system6.`;
    expect(await service.applyToAll(listOf(), command, anna)).toEqual({
      ok: false,
      code: 'not_allowed',
      says,
    });
    expect(await specs()).toEqual([]);
    expect(audit.entries).toMatchObject([{ type: 'command_denied', outcome: 'denied' }]);
    expect(JSON.stringify(audit.entries)).not.toContain('others');
  },
);

test('labels that are not shared any more, or nothing that is left, change nothing', async () => {
  const { service, specs, listOf } = await world([one(1), one(2)]);
  const other = { ...silence, labels: ['service', 'n'] };
  expect(await service.applyToAll(listOf(), other, anna)).toEqual({ ok: false, code: 'silence_changed' });
  expect(await service.applyToAll(listOf({ alerts: [] }), silence, anna)).toEqual({
    ok: false,
    code: 'list_over',
  });
  expect(await service.applyToAll(listOf({ alerts: [] }), { verb: 'ticket' }, anna)).toEqual({
    ok: false,
    code: 'list_over',
  });
  expect(await specs()).toEqual([]);
});
