import { describe, expect, test } from 'vitest';
import type { AccessVerdict } from '../../../src/access/access.ts';
import type { Verb } from '../../../src/access/verbs.ts';
import { createFreezeService } from '../../../src/rebuild/freezing/freeze-service.ts';
import { writeOf } from '../../../src/rebuild/model/transition.ts';
import type { InstancesPort } from '../../../src/rebuild/ports/ports.ts';
import { anInstance, aScaleUp, inStep, startedAt } from '../../builders/rebuild.ts';
import { memoryAudit } from '../../fakes/audit.ts';
import { createFreezesState, createMemoryFreezes } from '../../fakes/rebuilds/freeze-store.ts';
import { createMemoryRebuilds } from '../../fakes/rebuilds/rebuild-store.ts';

const ann = { id: 'U0ANN', name: 'Ann Ash' };
const bea = { id: 'U0BEA', name: 'Bea Birch' };
const hour = 3_600_000;
const ask = { instance: 'system6', day: '20261120', draft: 'd-1', limit: 20 };

const open = async (
  change: {
    may?: (id: string, verb: Verb, place: string) => boolean;
    got?: Awaited<ReturnType<InstancesPort['get']>>;
  } = {},
) => {
  const clock = { now: startedAt };
  const state = createFreezesState();
  const freezes = createMemoryFreezes(() => clock.now, state);
  const store = createMemoryRebuilds({ now: () => clock.now });
  await store.create(ask, (id) =>
    writeOf({ ...inStep('farmers', {}, { effects: [aScaleUp()] }), id, driveAt: startedAt + hour }),
  );
  const audit = memoryAudit();
  const service = createFreezeService({
    freezes,
    store,
    queries: store,
    audit,
    channel: () => 'C0DCR',
    now: () => clock.now,
    instances: {
      names: async () => ({ ok: true, value: ['system6'] }),
      get: async (name) => change.got ?? { ok: true, instance: anInstance({ name }) },
      lastFarmers: async () => ({ ok: true, value: undefined }),
    },
    access: {
      check: async ({ id }, verb, place): Promise<AccessVerdict> =>
        (change.may?.(id, verb, String(place)) ?? true)
          ? { allowed: true, role: 'sre', through: id }
          : { allowed: false, code: 'role_needed', roles: ['sre'], says: 'You may not.' },
    },
  });
  return { service, state, audit, clock, store };
};

describe('freezing', () => {
  test('is stored with its audit entry, has rebuilds there looked at, and says what is held and under way', async () => {
    const { service, state, store, clock } = await open();
    const result = await service.freeze(
      { place: 'system6', reason: 'the storage moves', until: clock.now + hour, zone: 'UTC' },
      ann,
    );
    expect(result).toEqual({
      ok: true,
      changed: true,
      says: [
        'Frozen: system6, until Fri 20 Nov 2026, 04:00 UTC.',
        'Why, as everybody reads it: “the storage moves”.',
        'Starts, scaling, overrides, retries and approvals are refused, and no step changes a cluster. Pause, cancel and status work.',
        '1 rebuild in flight is held: system6-20261120-1. What is up stays up; no limit runs meanwhile.',
        'Under way at this moment, and finished: system6-20261120-1 (farmers/1). Nothing is begun after that.',
        'To end it: /dcr thaw system6 <why>.',
      ],
    });
    expect(state.freezes.now).toMatchObject([
      { n: 1, instance: 'system6', by: { ...ann, as: { role: 'sre' } } },
    ]);
    expect(state.audit).toEqual([
      {
        type: 'command',
        time_utc: '2026-11-20T03:00:00.000Z',
        actor: { id: 'U0ANN', name: 'Ann Ash' },
        object: { kind: 'instance', id: 'system6', instance: 'system6' },
        outcome: 'done',
        command: { verb: 'freeze', place: 'system6', until: '2026-11-20T04:00:00.000Z' },
        after: { freezes: ['1 by U0ANN until 2026-11-20T04:00:00.000Z'] },
        why: { reason: 'the storage moves' },
        authz: { allowed: true, role: 'sre', through: 'U0ANN' },
      },
    ]);
    expect((await store.get('system6-20261120-1'))?.driveAt).toBe(clock.now);
  });

  test('said again it is the same freeze, and is on record as such', async () => {
    const { service, state } = await open();
    await service.freeze({ place: 'all', reason: 'incident' }, ann);
    const again = await service.freeze({ place: 'all', reason: 'incident' }, ann);
    expect(again).toMatchObject({ ok: true, changed: false });
    expect(state.freezes.now).toHaveLength(1);
    expect(state.audit.map(({ outcome }) => outcome)).toEqual(['done', 'already']);
  });

  test('without the role nothing is frozen, the denial is on record, and of instances nothing is told', async () => {
    const { service, state, audit } = await open({
      may: () => false,
      got: { ok: false, kind: 'unknown', near: ['system6'] },
    });
    expect(await service.freeze({ place: 'sytem6', reason: 'x' }, bea)).toEqual({
      ok: false,
      code: 'not_allowed',
      says: ['You may not.', 'Nothing was frozen.'],
    });
    expect(await service.thaw({ place: 'all' }, bea)).toEqual({
      ok: false,
      code: 'not_allowed',
      says: [
        'You may not.',
        'To thaw all instances takes a role for all instances and all environments.',
        'Nothing was thawed.',
      ],
    });
    expect(state.freezes.now).toEqual([]);
    expect(audit.entries.map(({ type, object, command }) => [type, object.id, command?.['verb']])).toEqual([
      ['command_denied', 'sytem6', 'freeze'],
      ['command_denied', 'all', 'thaw'],
    ]);
  });

  test('all is asked of access as a place without a name', async () => {
    const asked: unknown[] = [];
    const { service } = await open({
      may: (...what) => {
        asked.push(what);
        return true;
      },
    });
    await service.freeze({ place: 'all', reason: 'x' }, ann);
    expect(asked).toEqual([['U0ANN', 'freeze', '']]);
  });

  test('a name that is none is refused with what is near; a repository that is away holds nothing up', async () => {
    const unknown = await open({ got: { ok: false, kind: 'unknown', near: ['system7'] } });
    expect(await unknown.service.freeze({ place: 'sytem7', reason: 'x' }, ann)).toMatchObject({
      ok: false,
      code: 'not_found',
      says: [expect.stringContaining('Did you mean “system7”? Nothing was frozen.')],
    });
    expect(await unknown.service.thaw({ place: 'sytem7' }, ann)).toMatchObject({
      ok: false,
      code: 'not_found',
      says: [expect.stringContaining('Did you mean “system7”? Nothing was thawed.')],
    });
    // What is in flight is an instance, whatever the repository says by now.
    expect(await unknown.service.freeze({ place: 'system6', reason: 'x' }, ann)).toMatchObject({ ok: true });
    const away = await open({ got: { ok: false, kind: 'unavailable', error: 'no answer' } });
    const done = await away.service.freeze({ place: 'system8', reason: 'x' }, ann);
    expect(done.ok && done.says.join(' ')).toContain('could not be looked up (no answer.)');
    expect(away.state.freezes.now).toHaveLength(1);
  });

  test('an end that is over already, or a year away, is refused', async () => {
    const { service, state, clock } = await open();
    const at = (until: number) => service.freeze({ place: 'all', reason: 'x', until, zone: 'UTC' }, ann);
    expect(await at(clock.now)).toMatchObject({ ok: false, code: 'invalid' });
    expect(await at(clock.now + 400 * 24 * hour)).toMatchObject({ ok: false, code: 'invalid' });
    expect(state.freezes.now).toEqual([]);
  });
});

describe('thawing', () => {
  test('says whose was lifted, and what still holds', async () => {
    const { service, state } = await open();
    await service.freeze({ place: 'system6', reason: 'the storage moves' }, ann);
    await service.freeze({ place: 'all', reason: 'incident' }, bea);
    expect(await service.thaw({ place: 'system6', reason: 'it is back' }, bea)).toMatchObject({
      changed: true,
      says: [
        'Thawed: system6. Lifted: Ann Ash’s, until somebody thaws it: “the storage moves”.',
        'system6 stays frozen: all instances are frozen by Bea Birch until somebody thaws it: “incident”. One instance is not taken out of a freeze of all: /dcr thaw all <why>.',
      ],
    });
    expect(await service.thaw({ place: 'all' }, ann)).toMatchObject({
      says: [
        expect.stringContaining('Thawed: all instances.'),
        'Rebuilds there go on within seconds; what is paused stays paused.',
      ],
    });
    expect(await service.thaw({ place: 'all' }, ann)).toMatchObject({
      ok: true,
      changed: false,
      says: ['No freeze of all instances holds. Nothing was changed.'],
    });
    expect(state.audit.map(({ command, outcome }) => [command?.['verb'], outcome])).toEqual([
      ['freeze', 'done'],
      ['freeze', 'done'],
      ['thaw', 'done'],
      ['thaw', 'done'],
      ['thaw', 'already'],
    ]);
  });
});

test('that the time of a freeze is over is on record once, and what it held is looked at', async () => {
  const { service, state, clock, store } = await open();
  await service.freeze({ place: 'system6', reason: 'x', until: clock.now + hour }, ann);
  await store.update('system6-20261120-1', (r) => ({
    write: writeOf({ ...r, driveAt: clock.now + 9 * hour }),
  }));
  clock.now += hour - 1;
  expect([await service.sweep(), (await service.holding()).length]).toEqual([[], 1]);
  clock.now += 1;
  expect(await service.holding()).toEqual([]);
  expect((await service.sweep()).map(({ n }) => n)).toEqual([1]);
  expect(await service.sweep()).toEqual([]);
  expect(state.audit.at(-1)).toMatchObject({
    type: 'decision',
    actor: { id: 'farmhand' },
    object: { id: 'system6' },
    before: { freezes: ['1 by U0ANN until 2026-11-20T04:00:00.000Z'] },
  });
  expect((await store.get('system6-20261120-1'))?.driveAt).toBe(clock.now);
});

describe('the channel of rebuilds', () => {
  const untold = ({ state }: Awaited<ReturnType<typeof open>>) =>
    (state.freezes.untold ?? []).map(({ key, message, facts }) => [
      key.replace(/-[^-]*$/, ''),
      message,
      facts.what === 'frozen'
        ? [facts.freeze.reason, facts.replaced?.reason]
        : [facts.ended.map(({ reason }) => reason), facts.left],
    ]);
  const here = { state: 'wanted', channel: 'C0DCR' };

  test('is told of a freeze and of a thaw, each in the write that stores it', async () => {
    const on = await open();
    await on.service.freeze({ place: 'all', reason: 'incident' }, ann);
    await on.service.freeze({ place: 'all', reason: 'mine, too' }, bea);
    await on.service.thaw({ place: 'all' }, ann);
    expect(untold(on)).toEqual([
      ['freeze-1', here, ['incident', undefined]],
      ['freeze-2', here, ['mine, too', undefined]],
      ['thaw-1', here, [['incident', 'mine, too'], 0]],
    ]);
  });

  test('is told nothing when nothing happens: said again, refused, nothing to thaw', async () => {
    const on = await open({ may: (id) => id === 'U0ANN' });
    await on.service.freeze({ place: 'all', reason: 'incident' }, ann);
    await on.service.freeze({ place: 'all', reason: 'incident' }, ann);
    await on.service.freeze({ place: 'all', reason: 'x' }, bea);
    await on.service.thaw({ place: 'system6' }, ann);
    expect(untold(on)).toEqual([['freeze-1', here, ['incident', undefined]]]);
  });

  test('one that takes the place of the same person’s says so, and is no thaw', async () => {
    const on = await open();
    await on.service.freeze({ place: 'all', reason: 'incident' }, ann);
    await on.service.freeze({ place: 'all', reason: 'another one' }, ann);
    expect(untold(on)).toEqual([
      ['freeze-1', here, ['incident', undefined]],
      ['freeze-2', here, ['another one', 'incident']],
    ]);
  });

  test('is told when the time is over, by whoever puts that on record; and what holds there still', async () => {
    const on = await open();
    const { clock, service } = on;
    await service.freeze({ place: 'system6', reason: 'short', until: clock.now + hour }, ann);
    await service.freeze({ place: 'all', reason: 'long' }, bea);
    clock.now += hour;
    await service.sweep();
    await service.sweep();
    expect(untold(on).at(-1)).toEqual(['thaw-1', here, [['short'], 1]]);
    expect(untold(on)).toHaveLength(3);
  });
});
