import { expect, test } from 'vitest';
import type { RecordStoreOptions } from '../../../src/integrations/redis/record-store.ts';
import { freezeMore, thawPlace } from '../../../src/rebuild/freezing/evolve-freezes.ts';
import type { Rebuild } from '../../../src/rebuild/model/rebuild.ts';
import { noFreezes } from '../../../src/rebuild/model/rules/freezes.ts';
import { writeOf } from '../../../src/rebuild/model/transition.ts';
import type { FreezeStore } from '../../../src/rebuild/ports/freeze-store.ts';
import type { RebuildChange } from '../../../src/rebuild/ports/store.ts';
import { aRebuild, aScaleUp } from '../../builders/rebuild.ts';
import { redisOfFile } from '../../support/redis/of-file.ts';
import { recordStore } from '../../support/redis/store.ts';

const server = redisOfFile();
let prefixes = 0;

/** A process with a store of its own; all with the same prefix share the records. */
const open = (prefix: string, over: Partial<RecordStoreOptions> = {}) =>
  recordStore({ redis: server.redis, prefix, ...over });
const two = (over: Partial<RecordStoreOptions> = {}) => {
  const prefix = `fz-${++prefixes}`;
  return [open(prefix, over), open(prefix, over)] as const;
};
const person = (id: string) => ({ id });
const freeze = (store: FreezeStore, id = 'U0ANN', until?: number) =>
  store.change((freezes) => {
    const made = freezeMore(
      freezes,
      { reason: 'x', ...(until !== undefined && { until }) },
      person(id),
      Date.now(),
    );
    return made.ok ? { write: made.freezes } : {};
  });
const ask = { instance: 'system6', day: '20261120', draft: 'd-1', limit: 20 };
const id = 'system6-20261120-1';
const made = (own: string) => writeOf({ ...aRebuild(), id: own });
const claim = (claimed: string) => (rebuild: Rebuild) => ({
  write: writeOf({
    ...rebuild,
    effects: [...rebuild.effects, aScaleUp({ claim: claimed, key: `${id}/${claimed}` })],
  }),
});

test('what one process freezes another one reads, and knows for a second at the most', async () => {
  const [one, other] = two();
  expect(one.freezes.known()).toBeUndefined();
  expect(await other.freezes.fresh()).toEqual(noFreezes);
  await freeze(one.freezes);
  expect(one.freezes.known()?.now).toHaveLength(1);
  expect(other.freezes.known()?.now).toEqual([]);
  expect(await other.freezes.read()).toMatchObject({ version: 1, last: 1, now: [{ by: { id: 'U0ANN' } }] });
});

test('two people at once: both freezes hold, each with a number of its own', async () => {
  const [one, other] = two();
  await Promise.all(
    Array.from({ length: 10 }, (_, i) => freeze(i % 2 === 0 ? one.freezes : other.freezes, `U0P${i}`)),
  );
  const { now, last, version } = await one.freezes.read();
  expect([now.length, last, version]).toEqual([10, 10, 10]);
  expect(new Set(now.map(({ n }) => n)).size).toBe(10);
});

test('a change that was decided before a freeze is not claimed after it: it is decided again, knowing it', async () => {
  const [one, other] = two();
  await other.freezes.fresh();
  await other.rebuilds.create(ask, made);
  let decided = 0;
  const result = await other.rebuilds.update(id, (rebuild) => {
    const frozen = (other.freezes.known()?.now.length ?? 0) > 0;
    decided++;
    return frozen ? { write: writeOf({ ...rebuild, reason: 'held' }) } : claim('a')(rebuild);
  });
  expect([result?.write.rebuild.effects.length, decided]).toEqual([1, 1]);
  await freeze(one.freezes);
  decided = 0;
  await other.rebuilds.update(id, (rebuild) => {
    const frozen = (other.freezes.known()?.now.length ?? 0) > 0;
    decided++;
    return frozen ? { write: writeOf({ ...rebuild, reason: 'held' }) } : claim('b')(rebuild);
  });
  const stored = await one.rebuilds.get(id);
  expect([stored?.effects.map((effect) => effect.claim), stored?.reason, decided]).toEqual([
    ['a'],
    'held',
    2,
  ]);
});

test('a process that has not read what is frozen claims nothing before it has', async () => {
  const [one, other] = two();
  await one.freezes.fresh();
  await one.rebuilds.create(ask, made);
  let decided = 0;
  await other.rebuilds.update(id, (rebuild) => {
    decided++;
    return claim('a')(rebuild);
  });
  expect([decided, other.freezes.known()]).toEqual([2, noFreezes]);
});

test('what begins nothing is written whatever is frozen since', async () => {
  const [one, other] = two();
  await other.freezes.fresh();
  await other.rebuilds.create(ask, made);
  await other.rebuilds.update(id, claim('a'));
  await freeze(one.freezes);
  let decided = 0;
  await other.rebuilds.update(id, (rebuild) => {
    decided++;
    return {
      write: writeOf({ ...rebuild, effects: rebuild.effects.map((e) => ({ ...e, state: 'done' as const })) }),
    };
  });
  expect(decided).toBe(1);
});

test('a rebuild that was decided on before a freeze is not created after it; under a broken glass it is', async () => {
  const [one, other] = two();
  await other.freezes.fresh();
  await freeze(one.freezes);
  const create = (more: object) => other.rebuilds.create({ ...ask, ...more }, made);
  expect(await create({ freezes: 0 })).toEqual({ ok: false, code: 'frozen_since' });
  // It has learned of it by that.
  expect(other.freezes.known()?.version).toBe(1);
  expect(await one.rebuildQueries.inFlight()).toEqual(new Map());
  expect(await create({})).toMatchObject({ ok: true });
});

test('over many races of a freeze with claims: no claim is stored behind it', async () => {
  for (let race = 0; race < 30; race++) {
    const [one, other] = two();
    await other.freezes.fresh();
    await other.rebuilds.create(ask, made);
    const order: string[] = [];
    await Promise.all([
      freeze(one.freezes).then(() => order.push('frozen')),
      other.rebuilds.update(id, (rebuild) =>
        (other.freezes.known()?.now.length ?? 0) > 0
          ? { write: writeOf({ ...rebuild, reason: 'held' }) }
          : claim('a')(rebuild),
      ),
    ]);
    const stored = await one.rebuilds.get(id);
    const claimed = stored?.effects.length === 1;
    // Either it was first, or it was held.
    expect(claimed || stored?.reason === 'held').toBe(true);
    await other.rebuilds.update(
      id,
      (rebuild): RebuildChange =>
        (other.freezes.known()?.now.length ?? 0) > 0 ? {} : claim('late')(rebuild),
    );
    expect((await one.rebuilds.get(id))?.effects.map((e) => e.claim)).not.toContain('late');
  }
});

test('the audit gets its entries in the same write, and none where it fails', async () => {
  const entry = {
    type: 'command',
    time_utc: '2026-11-20T03:00:00.000Z',
    actor: { id: 'U0ANN' },
    object: { kind: 'instance', id: 'all' },
    outcome: 'done',
  } as const;
  const [one] = two({ stamp: () => ({ software: { version: '1', config: 'c' }, safe: (text) => text }) });
  await one.freezes.change((freezes) => ({
    write: thawPlace(freezes, undefined, { by: person('U0ANN') }, 1).freezes,
    audited: [entry],
  }));
  expect((await one.audit.waiting(10)).map(({ text }) => JSON.parse(text))).toMatchObject([entry]);
  await expect(
    one.freezes.change(() => {
      throw new Error('decided nothing');
    }),
  ).rejects.toThrow('decided nothing');
  expect(await one.audit.waiting(10)).toHaveLength(1);
});

test('a record that cannot be read is told, never written over, and nothing is begun on it', async () => {
  const unreadable: string[] = [];
  const [one] = two({ onUnreadable: (kind) => unreadable.push(kind) });
  await server.redis.set(one.keys.freezes, '7|{"version":7');
  await expect(one.freezes.fresh()).rejects.toThrow();
  await expect(freeze(one.freezes)).rejects.toThrow();
  await one.rebuilds.create(ask, made);
  await expect(one.rebuilds.update(id, claim('a'))).rejects.toThrow();
  expect([unreadable, await server.redis.get(one.keys.freezes)]).toEqual([['freezes'], '7|{"version":7']);
  expect((await one.rebuilds.get(id))?.effects).toEqual([]);
});
