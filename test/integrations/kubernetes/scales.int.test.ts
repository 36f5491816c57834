import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { ScaleRequest } from '../../../src/rebuild/ports/ports.ts';
import { aScale, openWorld } from './world.ts';

let world: Awaited<ReturnType<typeof openWorld>>;
beforeAll(async () => {
  world = await openWorld({ timeout: 3_000 });
});
afterAll(() => world[Symbol.asyncDispose]());

const name = 'system6-dcr-farmer';
const namespace = 'tenant-105858-prod';
let known = '';
let before = 0;

/** The next change: from what is there now to `to`. */
const request = async (to: number, change: Partial<ScaleRequest> = {}): Promise<ScaleRequest> => {
  const seen = await world.port.look(world.instance, 'farmer');
  if (!seen.ok) throw new Error(seen.error);
  known = seen.value.resourceVersion;
  return aScale(world.instance, { from: seen.value.wanted, to, resourceVersion: known, ...change });
};
const written = () => world.cluster.control.scales().slice(before);

beforeEach(() => {
  world.cluster.control.setReplicas(namespace, name, 0, 'reset');
  before = world.cluster.control.scales().length;
});
afterEach(() => world.cluster.control.clearFaults());

describe('a change', () => {
  test('is made once, under the name of farmhand', async () => {
    const wish = await request(4);
    expect(await world.scales.scale(wish)).toEqual({ ok: true, already: false, id: expect.any(String) });
    expect(await world.scales.scale(wish)).toEqual({ ok: true, already: true, id: expect.any(String) });
    expect(written()).toEqual([
      { at: expect.any(Number), manager: 'farmhand', namespace, set: name, from: 0, to: 4 },
    ]);
    expect(await world.scales.arrived(world.instance, effect)).toEqual({
      ok: true,
      value: { state: 'arrived' },
    });
  });

  test('to zero is written as zero', async () => {
    await world.scales.scale(await request(3));
    expect(await world.scales.scale(await request(0))).toMatchObject({ ok: true, already: false });
    expect(world.cluster.view.replicas(namespace, name)).toBe(0);
  });

  test('goes through while pods come and go: their status is no conflict', async () => {
    await world.scales.scale(await request(6));
    const wish = await request(8);
    await expect
      .poll(() => world.cluster.view.pods(namespace, name).filter((pod) => pod.phase === 'ready').length)
      .toBe(6);
    expect(await world.scales.scale(wish)).toMatchObject({ ok: true, already: false });
  });

  test('carries the version of the set that it read', async () => {
    world.cluster.control.clearRequests();
    await world.scales.scale(await request(2));
    const put = world.cluster.control.requests().find(({ method }) => method === 'PUT');
    expect(JSON.parse(put?.body ?? '')).toEqual({
      metadata: { name, namespace, resourceVersion: expect.stringMatching(/^\d+$/) },
      spec: { replicas: 2 },
    });
  });
});

describe('a world that is not what the change was decided on', () => {
  test('another number: a conflict that says who', async () => {
    const wish = await request(4);
    world.cluster.control.setReplicas(namespace, name, 7, 'kubectl-edit');
    expect(await world.scales.scale(wish)).toEqual({
      ok: false,
      kind: 'conflict',
      error: `StatefulSet ${name}: it has 7 replicas, set by a person with kubectl (kubectl-edit), and 0 were expected. Nothing was changed.`,
    });
  });

  test('nothing happens when a zombie wakes up after the number went up and down again', async () => {
    const wish = await request(4);
    world.cluster.control.setReplicas(namespace, name, 4, 'farmhand');
    world.cluster.control.setReplicas(namespace, name, 0, 'farmhand');
    before += 2;
    expect(await world.scales.scale(wish)).toEqual({
      ok: false,
      kind: 'conflict',
      error: `StatefulSet ${name}: its spec was changed after 0 → 4 was decided. Nothing was changed.`,
    });
    expect(written()).toEqual([]);
  });

  test('a write that always loses is a conflict in the end', async () => {
    const conflict = { kind: 'Status', reason: 'Conflict', message: 'the object has been modified' };
    world.cluster.control.fault({
      match: '^PUT ',
      effect: 'answer_before',
      status: 409,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(conflict),
      times: 10,
    });
    expect(await world.scales.scale(await request(4))).toMatchObject({ ok: false, kind: 'conflict' });
    expect(written()).toEqual([]);
  });

  test('a write that lost once is read again and made', async () => {
    world.cluster.control.fault({
      match: '^PUT ',
      effect: 'answer_before',
      status: 409,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ kind: 'Status', reason: 'Conflict', message: 'modified' }),
    });
    expect(await world.scales.scale(await request(4))).toMatchObject({ ok: true, already: false });
    expect(written()).toHaveLength(1);
  });
});

describe('a write without a clear answer', () => {
  test.each([
    ['the connection is cut', { effect: 'drop_after' }],
    ['no answer comes in time', { effect: 'hang_after' }],
    ['a 500', { effect: 'answer_after', status: 500 }],
    ['a 504', { effect: 'answer_after', status: 504 }],
    ['what answers is no API', { effect: 'answer_after', status: 200, body: '<html>' }],
  ] as const)('may have been made: %s', async (_, fault) => {
    const wish = await request(4);
    world.cluster.control.fault({ match: '^PUT ', ...fault });
    const result = await world.scales.scale(wish);
    expect(result).toMatchObject({ ok: false, kind: 'unknown' });
    expect(result.ok ? '' : result.error).toMatch(/It may have been changed\.$/);
    // The answer that got lost may have been a conflict with a change of the set's status: then it is made now.
    expect(await world.scales.scale(wish)).toMatchObject({ ok: true });
    expect(written()).toHaveLength(1);
  });

  test('that was not made is made by the same request', async () => {
    const wish = await request(4);
    world.cluster.control.fault({ match: '^PUT ', effect: 'drop_before' });
    expect(await world.scales.scale(wish)).toMatchObject({ ok: false, kind: 'unknown' });
    expect(await world.scales.scale(wish)).toMatchObject({ ok: true, already: false });
    expect(written()).toHaveLength(1);
  });
});

describe('what is surely not made', () => {
  test('a read that fails: again', async () => {
    const wish = await request(4);
    for (const effect of ['drop_before', 'hang_before'] as const) {
      world.cluster.control.fault({ match: '^GET ', effect });
      expect(await world.scales.scale(wish)).toMatchObject({ ok: false, kind: 'retry' });
    }
    expect(written()).toEqual([]);
  });

  test('429: again, when the API says', async () => {
    const wish = await request(4);
    world.cluster.control.fault({
      match: '^PUT ',
      effect: 'answer_before',
      status: 429,
      headers: { 'retry-after': '7' },
      body: 'Too many requests, please try again later.',
    });
    expect(await world.scales.scale(wish)).toEqual({
      ok: false,
      kind: 'retry',
      retryAfterMs: 7_000,
      error: `StatefulSet ${name}, replicas 0 → 4: cluster den answered 429: Too many requests, please try again later. Nothing was changed.`,
    });
  });

  test('401: again, with credentials that are read again', async () => {
    const wish = await request(4);
    world.cluster.control.fault({ match: '^PUT ', effect: 'answer_before', status: 401 });
    expect(await world.scales.scale(wish)).toMatchObject({ ok: false, kind: 'retry' });
    expect(await world.scales.scale(wish)).toMatchObject({ ok: true, already: false });
  });

  test('no rights, no set, a webhook that denies: refused in the words of the API', async () => {
    world.cluster.control.forbid(['update statefulsets/scale']);
    expect(await world.scales.scale(await request(4))).toEqual({
      ok: false,
      kind: 'refused',
      error: `StatefulSet ${name}, replicas 0 → 4: cluster den answered 403: statefulsets.apps "${name}" is forbidden: User "system:serviceaccount:farmhand:farmhand" cannot update resource "statefulsets/scale" in API group "apps" in the namespace "${namespace}"; the Role in helm/farmhand/templates/rbac.yaml has what is needed. Nothing was changed.`,
    });
    world.cluster.control.forbid([]);
    const elsewhere = { ...world.instance, farmerSet: 'system7-dcr-farmer' };
    expect(await world.scales.scale(aScale(elsewhere))).toEqual({
      ok: false,
      kind: 'refused',
      error:
        'StatefulSet system7-dcr-farmer: cluster den answered 404: statefulsets.apps "system7-dcr-farmer" not found. Nothing was changed.',
    });
    world.cluster.control.fault({
      match: '^PUT ',
      effect: 'answer_before',
      status: 400,
      body: JSON.stringify({
        kind: 'Status',
        reason: 'BadRequest',
        message: 'admission webhook "freeze.example.com" denied the request: change freeze',
      }),
    });
    expect(await world.scales.scale(await request(4))).toMatchObject({
      kind: 'refused',
      error: expect.stringContaining('"freeze.example.com" denied the request: change freeze'),
    });
    expect(written()).toEqual([]);
  });

  test('a cluster that is not configured', async () => {
    const elsewhere = { ...world.instance, cluster: 'oslo' };
    expect(await world.scales.scale(aScale(elsewhere))).toEqual({
      ok: false,
      kind: 'retry',
      error: `StatefulSet ${name}: cluster oslo: it is not under rebuilds.clusters in farmhand.yml, which has den. Nothing was changed.`,
    });
  });
});

describe('blame', () => {
  test('names who set the number, and nobody where it was farmhand', async () => {
    await world.scales.scale(await request(4));
    expect(await world.scales.blame(world.instance, 'farmer')).toEqual({ ok: true, value: undefined });
    world.cluster.control.setReplicas(namespace, name, 9, 'argocd-controller');
    expect(await world.scales.blame(world.instance, 'farmer')).toEqual({
      ok: true,
      value: {
        who: 'Argo CD (argocd-controller)',
        what: expect.stringMatching(
          /^set spec\.replicas of system6-dcr-farmer to 9 at \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/,
        ),
      },
    });
  });
});

const effect = {
  key: 'k',
  effect: { kind: 'scale', role: 'farmer', from: 0, to: 4 },
  state: 'done',
  step: 'farmers',
  at: 0,
  attempts: 1,
  claim: 'c',
} as const;
