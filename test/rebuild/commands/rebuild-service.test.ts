import { describe, expect, test } from 'vitest';
import type { AccessVerdict } from '../../../src/access/access.ts';
import { instancesOf, tierOfInstance } from '../../../src/access/tiers.ts';
import type { Verb } from '../../../src/access/verbs.ts';
import type { AuditPort } from '../../../src/audit/chain/ports.ts';
import { StoreUnavailable } from '../../../src/core/errors.ts';
import { createRebuildService } from '../../../src/rebuild/commands/rebuild-service.ts';
import {
  draftValidMs,
  type RebuildServiceSettings,
} from '../../../src/rebuild/commands/rebuild-service-deps.ts';
import type { RebuildCommand } from '../../../src/rebuild/model/command.ts';
import type { Instance } from '../../../src/rebuild/model/parts/instance.ts';
import { environmentName } from '../../../src/rebuild/model/rules/controlled.ts';
import { controlsFor, type PolicyRule } from '../../../src/rebuild/model/rules/rules.ts';
import type { InstancesPort } from '../../../src/rebuild/ports/ports.ts';
import { anIdleEngine, anInstance, aSetDown, startedAt } from '../../builders/rebuild.ts';
import { memoryAudit } from '../../fakes/audit.ts';
import { createMemoryRebuilds } from '../../fakes/rebuilds/rebuild-store.ts';

const alice = { id: 'U0ALICE', name: 'Alice Ash' };
const bob = { id: 'U0BOB', name: 'Bob Birch' };

const aTier = (name: string, instances: readonly string[]) => ({
  ...{ name, instances, channels: [], users: [], groups: [], workspaces: [] },
});

type Got = Awaited<ReturnType<InstancesPort['get']>>;

/** A service over a memory store; `world` may be changed while it runs. */
const open = (
  change: {
    may?: (id: string, verb: Verb) => boolean;
    got?: Got;
    record?: AuditPort['record'];
    policy?: readonly PolicyRule[];
    tierOf?: RebuildServiceSettings['tierOf'];
  } = {},
) => {
  let now = startedAt;
  let drafts = 0;
  const checks: (readonly [string, Verb, readonly string[]])[] = [];
  const store = createMemoryRebuilds({ now: () => now });
  const world = {
    got: change.got ?? ({ ok: true, instance: anInstance({ farmers: 24 }) } as Got),
    farmers: aSetDown,
    inFlight: 5,
  };
  const audit = { ...memoryAudit(), ...(change.record && { record: change.record }) };
  const service = createRebuildService({
    store,
    audit,
    queries: store,
    instances: {
      names: async () => ({ ok: true, value: ['system6'] }),
      get: async (name) =>
        world.got.ok ? { ...world.got, instance: { ...world.got.instance, name } } : world.got,
      lastFarmers: async () => ({ ok: true, value: undefined }),
    },
    cluster: {
      look: async (_, role) => ({ ok: true, value: role === 'farmer' ? world.farmers : aSetDown }),
      doctor: async () => [{ level: 'ok', check: 'rights', says: 'all there' }],
    },
    engine: {
      look: async () => ({ ok: true, value: anIdleEngine }),
      order: async () => ({ ok: false, kind: 'refused', error: 'a service orders nothing' }),
    },
    access: {
      check: async (by, verb, _, without = []): Promise<AccessVerdict> => {
        checks.push([by.id, verb, without]);
        return (change.may ?? (() => true))(by.id, verb)
          ? { allowed: true, role: 'sre', through: 'S0SRE' }
          : {
              allowed: false,
              code: 'role_needed',
              says: 'You may not. The role sre would allow it.',
              roles: ['sre'],
            };
      },
    },
    settings: () => ({
      ...{ channel: 'C0DCR', inFlight: world.inFlight, ticket: true, remind: 1_000 },
      ...(change.tierOf && { tierOf: change.tierOf }),
      ...(change.policy && {
        controls: (instance: Instance) =>
          controlsFor(change.policy ?? [], instance.name, environmentName(instance)),
      }),
    }),
    now: () => now,
    newDraftId: () => `draft-${++drafts}`,
    hash: (text) => text,
  });
  const planned = async (by = alice) => {
    const plan = await service.plan({ instance: 'system6', forced: false, reason: 'new dataset' }, by);
    if (!plan.ok) throw new Error(plan.says.join(' '));
    return plan.draft;
  };
  const started = async () => {
    const result = await service.start((await planned()).id, alice);
    if (!result.ok) throw new Error(result.says.join(' '));
    return result.rebuild;
  };
  return {
    checks,
    /** Of all that was asked: what kind of record it became, and how it ended. */
    proof: () =>
      [...store.state.audit, ...audit.entries].map(({ type, actor, command, outcome }) =>
        [type, actor.id, command?.['verb'], outcome].join(' '),
      ),
    audit: () => [...store.state.audit, ...audit.entries],
    service,
    store,
    world,
    planned,
    started,
    wait: (ms: number) => {
      now += ms;
    },
  };
};

describe('policy limits what is in flight in one environment', () => {
  const rule: PolicyRule = {
    ...{ name: 'gov-pace', environments: ['gov'], instances: ['*'], two_people: [], lower_share: 0.5 },
    ...{ freeze: [], limits: { in_flight: 1 }, typed_name: [], break_glass: {} },
  };
  const gov: Got = { ok: true, instance: anInstance({ farmers: 24, environment: 'gov' }) };
  const draftOf = async ({ service }: ReturnType<typeof open>, instance: string, glass = false) => {
    const request = { instance, forced: false, reason: 'new dataset', ...(glass && { glass }) };
    const plan = await service.plan(request, alice);
    return plan.ok ? plan.draft.id : plan.says.join(' ');
  };

  test('ten people who confirm at once: one is started, and the others are told which', async () => {
    const opened = open({ policy: [rule], got: gov });
    opened.world.inFlight = 20;
    const drafts = [];
    for (let i = 0; i < 10; i++) drafts.push(await draftOf(opened, `gov${i}`));
    const answers = await Promise.all(drafts.map((draft) => opened.service.start(draft, alice)));
    const started = answers.flatMap((answer) => (answer.ok ? [answer.rebuild.id] : []));
    expect(started).toHaveLength(1);
    const refused = answers.filter((answer) => !answer.ok);
    expect(refused).toEqual(Array.from({ length: 9 }, () => expect.objectContaining({ code: 'limit' })));
    for (const { says } of refused) expect(says.join(' ')).toContain(started[0]);
  });

  test('a broken glass and another environment go past it', async () => {
    const opened = open({ policy: [rule], got: gov });
    await opened.service.start(await draftOf(opened, 'gov1'), alice);
    expect(await draftOf(opened, 'gov2')).toContain('gov1-20261120-1');
    const glass = await opened.service.start(await draftOf(opened, 'gov2', true), alice);
    expect(glass).toMatchObject({ ok: true, rebuild: { id: 'gov2-20261120-1' } });
    opened.world.got = { ok: true, instance: anInstance({ farmers: 24 }) };
    expect(await opened.service.start(await draftOf(opened, 'system1'), alice)).toMatchObject({ ok: true });
  });
});

describe('a tier has places of its own', () => {
  const rules = {
    default: 'beta',
    list: [aTier('alpha', ['a-*']), aTier('beta', ['b-*'])],
  };
  const tierOf = (instance: string) => {
    const tier = tierOfInstance(rules, instance);
    return {
      name: tier,
      has: (other: string) => tierOfInstance(rules, other) === tier,
      limit: { tier, limit: 2, ...instancesOf(rules, tier) },
    };
  };
  const draftOf = async ({ service }: ReturnType<typeof open>, instance: string, glass = false) => {
    const plan = await service.plan(
      { instance, forced: false, reason: 'new', ...(glass && { glass }) },
      alice,
    );
    return plan.ok ? plan.draft : plan.says.join(' ');
  };
  const idOf = (draft: Awaited<ReturnType<typeof draftOf>>) => (typeof draft === 'string' ? draft : draft.id);

  test('many who confirm at once: as many of each tier as it may have, and nobody is told of another’s', async () => {
    const opened = open({ tierOf });
    opened.world.inFlight = 20;
    const names = ['a-1', 'b-1', 'a-2', 'b-2', 'a-3', 'b-3', 'a-4'];
    const drafts = [];
    for (const name of names) drafts.push(idOf(await draftOf(opened, name)));
    const answers = await Promise.all(drafts.map((draft) => opened.service.start(draft, alice)));
    const started = (tier: string) =>
      answers.flatMap((answer) =>
        answer.ok && answer.rebuild.id.startsWith(tier) ? [answer.rebuild.id] : [],
      );
    expect([started('a-').length, started('b-').length]).toEqual([2, 2]);
    const refused = answers.flatMap((answer) => (answer.ok ? [] : [answer]));
    expect(refused.map(({ code }) => code)).toEqual(['limit', 'limit', 'limit']);
    for (const { says } of refused) {
      expect(says.join(' ')).toMatch(
        /^By now 2 rebuilds are in flight \((a-\S+ a-\S+ in the tier alpha|b-\S+ b-\S+ in the tier beta), and it may/,
      );
    }
    // Neither a plan nor a broken glass takes a place of the other tier.
    expect(await draftOf(opened, 'a-9')).toContain('in the tier alpha, and it may have 2 at once');
    expect(await draftOf(opened, 'a-9', true)).toContain('in the tier alpha, and it may have 2 at once');
  });

  test('the limit of the farm counts all of them, and names none of another tier', async () => {
    const opened = open({ tierOf });
    opened.world.inFlight = 2;
    await opened.service.start(idOf(await draftOf(opened, 'b-1')), alice);
    const [first, second] = [await draftOf(opened, 'a-1'), await draftOf(opened, 'a-2')];
    await opened.service.start(idOf(first), alice);
    const late = await opened.service.start(idOf(second), alice);
    expect(late).toMatchObject({ ok: false, code: 'limit' });
    const said = late.ok ? '' : late.says.join(' ');
    expect(said).toContain('2 rebuilds are in flight (a-1-20261120-1, and 1 of other tiers)');
    expect(said).not.toContain('b-1');
  });
});

describe('start', () => {
  test('from plan to record: nothing is touched, and the controllers are called', async () => {
    const { started, store } = open();
    const rebuild = await started();
    expect(rebuild).toMatchObject({
      id: 'system6-20261120-1',
      phase: 'running',
      by: alice,
      reason: 'new dataset',
      farmers: { wanted: 0, target: 24 },
      ticket: { state: 'wanted' },
      card: { state: 'wanted', channel: 'C0DCR' },
    });
    expect(await store.due('drive', startedAt, 10)).toEqual([rebuild.id]);
    expect((await store.journal(rebuild.id)).map(({ who, what }) => [who, what])).toEqual([
      ['U0ALICE', 'start'],
    ]);
  });

  test('two clicks on one plan, also at the same time, are one rebuild', async () => {
    const { service, planned } = open();
    const draft = await planned();
    const results = await Promise.all([service.start(draft.id, alice), service.start(draft.id, bob)]);
    results.push(await service.start(draft.id, alice));
    const ids = results.map((result) => result.ok && result.rebuild.id);
    expect(ids).toEqual(Array(3).fill('system6-20261120-1'));
    expect(results.map((result) => result.ok && result.already)).toEqual([false, true, true]);
  });

  test('a second plan of the same instance names the rebuild in flight', async () => {
    const { service, started } = open();
    await started();
    const plan = await service.plan({ instance: 'system6', forced: true }, bob);
    expect(plan).toMatchObject({ ok: false, code: 'busy', rebuild: { id: 'system6-20261120-1' } });
  });

  test('of two plans for one instance, only the first that is confirmed starts', async () => {
    const { service, planned } = open();
    const [mine, yours] = [await planned(), await planned(bob)];
    expect((await service.start(mine.id, alice)).ok).toBe(true);
    expect(await service.start(yours.id, bob)).toMatchObject({ ok: false, code: 'busy' });
  });

  test('a plan that has gone stale is refused, with what changed and the plan of now', async () => {
    const { service, planned, world } = open();
    const draft = await planned();
    world.got = { ok: true, instance: anInstance({ farmers: 30 }) };
    const result = await service.start(draft.id, alice);
    expect(result).toMatchObject({ ok: false, code: 'stale_plan', draft: { plan: { farmers: 30 } } });
    expect(!result.ok && result.says[1]).toMatch(/^Farmers: 24 before, 30 now/);
  });

  test('an old plan is refused, although nothing changed', async () => {
    const { service, planned, wait } = open();
    const draft = await planned();
    wait(draftValidMs + 1);
    expect(await service.start(draft.id, alice)).toMatchObject({ ok: false, code: 'stale_plan', draft: {} });
  });

  test('farmers that came up meanwhile keep it from starting', async () => {
    const { service, planned, world } = open();
    const draft = await planned();
    world.farmers = { ...aSetDown, wanted: 3, ready: 3 };
    expect(await service.start(draft.id, alice)).toMatchObject({ ok: false, code: 'invalid' });
  });

  test('an unknown plan starts nothing', async () => {
    expect(await open().service.start('nothing', alice)).toMatchObject({ ok: false, code: 'not_found' });
  });
});

describe('instances that cannot be used', () => {
  test.each([
    [
      { ok: false, kind: 'unknown', near: ['system6', 'system8'] },
      'not_found',
      'Did you mean system6, system8?',
    ],
    [
      {
        ok: false,
        kind: 'invalid',
        problems: [{ file: 'instances/system6.yaml', line: 7, message: 'no engine' }],
      },
      'invalid',
      'instances/system6.yaml:7: no engine',
    ],
    [{ ok: false, kind: 'unavailable', error: 'timed out' }, 'unavailable', 'timed out'],
  ] as const)('%j', async (got, code, words) => {
    const { service } = open({ got });
    const plan = await service.plan({ instance: 'system6', forced: false }, alice);
    expect(plan).toMatchObject({ ok: false, code });
    expect(!plan.ok && plan.says.join('\n')).toContain(words);
    expect(!plan.ok && plan.says.join('\n')).toContain('Nothing was changed.');
  });
});

describe('who may', () => {
  const readers = (id: string, verb: Verb) => id === 'U0ALICE' || verb === 'plan';

  test('whoever may plan may look, and not start', async () => {
    const { service, planned } = open({ may: readers });
    const draft = await planned(bob);
    expect(await service.start(draft.id, bob)).toEqual({
      ok: false,
      code: 'not_allowed',
      says: ['You may not. The role sre would allow it.', 'Nothing was changed.'],
    });
  });

  test('a refusal is on the journal of the rebuild, and changes nothing', async () => {
    const { service, started, store } = open({ may: readers });
    const rebuild = await started();
    const result = await service.apply(rebuild.id, { verb: 'cancel', reason: 'x' }, bob);
    expect(result).toMatchObject({ ok: false, code: 'not_allowed' });
    expect((await store.get(rebuild.id))?.phase).toBe('running');
    expect((await store.journal(rebuild.id)).at(-1)).toEqual({
      at: startedAt,
      who: 'U0BOB',
      what: 'denied_cancel',
      why: 'You may not. The role sre would allow it.',
    });
  });

  test('what is allowed says by which role, and who gave it', async () => {
    const { service, started, store } = open();
    const rebuild = await started();
    expect(await service.apply(rebuild.id, { verb: 'pause', reason: 'lunch' }, bob)).toMatchObject({
      ok: true,
    });
    expect(
      (await store.journal(rebuild.id)).slice(-2).map(({ what, why }) => [what, why?.slice(0, 14)]),
    ).toEqual([
      ['allowed', 'sre, as S0SRE'],
      ['pause', 'Pausing system'],
    ]);
  });
});

test('the doctor tells of the values as well as of the cluster, and of what it could not look at', async () => {
  const { service, world } = open();
  expect(await service.doctor('system6', alice)).toMatchObject({
    ok: true,
    findings: [
      { level: 'ok', check: 'values' },
      { level: 'ok', check: 'engine' },
      { level: 'ok', check: 'rights' },
    ],
  });
  world.got = {
    ok: false,
    kind: 'invalid',
    problems: [{ file: 'a.yaml', line: 3, message: 'is no number' }],
  };
  expect(await service.doctor('system6', alice)).toMatchObject({
    ok: true,
    findings: [{ level: 'problem', check: 'values', says: 'a.yaml:3: is no number' }],
  });
});

describe('the audit', () => {
  const commands: Readonly<Record<RebuildCommand['verb'], RebuildCommand>> = {
    scale: { verb: 'scale', farmers: 30, reason: 'too slow' },
    pause: { verb: 'pause', reason: 'an incident' },
    resume: { verb: 'resume' },
    cancel: { verb: 'cancel', reason: 'not needed' },
    retry: { verb: 'retry' },
    approve: { verb: 'approve' },
    withdraw: { verb: 'withdraw' },
    revoke: { verb: 'revoke' },
    break_glass: { verb: 'break_glass', reason: 'an incident' },
    review: { verb: 'review', says: 'fine' },
    override: { verb: 'override', kind: 'keep_farmers', reason: 'to look at them' },
  };

  test('a start says by which role, with what plan, and why', async () => {
    const { started, audit } = open();
    const { plan } = await started();
    expect(audit()).toEqual([
      expect.objectContaining({
        type: 'command',
        actor: alice,
        outcome: 'done',
        command: expect.objectContaining({ verb: 'start', farmers: 24, engine: plan.engine }),
        plan_hash: plan.hash,
        why: { reason: 'new dataset' },
        authz: { allowed: true, role: 'sre', through: 'S0SRE' },
      }),
    ]);
  });

  test.each(Object.values(commands))(
    'every command is one record, whatever comes of it: $verb',
    async (command) => {
      const { service, started, proof } = open();
      const { id } = await started();
      const result = await service.apply(id, command, bob);
      const glass = command.verb === 'break_glass' || command.verb === 'review';
      const ofApproval = ['approve', 'withdraw', 'revoke'].includes(command.verb);
      const type = glass ? 'break_glass' : ofApproval ? 'approval' : 'command';
      const outcome = !result.ok ? 'refused' : result.held ? 'held' : result.changed ? 'done' : 'already';
      expect(proof().slice(1)).toEqual([
        `${result.ok ? type : 'command_refused'} ${bob.id} ${command.verb} ${outcome}`,
      ]);
    },
  );

  test.each(Object.values(commands).filter(({ verb }) => verb !== 'withdraw' && verb !== 'revoke'))(
    'a denial is on record, each time: $verb',
    async (command) => {
      const { service, started, audit, store } = open({ may: (by) => by === alice.id });
      const { id } = await started();
      const { version } = (await store.get(id)) ?? { version: 0 };
      await service.apply(id, command, bob);
      await service.apply(id, command, bob);
      const denials = audit().slice(1);
      expect(denials).toHaveLength(2);
      expect(denials[0]).toMatchObject({
        type: 'command_denied',
        actor: bob,
        outcome: 'denied',
        command,
        authz: { allowed: false, roles: ['sre'] },
        error: 'You may not. The role sre would allow it.',
      });
      expect(denials[0]?.after).toEqual(denials[0]?.before);
      expect((await store.get(id))?.phase).toBe('running');
      expect(version).toBe(1);
    },
  );

  test('the role that let somebody do it is on record with them, and does not count for approving the same', async () => {
    const { service, store, checks } = open({
      got: { ok: true, instance: anInstance({ farmers: 24, approval: true }) },
    });
    const planned = await service.plan({ instance: 'system6', forced: false }, alice);
    const started = await service.start(planned.ok ? planned.draft.id : '', alice);
    const id = started.ok ? started.rebuild.id : '';
    expect((await store.get(id))?.by).toEqual({ ...alice, as: { role: 'sre', through: 'S0SRE' } });
    await service.apply(id, { verb: 'approve' }, bob);
    await service.apply(id, { verb: 'approve' }, alice);
    expect(checks.slice(-2)).toEqual([
      [bob.id, 'approve', ['sre']],
      // Whoever asked is refused for that.
      [alice.id, 'approve', []],
    ]);
  });

  test('so are those of what has no record yet: plan, start, doctor, give up', async () => {
    const all = open({ may: (by) => by === alice.id });
    const draft = await all.planned();
    await all.service.plan({ instance: 'system6', forced: false }, bob);
    await all.service.start(draft.id, bob);
    await all.service.doctor('system6', bob);
    await all.service.giveUp('system6', bob, 'why not');
    expect(all.proof()).toEqual(
      ['start', 'start', 'doctor', 'cancel'].map((verb) => `command_denied ${bob.id} ${verb} denied`),
    );
  });

  test('a denial that cannot be put on record is not answered as one', async () => {
    const away = new StoreUnavailable('Redis did not answer (audit); nothing was changed.');
    const { service } = open({ may: () => false, record: () => Promise.reject(away) });
    await expect(service.doctor('system6', bob)).rejects.toBe(away);
  });
});
