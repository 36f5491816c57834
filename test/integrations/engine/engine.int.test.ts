import { expect, test } from 'vitest';
import { startSimulator } from '../../../sandbox/simulator/server.ts';
import { Secret } from '../../../src/config/schema/secret.ts';
import { createEngine } from '../../../src/integrations/engine/engine.ts';
import { openHttp } from '../../../src/integrations/http-client/call.ts';
import { anInstance } from '../../builders/rebuild.ts';
import { rebuild, run, startWorld } from '../../sandbox/engine/world.ts';

const key = `${rebuild}/history/1`;
const who = 'The express node of system6';
const post = 'POST .*/.admin';
const nothing = 'Nothing was ordered.';

test.for(['drop_after', 'hang_after', 'answer_after'] as const)(
  'an order whose answer is lost (%s) is found in the status, and given once',
  async (effect) => {
    await using world = await startWorld({ settings: { timeout: 1_500 } });
    world.synchronizer(true);
    world.sim.control.fault({ match: post, effect, status: 502 });
    expect(await world.order(run('history'), key)).toEqual({ ok: true, already: false, id: key });
    expect(await world.order(run('history'), key)).toEqual({ ok: true, already: true, id: key });
    expect(world.sim.orders()).toHaveLength(1);
  },
);

test.for([
  ['drop_before', `${who} gave no answer: other side closed (UND_ERR_SOCKET).`],
  ['hang_before', `${who} gave no answer: no answer within 1500 ms.`],
  ['answer_before', `${who} answered 502: bad gateway.`],
] as const)(
  'an order that is perhaps given (%s) is unknown, and the repeat gives it once',
  async ([effect, what]) => {
    await using world = await startWorld({ settings: { timeout: 1_500 } });
    world.synchronizer(true);
    world.sim.control.fault({ match: post, effect, status: 502, body: 'bad gateway' });
    expect(await world.order(run('history'), key)).toEqual({
      ok: false,
      kind: 'unknown',
      error: `${what} Its status does not show the order: it may still arrive. It is looked for before it is repeated, under the same key.`,
    });
    expect(await world.order(run('history'), key)).toEqual({ ok: true, already: false, id: key });
    expect(world.sim.orders().map((order) => order.already)).toEqual([false]);
  },
);

test('an order that was answered with something else, and cannot be seen afterwards, is unknown', async () => {
  await using world = await startWorld({ settings: { timeout: 1_500 } });
  world.synchronizer(true);
  world.sim.control.fault({ match: post, effect: 'answer_before', status: 200, body: '<html>login</html>' });
  expect(await world.order(run('history'), key)).toMatchObject({
    kind: 'unknown',
    error: `${who} answered the order with: (an HTML page). Its status does not show the order: it may still arrive. It is looked for before it is repeated, under the same key.`,
  });
});

test.for([
  [401, 'refused', `${who} answered 401: no. Check rebuilds.engine.token in farmhand.yml. ${nothing}`],
  [403, 'refused', `${who} answered 403: no. Check rebuilds.engine.token in farmhand.yml. ${nothing}`],
  [404, 'refused', `${who} answered 404: no. Check the instance's admin URL in its values. ${nothing}`],
  [
    302,
    'refused',
    `${who} answered 302: no. Redirects are not followed: check the instance's admin URL in its values. ${nothing}`,
  ],
  [400, 'refused', `${who} answered 400: no. ${nothing}`],
  [422, 'refused', `${who} answered 422: no. ${nothing}`],
  [409, 'conflict', `${who} answered 409: no. ${nothing}`],
] as const)('an order that is answered with %i', async ([status, kind, error]) => {
  await using world = await startWorld();
  const headers = { location: 'http://127.0.0.1:9/elsewhere' };
  world.sim.control.fault({ match: post, effect: 'answer_before', status, body: 'no', headers });
  expect(await world.order(run('history'), key)).toEqual({ ok: false, kind, error });
});

test.for([429, 503])(
  'an order that is answered with %i is given again, when the node says',
  async (status) => {
    await using world = await startWorld();
    world.sim.control.fault({
      match: post,
      effect: 'answer_before',
      status,
      headers: { 'retry-after': '7' },
    });
    expect(await world.order(run('history'), key)).toEqual({
      ok: false,
      kind: 'retry',
      retryAfterMs: 7_000,
      error: `${who} answered ${status}: (an empty answer). ${nothing}`,
    });
  },
);

test('nothing is ordered where it cannot be seen whether it was before', async () => {
  await using world = await startWorld({ settings: { timeout: 1_500 } });
  world.synchronizer(true);
  world.sim.control.fault({ match: 'GET', effect: 'hang_before' });
  expect(await world.order(run('history'), key)).toMatchObject({ ok: false, kind: 'retry' });
  world.sim.control.outage(true);
  expect(await world.order(run('history'), key)).toMatchObject({ ok: false, kind: 'retry' });
  expect(world.sim.control.requests().filter(({ method }) => method === 'POST')).toEqual([]);
});

test('a node that is not there at all', async () => {
  await using http = openHttp();
  const engine = createEngine({ timeout: 1_000 }, { http, now: () => 0 });
  const instance = anInstance({ adminUrl: 'http://127.0.0.1:9' });
  const seen = await engine.look(instance, rebuild);
  expect(seen).toMatchObject({ ok: false, error: expect.stringContaining(`${who} cannot be reached: `) });
  const ask = { key, rebuild, instance, effect: run('history'), forced: false, farmers: 2 };
  expect(await engine.order(ask)).toMatchObject({ ok: false, kind: 'retry' });
});

test('the token goes to the node, and a wrong one is told with what to do', async () => {
  const settings = { token: new Secret('s3cret') };
  await using world = await startWorld({ token: 's3cret', settings });
  world.synchronizer(true);
  expect(await world.order(run('history'), key)).toMatchObject({ ok: true });
  expect((await world.look()).history.state).toBe('running');
  await using stranger = await startWorld({ token: 'other', settings });
  expect(await stranger.engine.look(stranger.instance, rebuild)).toEqual({
    ok: false,
    error: `${who} answered 401: The bearer token is missing or wrong. Check rebuilds.engine.token in farmhand.yml.`,
  });
  expect(await stranger.order(run('history'), key)).toMatchObject({ kind: 'refused' });
});

test('the token does not follow a redirect', async () => {
  await using other = await startSimulator({ handler: () => ({ status: 200, body: '{}' }) });
  await using world = await startWorld({ settings: { token: new Secret('s3cret') } });
  const headers = { location: `${other.url}/.admin` };
  world.sim.control.fault({ effect: 'answer_before', status: 307, headers, times: 4 });
  expect(await world.engine.look(world.instance, rebuild)).toMatchObject({ ok: false });
  expect(await world.order(run('history'), key)).toMatchObject({ kind: 'refused' });
  expect(other.control.requests()).toEqual([]);
});

test.for([
  ['ftp://node/', '“ftp://node/” in instances/system6.yaml cannot be used: it is not http(s)'],
  ['node', '“node” in instances/system6.yaml cannot be used: it is not a URL'],
  ['http://x:hunter2@node', 'in instances/system6.yaml cannot be used: it carries a name or password'],
  [
    'http://node?a=b',
    '“http://node?a=b” in instances/system6.yaml cannot be used: it carries a query or a fragment',
  ],
] as const)('the admin URL %s is not asked', async ([adminUrl, why]) => {
  await using http = openHttp();
  const engine = createEngine({ timeout: 1_000 }, { http, now: () => 0 });
  const instance = anInstance({ adminUrl });
  const error = `The admin URL ${why}. Nothing was asked of it.`;
  expect(await engine.look(instance, rebuild)).toEqual({ ok: false, error });
  const ask = { key, rebuild, instance, effect: run('history'), forced: false, farmers: 2 };
  expect(await engine.order(ask)).toEqual({ ok: false, kind: 'refused', error });
});

test('answers that are too long or something else are told in a few words, without control characters', async () => {
  let body = '';
  await using node = await startSimulator({ handler: () => ({ status: 200, body }) });
  await using http = openHttp();
  const engine = createEngine({ timeout: 5_000 }, { http, now: () => 0 });
  const look = () => engine.look(anInstance({ adminUrl: node.url }), rebuild);
  body = `oops\u0007\u202e ${'x'.repeat(1_000)}`;
  expect(await look()).toEqual({
    ok: false,
    error: `${who}: its rebuild status cannot be read: it is not JSON: oops ${'x'.repeat(294)}…. ${who}: its A/A status is not a listing: oops ${'x'.repeat(294)}….`,
  });
  body = ' '.repeat(1024 * 1024 + 1);
  expect(await look()).toEqual({
    ok: false,
    error: `${who}: its rebuild status is longer than 1 MB. ${who}: its A/A status is longer than 1 MB.`,
  });
});

test('lines of the listing that cannot be read come with the view', async () => {
  await using world = await startWorld();
  const listing =
    'A/A Status:\nClassic Frontends\nfe1 : UPSIDE down\nfe2 : DOWN invisible not sync hidden Inactive\n';
  await using node = await startSimulator({
    handler: ({ query }) =>
      query.get('cmd') === 'aaStatus'
        ? { status: 200, body: listing }
        : { status: 200, body: '{"runs":[],"orders":[],"cacheFiles":[],"guardian":false,"frontends":[]}' },
  });
  const seen = await world.engine.look({ ...world.instance, adminUrl: node.url }, rebuild);
  expect(seen).toMatchObject({
    ok: true,
    value: {
      topology: [{ name: 'fe2', state: 'DOWN' }],
      unread: ['line 3: too few columns: fe1 : UPSIDE down'],
    },
  });
});
