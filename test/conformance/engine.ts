import { expect, test } from 'vitest';
import type { Instance } from '../../src/rebuild/model/parts/instance.ts';
import type { EnginePort, EngineRequest, EngineView } from '../../src/rebuild/ports/ports.ts';

/** An express side at rest, without a synchronizer and farmers; and the means to let things happen around it. */
export interface EngineUnderTest extends AsyncDisposable {
  readonly engine: EnginePort;
  readonly instance: Instance;
  synchronizer(up: boolean): void;
  /** That many farmers are ready. */
  farmers(count: number): void;
  /** Lets time go by: 60 s are enough for each run with six farmers, and for a frontend. */
  pass(ms: number): void;
}

const id = 'system6-20261120-1';

/** What the controllers rely on, held against an `EnginePort`. */
export const engineConforms = (start: () => Promise<EngineUnderTest>): void => {
  const open = async () => {
    const world = await start();
    const { engine, instance } = world;
    const look = async (rebuild = id): Promise<EngineView> => {
      const seen = await engine.look(instance, rebuild);
      if (!seen.ok) throw new Error(seen.error);
      return seen.value;
    };
    const order = (effect: EngineRequest['effect'], key: string, change: Partial<EngineRequest> = {}) =>
      engine.order({ key, rebuild: id, instance, effect, forced: false, farmers: 2, ...change });
    const begin = (run: 'history' | 'rebuild' | 'write', n = 1) =>
      order({ kind: 'run', run }, `${id}/${run}/${n}`);
    const complete = async (run: 'history' | 'rebuild' | 'write') => {
      await begin(run);
      await look();
      world.pass(60_000);
      await look();
    };
    return {
      ...world,
      [Symbol.asyncDispose]: () => world[Symbol.asyncDispose](),
      look,
      order,
      begin,
      complete,
    };
  };
  const none = { state: 'none', percent: 0 };
  const taken = (key: string, already = false) => ({ ok: true, already, id: key });

  test('at rest nothing runs, and the frontends are there with older caches', async () => {
    await using world = await open();
    const view = await world.look();
    expect(view).toEqual({
      history: none,
      rebuild: { ...none, farmers: 0, distributed: true },
      write: none,
      cacheFile: false,
      guardian: false,
      frontends: world.instance.frontends.map((name) => ({ name, state: 'ready' })),
      topology: world.instance.frontends.map((name) => ({
        name,
        kind: 'frontend',
        state: 'SYNCHRONIZED',
        visibility: 'visible',
        synced: true,
        readiness: 'ready',
        detail: expect.any(String),
      })),
    });
  });

  test('an order is taken once: the same key is the same order', async () => {
    await using world = await open();
    world.synchronizer(true);
    expect(await world.begin('history')).toEqual(taken(`${id}/history/1`));
    expect(await world.begin('history')).toEqual(taken(`${id}/history/1`, true));
    expect((await world.look()).history.state).toBe('running');
    world.pass(60_000);
    expect((await world.look()).history).toMatchObject({ state: 'done', percent: 100 });
    expect(await world.begin('history')).toEqual(taken(`${id}/history/1`, true));
    expect((await world.look()).history.state).toBe('done');
  });

  test('the same order given many times at once is one run', async () => {
    await using world = await open();
    world.synchronizer(true);
    const results = await Promise.all(Array.from({ length: 6 }, () => world.begin('history')));
    expect(results.every(({ ok }) => ok)).toBe(true);
    expect(results.filter((result) => result.ok && !result.already)).toHaveLength(1);
  });

  test('runs belong to their rebuild: another one sees none', async () => {
    await using world = await open();
    world.synchronizer(true);
    await world.begin('history');
    expect((await world.look('system6-20261120-2')).history).toEqual(none);
  });

  test('a run without a synchronizer is a conflict', async () => {
    await using world = await open();
    expect(await world.begin('history')).toMatchObject({ ok: false, kind: 'conflict' });
    expect((await world.look()).history).toEqual(none);
  });

  test('a rebuild waits for its farmers, and is distributed', async () => {
    await using world = await open();
    world.synchronizer(true);
    await world.complete('history');
    world.farmers(1);
    await world.begin('rebuild');
    world.pass(60_000);
    expect((await world.look()).rebuild).toMatchObject({ state: 'waiting', percent: 0, farmers: 0 });
    world.farmers(6);
    await world.look();
    world.pass(10_000);
    const { rebuild } = await world.look();
    expect(rebuild).toMatchObject({ state: 'running', farmers: 6, distributed: true });
    expect(rebuild.percent).toBeGreaterThan(0);
    expect(rebuild.percent).toBeLessThan(100);
  });

  test('a rebuild without farmers is refused before it is ordered', async () => {
    await using world = await open();
    world.synchronizer(true);
    const effect = { kind: 'run', run: 'rebuild' } as const;
    const result = await world.order(effect, `${id}/rebuild/1`, { farmers: 0 });
    expect(result).toMatchObject({ ok: false, kind: 'refused' });
    expect((await world.look()).rebuild.state).toBe('none');
  });

  test('after a rebuild there are a guardian and a cache file, and its farmers read DOWN, hidden, Inactive', async () => {
    await using world = await open();
    world.synchronizer(true);
    await world.complete('history');
    world.farmers(6);
    await world.complete('rebuild');
    world.farmers(0);
    const view = await world.look();
    expect(view.rebuild).toMatchObject({ state: 'done', percent: 100, distributed: true });
    expect([view.cacheFile, view.guardian]).toEqual([true, true]);
    const farmers = view.topology.filter(({ kind }) => kind === 'farmer');
    expect(farmers).toEqual(
      Array.from({ length: 6 }, (_, n) => ({
        name: `${world.instance.farmerSet}-${n}`,
        kind: 'farmer',
        state: 'DOWN',
        visibility: 'invisible',
        synced: false,
        readiness: 'hidden',
        detail: 'Inactive',
      })),
    );
    world.synchronizer(false);
    expect((await world.look()).guardian).toBe(false);
  });

  test('caches cannot be written or taken before they are there', async () => {
    await using world = await open();
    world.synchronizer(true);
    expect(await world.begin('write')).toMatchObject({ ok: false, kind: 'conflict' });
    const [frontend = ''] = world.instance.frontends;
    const early = await world.order({ kind: 'propagate', frontend }, `${id}/${frontend}/1`);
    expect(early).toMatchObject({ ok: false, kind: 'conflict' });
    expect((await world.look()).write).toEqual(none);
  });

  test('a frontend takes the caches, restarts and is back with them; the others are left alone', async () => {
    await using world = await open();
    world.synchronizer(true);
    world.farmers(6);
    for (const run of ['history', 'rebuild', 'write'] as const) await world.complete(run);
    const [frontend = '', ...others] = world.instance.frontends;
    const key = `${id}/${frontend}/1`;
    expect(await world.order({ kind: 'propagate', frontend }, key)).toEqual(taken(key));
    const seen = new Set<string>();
    for (let second = 0; second < 60; second++) {
      const { frontends } = await world.look();
      seen.add(frontends[0]?.state ?? '');
      world.pass(1_000);
    }
    expect([...seen]).toEqual(['taking', 'restarting', 'ready']);
    expect((await world.look()).frontends).toEqual([
      { name: frontend, state: 'ready', caches: id },
      ...others.map((name) => ({ name, state: 'waiting' })),
    ]);
    expect(await world.order({ kind: 'propagate', frontend }, key)).toEqual(taken(key, true));
    expect((await world.look()).frontends[0]?.state).toBe('ready');
  });

  test('a stopped run has failed, and another one may begin under another key', async () => {
    await using world = await open();
    world.synchronizer(true);
    await world.begin('history');
    expect(await world.begin('history', 2)).toMatchObject({ ok: false, kind: 'conflict' });
    const stop = () => world.order({ kind: 'stop_run' }, `${id}/stop/1`);
    expect(await stop()).toEqual(taken(`${id}/stop/1`));
    expect((await world.look()).history).toMatchObject({ state: 'failed', error: expect.any(String) });
    expect(await world.begin('history', 2)).toEqual(taken(`${id}/history/2`));
    expect(await stop()).toEqual(taken(`${id}/stop/1`, true));
    expect((await world.look()).history.state).toBe('running');
  });
};
