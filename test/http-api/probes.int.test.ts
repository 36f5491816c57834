import { expect, test } from 'vitest';
import { stopwatch } from '../support/stopwatch.ts';
import { startServer } from './harness.ts';

/*
 * What happened elsewhere in November 2017: liveness was free of the database until a refactoring put it behind
 * middleware that was not, and healthy pods were restarted because a database was slow.
 */
test('probes answer with every dependency black-holed and every middleware throwing', async () => {
  const hooks = [
    'onRequest',
    'preParsing',
    'preValidation',
    'preHandler',
    'preSerialization',
    'onSend',
  ] as const;
  await using it = await startServer({}, {}, (app) => {
    for (const hook of hooks) {
      app.addHook(hook as 'onRequest', async () => {
        throw new Error(`${hook} is broken`);
      });
    }
  });
  it.ingest.mode = 'hang';
  it.queries.mode = 'hang';
  for (const name of ['redis', 'kafka', 'slack', 'jira', 'kubernetes']) {
    it.health.report(name, 'down', new Error('timed out'));
  }
  // The hooks are in force: nothing else answers well.
  expect((await it.get('/metrics')).status).toBe(500);
  expect((await it.get('/v1/alerts')).status).toBe(500);
  const stuck = [it.post('{"id":"a"}'), it.get('/v1/books')];

  for (let round = 0; round < 20; round++) {
    const watch = stopwatch();
    const live = await fetch(`${it.base}/livez`);
    expect([live.status, await live.json()]).toEqual([200, { status: 'live', problems: [] }]);
    const ready = await fetch(`${it.base}/readyz?verbose`);
    expect([ready.status, await ready.json()]).toEqual([200, { status: 'ready', problems: [] }]);
    const status = await fetch(`${it.base}/statusz`);
    expect(status.status).toBe(200);
    expect(await status.json()).toEqual({ ...it.health.status(), dependencies: expect.any(Array) });
    expect(watch.stop()).toBeLessThan(1_000);
  }
  await Promise.all(stuck);
});

test('a dead worker loop fails liveness, and only that', async () => {
  await using it = await startServer();
  it.health.loop('lanes', -1);
  const live = await fetch(`${it.base}/livez`);
  expect([live.status, await live.json()]).toEqual([
    503,
    { status: 'not live', problems: ['worker loop lanes has not turned for 0 s'] },
  ]);
  expect((await fetch(`${it.base}/readyz`)).status).toBe(200);
});

test('not ready at once when draining', async () => {
  await using it = await startServer();
  expect((await fetch(`${it.base}/readyz`)).status).toBe(200);
  it.health.drain();
  const ready = await fetch(`${it.base}/readyz`);
  expect([ready.status, await ready.json()]).toEqual([503, { status: 'not ready', problems: ['draining'] }]);
});

test('probes are asked, not told', async () => {
  await using it = await startServer();
  const told = await fetch(`${it.base}/livez`, { method: 'POST', body: 'x' });
  expect([told.status, told.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
  const head = await fetch(`${it.base}/livez`, { method: 'HEAD' });
  expect([head.status, await head.text()]).toEqual([200, '']);
  // Only the probe itself: another path that begins like it is not one.
  expect((await fetch(`${it.base}/livez/x`)).status).toBe(404);
});

test('whatever chooses between two regions asks /activez, and no kubelet need', async () => {
  await using it = await startServer();
  const active = async () => {
    const answer = await fetch(`${it.base}/activez`);
    return [answer.status, await answer.json()];
  };
  // Without regions every farmhand works.
  expect(await active()).toEqual([200, { status: 'active', problems: [] }]);
  it.health.report('region', 'degraded', 'Region east works; this is west, which stands by.');
  expect(await active()).toEqual([
    503,
    { status: 'not active', problems: ['Region east works; this is west, which stands by.'] },
  ]);
  expect((await fetch(`${it.base}/livez`)).status).toBe(200);
  expect((await fetch(`${it.base}/readyz`)).status).toBe(200);
  it.health.report('region', 'up');
  expect(await active()).toEqual([200, { status: 'active', problems: [] }]);
});
