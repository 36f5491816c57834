import { expect, test, vi } from 'vitest';
import { rebuild, run, startWorld } from './world.ts';

const synchronizer = 'system6-dcr-sync-0';
const key = (what: string) => `${rebuild}/${what}/1`;

/** A rebuild with that many farmers that has just begun. */
const begun = async (engine: 'farm' | 'balance', farmers: number) => {
  const world = await startWorld({ instance: { engine } });
  world.synchronizer(true);
  world.farmers(farmers);
  expect(await world.order(run('rebuild'), key('rebuild'))).toMatchObject({ ok: true });
  await world.look();
  return world;
};

test('the readiness trap: registered before it is ready, not resolvable, marked broken, killed', async () => {
  await using world = await startWorld();
  const { synchronizerSet } = world.instance;
  const node = async () => (await world.look()).topology.find(({ kind }) => kind === 'synchronizer');
  const booting = { phase: 'booting', resolvable: false } as const;
  world.synchronizer(true);
  world.pods.put(synchronizerSet, { name: synchronizer, ...booting });
  expect(await node()).toMatchObject({ state: 'BOOTING', readiness: 'waiting', detail: 'Inactive' });
  world.pass(600);
  expect(await node()).toMatchObject({
    state: 'DOWN',
    readiness: 'unreachable',
    detail: 'org.apache.thrift.transport.TTransportException: UnknownHostException',
  });
  expect(world.killed).toEqual([]);
  world.pass(600);
  await node();
  await node();
  expect(world.killed).toEqual([synchronizer]);
  world.pods.put(synchronizerSet, { name: synchronizer, ...booting });
  world.pass(1_200);
  await node();
  expect(world.killed).toEqual([synchronizer, synchronizer]);
  world.pods.put(synchronizerSet, { name: synchronizer, phase: 'booting', resolvable: true });
  world.pass(5_000);
  expect(await node()).toMatchObject({ state: 'BOOTING', readiness: 'waiting' });
  expect(world.killed).toHaveLength(2);
});

test('farmers that are missing or boot read as in the real listings', async () => {
  await using world = await startWorld();
  const { farmerSet } = world.instance;
  world.farmers(3);
  world.pods.put(farmerSet, { name: `${farmerSet}-1`, phase: 'booting' });
  await world.look();
  world.pods.lose(farmerSet, `${farmerSet}-0`);
  world.pods.put(farmerSet, { name: `${farmerSet}-2`, phase: 'crashing' });
  const { topology } = await world.look();
  expect(
    topology
      .filter(({ kind }) => kind === 'farmer')
      .map(({ name, state, readiness }) => [name, state, readiness]),
  ).toEqual([
    [`${farmerSet}-0`, '?', 'unreachable'],
    [`${farmerSet}-1`, 'BOOTING', 'waiting'],
    [`${farmerSet}-2`, 'DOWN', 'unreachable'],
  ]);
});

test('balance: pace follows from the farmers; they join, and a dead one’s share is redone', async () => {
  await using world = await begun('balance', 6);
  world.pass(13_500);
  expect((await world.look()).rebuild).toMatchObject({
    percent: 30,
    farmers: 6,
    done: 81_000,
    total: 270_000,
  });
  world.farmers(12);
  expect((await world.look()).rebuild).toMatchObject({ percent: 30, farmers: 12 });
  world.pass(4_500);
  expect((await world.look()).rebuild.percent).toBe(50);
  world.pods.renew(world.instance.farmerSet, `${world.instance.farmerSet}-3`);
  const after = (await world.look()).rebuild;
  expect(after.farmers).toBe(12);
  expect(after.percent).toBeLessThan(50);
});

test('farm: later farmers do nothing, and the rest redoes the share of a dead one', async () => {
  await using world = await begun('farm', 3);
  world.farmers(9);
  world.pass(45_000);
  expect((await world.look()).rebuild).toMatchObject({ percent: 50, farmers: 3 });
  world.farmers(2);
  expect((await world.look()).rebuild).toMatchObject({ percent: 33.33, farmers: 2 });
  world.farmers(0);
  expect((await world.look()).rebuild).toMatchObject({
    state: 'failed',
    error: 'none of the farmers that it was started with is left',
  });
});

test('a dead synchronizer fails the run; with a cache file it can be recovered, without one it cannot', async () => {
  await using world = await begun('balance', 6);
  world.pass(20_000);
  expect((await world.look()).cacheFile).toBe(true);
  world.pods.renew(world.instance.synchronizerSet, synchronizer);
  const broken = await world.look();
  expect(broken.rebuild).toMatchObject({ state: 'failed', error: 'the synchronizer died' });
  expect(broken.cacheFile).toBe(true);
  await world.order(run('rebuild', true), `${rebuild}/rebuild/2`);
  expect((await world.look()).rebuild).toMatchObject({ state: 'running', percent: 40 });
  world.pass(1_000);
  world.pods.renew(world.instance.synchronizerSet, synchronizer);
  world.sim.loseCacheFile('system6');
  expect(await world.order(run('rebuild', true), `${rebuild}/rebuild/3`)).toMatchObject({ kind: 'conflict' });
  await world.order(run('rebuild'), `${rebuild}/rebuild/4`);
  expect((await world.look()).rebuild).toMatchObject({ state: 'running', percent: 0 });
});

test('without farmers it falls back to a rebuild that is not distributed, only when told to', async () => {
  await using world = await begun('balance', 0);
  world.pass(10_000);
  expect((await world.look()).rebuild).toMatchObject({ state: 'waiting', distributed: true });
  world.sim.fallBack('system6', true);
  await world.look();
  world.pass(108_000);
  expect((await world.look()).rebuild).toMatchObject({ state: 'running', distributed: false, percent: 10 });
});

test('progress freezes and runs on, faster where told to', async () => {
  await using world = await begun('balance', 6);
  world.sim.freezeProgress('system6', true);
  world.pass(10_000);
  expect((await world.look()).rebuild).toMatchObject({ state: 'running', percent: 0 });
  world.sim.freezeProgress('system6', false);
  world.sim.speed('system6', 2);
  world.pass(4_500);
  expect((await world.look()).rebuild.percent).toBe(20);
});

test('a run fails on command: at once, or the next one part way', async () => {
  await using world = await begun('balance', 6);
  world.pass(9_000);
  world.sim.failRun('system6', 'rebuild');
  expect((await world.look()).rebuild).toMatchObject({ state: 'failed', error: 'it broke off at 20 %' });
  world.sim.failRun('system6', 'history');
  await world.order(run('history'), key('history'));
  world.pass(3_000);
  expect((await world.look()).history.state).toBe('running');
  world.pass(1_500);
  expect((await world.look()).history).toMatchObject({ state: 'failed', error: 'it broke off at 45 %' });
});

test('a frontend that stays down does not come back until it may', async () => {
  await using world = await startWorld();
  await world.written();
  world.sim.frontendStays('system6', 'system6-fe1', 'down');
  await world.order({ kind: 'propagate', frontend: 'system6-fe1' }, key('fe1'));
  for (let step = 0; step < 3; step++) {
    world.pass(10_000);
    await world.look();
  }
  const view = await world.look();
  expect(view.frontends[0]).toEqual({
    name: 'system6-fe1',
    state: 'restarting',
    says: 'it does not answer after its restart',
  });
  expect(view.topology[0]).toMatchObject({ state: 'DOWN', readiness: 'unreachable' });
  world.sim.frontendStays('system6', 'system6-fe1', 'up');
  expect((await world.look()).frontends[0]).toEqual({ name: 'system6-fe1', state: 'ready', caches: rebuild });
  expect(world.sim.mostAway('system6')).toBe(1);
});

test('a frontend that fails can be told again, under another key', async () => {
  await using world = await startWorld();
  await world.written();
  world.sim.frontendStays('system6', 'system6-fe1', 'failed');
  await world.order({ kind: 'propagate', frontend: 'system6-fe1' }, key('fe1'));
  expect((await world.look()).frontends[0]?.state).toBe('failed');
  world.sim.frontendStays('system6', 'system6-fe1', 'up');
  const again = await world.order({ kind: 'propagate', frontend: 'system6-fe1' }, `${rebuild}/fe1/2`);
  expect(again).toMatchObject({ ok: true, already: false });
  expect((await world.look()).frontends[0]?.state).toBe('taking');
});

test('two frontends that are away at once are noticed', async () => {
  await using world = await startWorld();
  await world.written();
  for (const frontend of ['system6-fe1', 'system6-fe2']) {
    await world.order({ kind: 'propagate', frontend }, key(frontend));
  }
  world.pass(4_000);
  await world.look();
  expect(world.sim.mostAway('system6')).toBe(2);
});

test('a synchronizer that was away has no caches to write, unless there is a cache file', async () => {
  await using world = await startWorld();
  await world.written();
  world.pods.renew(world.instance.synchronizerSet, synchronizer);
  expect((await world.look()).guardian).toBe(false);
  expect(await world.order(run('write'), `${rebuild}/write/2`)).toMatchObject({ ok: true });
  await world.order({ kind: 'stop_run' }, key('stop'));
  world.sim.loseCacheFile('system6');
  expect(await world.order(run('write'), `${rebuild}/write/3`)).toMatchObject({ kind: 'conflict' });
});

test('a key that was used for another order is refused, and so is an order that makes no sense', async () => {
  await using world = await startWorld();
  world.synchronizer(true);
  await world.order(run('history'), key('history'));
  const send = async (form: Record<string, string>) => {
    const answer = await fetch(`${world.instance.adminUrl}/.admin`, {
      method: 'POST',
      body: new URLSearchParams(form),
    });
    return [answer.status, await answer.text()];
  };
  const stop = { cmd: 'rebuildStop', rebuild };
  expect(await send({ ...stop, key: key('history') })).toEqual([
    422,
    `the key ${key('history')} is another order's`,
  ]);
  expect(await send({ ...stop, key: 'x', sudo: 'true' })).toEqual([422, ': Unrecognized key: "sudo"']);
  expect(world.sim.orders()).toEqual([
    {
      instance: 'system6',
      key: key('history'),
      cmd: 'historyUpdate',
      rebuild,
      at: expect.any(Number),
      already: false,
    },
  ]);
});

test('it looks at the world between calls, too', async () => {
  await using world = await startWorld({ tickMs: 5 });
  world.synchronizer(true);
  world.pods.put(world.instance.synchronizerSet, { name: synchronizer, phase: 'booting', resolvable: false });
  world.pass(1_200);
  await vi.waitFor(() => expect(world.killed).toEqual([synchronizer]), { timeout: 10_000 });
});

test('an instance that is added later is served, one that is not known is not', async () => {
  await using world = await startWorld();
  world.sim.addInstance({ ...world.instance, name: 'system7', namespace: 'tenant-7-prod' });
  const other = { ...world.instance, name: 'system7', adminUrl: world.sim.adminUrl('system7') };
  expect(await world.engine.look(other, rebuild)).toMatchObject({ ok: true });
  const nobody = { ...world.instance, adminUrl: world.sim.adminUrl('system8') };
  expect(await world.engine.look(nobody, rebuild)).toMatchObject({ ok: false });
});

test('people do the same over HTTP, also while the engine is away', async () => {
  await using world = await begun('balance', 6);
  const say = async (command: object, instance = 'system6') =>
    (await fetch(`${world.sim.url}/_engine/${instance}`, { method: 'POST', body: JSON.stringify(command) }))
      .status;
  world.sim.control.outage(true);
  expect(await say({ do: 'speed', factor: 4 })).toBe(204);
  expect(await say({ do: 'freeze', on: true })).toBe(204);
  expect(await say({ do: 'freeze', on: false })).toBe(204);
  expect(await say({ do: 'frontend', name: 'system6-fe1', stays: 'down' })).toBe(204);
  expect(await say({ do: 'frontend', name: 'nobody', stays: 'down' })).toBe(400);
  expect(await say({ do: 'dance' })).toBe(400);
  expect(await say({ do: 'lose_cache_file' }, 'system7')).toBe(400);
  const orders = await fetch(`${world.sim.url}/_engine`);
  expect(await orders.json()).toEqual(world.sim.orders());
  world.sim.control.outage(false);
  world.pass(2_250);
  expect((await world.look()).rebuild.percent).toBe(20);
});

test('a synchronizer that has become ready brings its dataset up to date by itself, where it is told to', async () => {
  await using world = await startWorld({ ownHistory: true });
  world.synchronizer(true);
  world.pass(4_000);
  expect((await world.look()).history).toMatchObject({ state: 'running' });
  world.pass(20_000);
  expect((await world.look()).history).toMatchObject({ state: 'done', percent: 100 });
});
