import { expect, test } from 'vitest';
import { createRebuildService } from '../../../src/rebuild/commands/rebuild-service.ts';
import type { RebuildServiceDeps } from '../../../src/rebuild/commands/rebuild-service-deps.ts';
import { problemWords } from '../../../src/rebuild/messages/planning/problems.ts';
import { proposalWords } from '../../../src/rebuild/messages/planning/proposals.ts';
import { createRebuildProposals, proposalsOfTier } from '../../../src/rebuild/planning/proposals.ts';
import { anIdleEngine, anInstance, aPlan, aSetDown, startedAt } from '../../builders/rebuild.ts';
import { memoryAudit } from '../../fakes/audit.ts';
import { createMemoryRebuilds } from '../../fakes/rebuilds/rebuild-store.ts';

const open = (change: Partial<RebuildServiceDeps> = {}) => {
  const store = createMemoryRebuilds({ now: () => startedAt });
  const deps: RebuildServiceDeps = {
    store,
    queries: store,
    instances: {
      names: async () => ({ ok: true, value: ['system6'] }),
      get: async (name) =>
        name === 'system6'
          ? { ok: true, instance: anInstance() }
          : { ok: false, kind: 'unknown', near: ['system6'] },
      lastFarmers: async () => ({ ok: true, value: undefined }),
    },
    cluster: { look: async () => ({ ok: true, value: aSetDown }), doctor: async () => [] },
    engine: {
      look: async () => ({ ok: true, value: anIdleEngine }),
      order: async () => ({ ok: false, kind: 'refused', error: 'a service orders nothing' }),
    },
    audit: memoryAudit(),
    access: {
      check: async ({ id }) =>
        id === 'U0ALICE'
          ? { allowed: true, role: 'sre', through: 'S0SRE' }
          : { allowed: false, code: 'role_needed', says: 'You may not.', roles: ['sre'] },
    },
    settings: () => ({ channel: 'C0DCR', inFlight: 5, ticket: true, remind: 1_000 }),
    now: () => startedAt,
    newDraftId: () => 'another',
    hash: (text) => text,
    ...change,
  };
  return { store, proposals: createRebuildProposals(deps), service: createRebuildService(deps) };
};
const ask = (run: boolean, instance = 'system6') => ({
  key: 'a1b2-mh3/rebuild',
  tier: 'default',
  run,
  start: { instance, forced: false, reason: 'alert CacheStale', alert: 'a1b2-mh3' },
});
const id = 'route-a1b2-mh3_rebuild';

test('a proposal is a plan that a person with the right confirms; nothing is started before', async () => {
  const { store, proposals, service } = open();
  const proposed = await proposals.propose(ask(false));
  const plan = (await store.draft(id))?.plan ?? aPlan();
  expect(plan.farmers).toBe(24);
  expect(proposed).toEqual({ ok: true, id, text: proposalWords({ code: 'proposed', plan }) });
  expect(await store.list({ limit: 10 })).toEqual([]);
  expect(await service.start(id, { id: 'U0BOB' })).toMatchObject({ ok: false, code: 'not_allowed' });
  expect(await service.start(id, { id: 'U0ALICE' })).toMatchObject({
    ok: true,
    rebuild: { by: { id: 'U0ALICE' }, reason: 'alert CacheStale', alert: 'a1b2-mh3' },
  });
});

test('what the config lets run is started once for its key, whatever is repeated', async () => {
  const { store, proposals } = open();
  const first = 'system6-20261120-1';
  const started = {
    ok: true,
    id: first,
    text: proposalWords({ code: 'started', id: first, approval: false }),
  };
  expect(await proposals.propose(ask(true))).toEqual(started);
  expect(await proposals.propose(ask(true))).toEqual(started);
  expect((await store.list({ limit: 10 })).map(({ by }) => by.id)).toEqual(['farmhand']);
  const other = await proposals.propose({ ...ask(true), key: 'c3d4-mh3/rebuild' });
  expect(other).toMatchObject({ ok: false, retry: false });
});

test('where a second person must approve, a route is not the first', async () => {
  const instances: RebuildServiceDeps['instances'] = {
    names: async () => ({ ok: true, value: ['system6'] }),
    get: async () => ({ ok: true, instance: anInstance({ approval: true }) }),
    lastFarmers: async () => ({ ok: true, value: undefined }),
  };
  const access: RebuildServiceDeps['access'] = {
    check: async () => ({ allowed: true, role: 'sre', through: 'S0SRE' }),
  };
  const { store, proposals, service } = open({ instances, access });
  expect(await proposals.propose(ask(true))).toEqual({
    ok: true,
    id: 'system6-20261120-1',
    text: proposalWords({ code: 'started', id: 'system6-20261120-1', approval: true }),
  });
  const approve = (user: string) => service.apply('system6-20261120-1', { verb: 'approve' }, { id: user });
  const approval = async () => (await store.get('system6-20261120-1'))?.approval?.by.id;
  expect(await approve('farmhand')).toMatchObject({ ok: false, code: 'not_allowed' });
  expect(await approve('U0ALICE')).toMatchObject({ ok: true, changed: true });
  expect(await approve('U0ALICE')).toMatchObject({ ok: true, changed: false });
  expect(await approval()).toBeUndefined();
  expect(await approve('U0BOB')).toMatchObject({ ok: true, changed: true });
  expect(await approval()).toBe('U0BOB');
  expect((await store.journal('system6-20261120-1')).map(({ who, what }) => `${who} ${what}`)).toEqual([
    'farmhand start',
    'farmhand refused_approve',
    'U0ALICE allowed',
    'U0ALICE confirm',
    'U0BOB allowed',
    'U0BOB by_accounts',
    'U0BOB approve',
  ]);
});

test('a plan that one person made and another one started was asked for by both', async () => {
  const { store, service } = open({
    access: { check: async () => ({ allowed: true, role: 'sre', through: 'S0SRE' }) },
  });
  const plan = await service.plan({ instance: 'system6', forced: false }, { id: 'U0ALICE' });
  await service.start(plan.ok ? plan.draft.id : '', { id: 'U0BOB' });
  expect(await store.get('system6-20261120-1')).toMatchObject({
    by: { id: 'U0BOB' },
    plannedBy: { id: 'U0ALICE' },
  });
});

test('what a person must see to is refused for good, what may pass is tried again', async () => {
  const { proposals } = open();
  expect(await proposals.propose(ask(false, 'system9'))).toEqual({
    ok: false,
    retry: false,
    error: [
      problemWords({ code: 'unknown_instance', instance: 'system9', near: ['system6'] }),
      problemWords({ code: 'not_changed' }),
    ].join(' '),
  });
  const away = open({
    instances: {
      names: async () => ({ ok: false, error: 'away' }),
      get: async () => ({ ok: false, kind: 'unavailable', error: 'GitHub is away' }),
      lastFarmers: async () => ({ ok: false, error: 'away' }),
    },
  });
  expect(await away.proposals.propose(ask(true))).toMatchObject({ ok: false, retry: true });
});

test('an alert of one tier asks for no rebuild of another tier’s instance', async () => {
  const { store, proposals } = open();
  const asked = proposalsOfTier(proposals, (tier, instance) => tier === 'alpha' && instance === 'system6');
  expect(await asked.propose({ ...ask(true), tier: 'beta' })).toEqual({
    ok: false,
    retry: false,
    error: proposalWords({ code: 'other_tier', instance: 'system6', tier: 'beta' }),
  });
  expect(await store.list({ limit: 10 })).toEqual([]);
  expect(await asked.propose({ ...ask(true), tier: 'alpha' })).toMatchObject({ ok: true });
});
