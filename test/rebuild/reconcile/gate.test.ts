import { describe, expect, test } from 'vitest';
import type { Person } from '../../../src/core/person.ts';
import { type News, newsWords } from '../../../src/rebuild/messages/news.ts';
import { problemWords } from '../../../src/rebuild/messages/planning/problems.ts';
import { doingWords } from '../../../src/rebuild/messages/steps/doing.ts';
import { interventionWords } from '../../../src/rebuild/messages/steps/interventions.ts';
import { pendingOf } from '../../../src/rebuild/model/approval.ts';
import { authorityOf } from '../../../src/rebuild/model/authority.ts';
import type { Plan } from '../../../src/rebuild/model/parts/plan.ts';
import { differences } from '../../../src/rebuild/model/plan-differences.ts';
import type { Rebuild } from '../../../src/rebuild/model/rebuild.ts';
import { hasEnded, openIntervention } from '../../../src/rebuild/model/record.ts';
import { statusOfRebuild } from '../../../src/rebuild/model/status.ts';
import type { ApproverNow, Replanned } from '../../../src/rebuild/observe/observed.ts';
import { anInstance, aPlan, aRebuild } from '../../builders/rebuild.ts';
import { createRig, type Rig } from './rig.ts';

const alice: Person = { id: 'U0ALICE', name: 'Alice Ash' };
const bob: Person = { id: 'U0BOB', name: 'Bob Birch' };
const carol: Person = { id: 'U0CAROL', name: 'Carol Cole' };
const minute = 60_000;
const day = 24 * 60 * minute;
const plan = aPlan({ instance: anInstance({ approval: true }), farmers: 4 });
const none = { state: 'none', entries: [], count: 0, attempts: 0 } as const;

/** A rebuild that needs an approval; `world.fresh` is what its plan would be if it were made now. */
const open = (change: Partial<Rebuild> = {}) => {
  const world: { fresh: Replanned | 'away'; asked: number } = { fresh: { kind: 'plan', plan }, asked: 0 };
  const rig = createRig(aRebuild({ plan, ticket: none, ...change }), {
    replan: async () => {
      world.asked += 1;
      return world.fresh === 'away'
        ? { ok: false, error: 'GitHub is away' }
        : { ok: true, value: world.fresh };
    },
  });
  return { rig, world };
};
const waits = (rebuild: Rebuild): boolean => openIntervention(rebuild)?.code === 'approval';
const touched = (rebuild: Rebuild): boolean => rebuild.effects.length > 0;
const told = (news: News): string => newsWords(news).text;
const thread = (rig: Rig): string[] => rig.rebuild().card.notes.map(({ text }) => text);
const other = (over: Partial<Plan> = {}): Replanned => ({
  kind: 'plan',
  plan: { ...plan, hash: 'b'.repeat(64), ...over },
});

describe('the approval and the first change', () => {
  test('approved, looked at once more, begun; and it is not looked at as a plan after that', async () => {
    const { rig, world } = open();
    await rig.until(waits);
    expect(rig.world.scales).toEqual([]);
    rig.command({ verb: 'approve' }, bob);
    await rig.until(touched);
    expect(world.asked).toBeGreaterThan(0);
    const { asked } = world;
    expect((await rig.until(hasEnded)).phase).toBe('released');
    expect(world.asked).toBe(asked);
  });

  test('whoever approved it may not any more when it would begin: void, said, and another one approves', async () => {
    const approver: { now: ApproverNow | 'away'; asked: number } = {
      now: { may: false, code: 'no_role', roles: ['approver'] },
      asked: 0,
    };
    const rig = createRig(aRebuild({ plan, ticket: none }), {
      replan: async () => ({ ok: true, value: { kind: 'plan', plan } }),
      stillMay: async () => {
        approver.asked += 1;
        return approver.now === 'away'
          ? { ok: false, error: 'Slack is away' }
          : { ok: true, value: approver.now };
      },
    });
    await rig.until(waits);
    expect(approver.asked).toBe(0);
    rig.command({ verb: 'approve' }, bob);
    await rig.until(() => false, minute);
    expect(rig.rebuild().approval).toBeUndefined();
    expect(rig.world.scales).toEqual([]);
    const why = { code: 'no_role', roles: ['approver'] } as const;
    expect(thread(rig)).toContain(told({ code: 'approver_gone', by: bob, why }));
    expect(statusOfRebuild(rig.rebuild())).toBe('waiting for approval');
    // Nobody can tell: nothing begins, and nothing is taken away.
    approver.now = 'away';
    rig.command({ verb: 'approve' }, carol);
    await rig.until(() => false, minute);
    expect(rig.rebuild().approval?.by).toEqual(carol);
    expect(rig.world.scales).toEqual([]);
    expect(rig.rebuild().steps.find(({ name }) => name === 'ticket')?.says).toBe(
      doingWords({ code: 'last_look', approved: true, approver: 'Slack is away' }),
    );
    approver.now = { may: true };
    await rig.until(touched);
    const { asked } = approver;
    expect((await rig.until(hasEnded)).phase).toBe('released');
    expect(approver.asked).toBe(asked);
  });

  test('approved while Jira is slow, and the ticket comes a quarter of an hour later: a new look, a new approval', async () => {
    const { rig } = open({ ticket: { ...none, state: 'wanted' } });
    await rig.until(() => false, minute);
    rig.command({ verb: 'approve' }, bob);
    await rig.until(() => false, 20 * minute);
    rig.change((rebuild) => ({ ...rebuild, ticket: { ...rebuild.ticket, state: 'open', key: 'OPS-7' } }));
    await rig.until(waits);
    expect(rig.rebuild().approval).toBeUndefined();
    await rig.until(() => false, 2 * day);
    expect(rig.world.scales).toEqual([]);
    expect(thread(rig)).toContain(told({ code: 'approval_lapsed', by: bob, validMs: 15 * minute }));
    rig.command({ verb: 'approve' }, carol);
    expect((await rig.until(hasEnded)).phase).toBe('released');
  });

  test('approved and paused for thirteen days: it does not start by itself', async () => {
    const { rig } = open();
    await rig.until(waits);
    rig.command({ verb: 'pause', reason: 'not today' }, alice);
    rig.command({ verb: 'approve' }, bob);
    await rig.until(() => false, 13 * day);
    rig.command({ verb: 'resume' }, alice);
    await rig.until(() => false, minute);
    expect(statusOfRebuild(rig.rebuild())).toBe('waiting for approval');
    expect(rig.world.scales).toEqual([]);
  });

  test('paused between the gate and its first change: the approval grows old there, too', async () => {
    const { rig } = open();
    await rig.until(waits);
    rig.command({ verb: 'approve' }, bob);
    rig.change((rebuild) => ({
      ...rebuild,
      synchronizer: { wanted: 1, guardian: false },
      steps: rebuild.steps.map(({ name, attempt }, i) => {
        const at = rig.clock.now;
        if (i < 2) return { name, attempt, state: 'done', startedAt: at, endedAt: at };
        if (i > 2) return { name, attempt, state: 'pending' };
        return { name, attempt: 1, state: 'running', startedAt: at, deadline: at + 30 * minute };
      }),
    }));
    rig.command({ verb: 'pause', reason: 'wait' }, alice);
    await rig.until(() => false, 40 * minute);
    rig.command({ verb: 'resume' }, alice);
    await rig.until(() => false, minute);
    expect(rig.world.scales).toEqual([]);
    expect(statusOfRebuild(rig.rebuild())).toBe('waiting for approval');
    await rig.until(() => false, 40 * minute);
    rig.command({ verb: 'approve' }, carol);
    expect((await rig.until(hasEnded)).phase).toBe('released');
    // The time that it waited is none of the synchronizer’s.
    expect(rig.journal.some(({ what }) => what === 'ask_synchronizer_not_ready')).toBe(false);
  });

  test('what the requester asks for between approval and start is not done', async () => {
    const { rig } = open();
    await rig.until(waits);
    rig.command({ verb: 'approve' }, bob);
    rig.command({ verb: 'scale', farmers: 11 }, alice);
    rig.command({ verb: 'override', kind: 'force', reason: 'faster' }, alice);
    rig.command({ verb: 'override', kind: 'skip_step', step: 'history', reason: 'faster' }, alice);
    const rebuild = await rig.until(hasEnded);
    expect(rebuild.phase).toBe('released');
    expect(rig.world.scales.filter(({ role }) => role === 'farmer').map(({ to }) => to)).toEqual([4, 0]);
    expect(rebuild.overrides).toEqual([]);
    expect(rebuild.steps.every(({ state }) => state === 'done')).toBe(true);
  });

  test('what another person approves while it runs is done', async () => {
    const { rig } = open();
    await rig.until(waits);
    rig.command({ verb: 'approve' }, bob);
    await rig.until(({ progress }) => progress?.of === 'rebuild');
    rig.command({ verb: 'scale', farmers: 11 }, alice);
    await rig.until(() => false, minute);
    expect(rig.world.lookAt('farmer').wanted).toBe(4);
    rig.command({ verb: 'approve' }, bob);
    await rig.until(() => false, minute);
    expect(rig.world.lookAt('farmer').wanted).toBe(11);
  });
});

describe('the world is looked at right before the first change', () => {
  test('a plan that would be another one now is shown, and must be approved as it is', async () => {
    const { rig, world } = open();
    await rig.until(waits);
    const { hash } = pendingOf(rig.rebuild()) ?? {};
    world.fresh = other({ minimum: 3 });
    rig.command({ verb: 'approve' }, bob);
    await rig.until(() => false, minute);
    expect(rig.rebuild()).toMatchObject({ plan: { minimum: 3 }, farmers: { minimum: 3, target: 4 } });
    expect(rig.rebuild().approval).toBeUndefined();
    expect(rig.world.scales).toEqual([]);
    const changes = differences(plan, rig.rebuild().plan);
    expect(thread(rig).at(-2)).toBe(told({ code: 'plan_renewed', changes, hash: 'b'.repeat(64) }));
    expect(rig.command({ verb: 'approve', ...(hash && { hash }) }, bob)).toContain('what you saw is not');
    rig.command({ verb: 'approve' }, bob);
    expect((await rig.until(hasEnded)).phase).toBe('released');
  });

  test('somebody has farmers up by then: nothing is begun, and the reason is told once', async () => {
    const { rig } = open();
    await rig.until(waits);
    rig.world.setReplicas('farmer', 3, 'kubectl');
    rig.command({ verb: 'approve' }, bob);
    await rig.until(() => false, day);
    expect(rig.world.scales).toEqual([]);
    expect(rig.rebuild().approval).toBeUndefined();
    const problems = [{ code: 'farmers_up', set: 'system6-dcr-farmer', farmers: 3 }] as const;
    expect(rig.journal.filter(({ what }) => what === 'plan_unfit').map(({ why }) => why)).toEqual([
      told({ code: 'plan_unfit', problems }),
    ]);
  });

  test('its values cannot be read: it waits, and the approval grows old meanwhile', async () => {
    const { rig, world } = open();
    await rig.until(waits);
    world.fresh = 'away';
    rig.command({ verb: 'approve' }, bob);
    await rig.until(() => false, 14 * minute);
    const step = rig.rebuild().steps.find(({ name }) => name === 'ticket');
    expect(step?.says).toBe(doingWords({ code: 'last_look', approved: true, plan: 'GitHub is away' }));
    await rig.until(() => false, 2 * minute);
    expect(rig.rebuild().approval).toBeUndefined();
    expect(rig.world.scales).toEqual([]);
  });

  test('a plan that waits for days is kept true: who approves it late sees what it would be then', async () => {
    const { rig, world } = open();
    await rig.until(waits);
    const first = pendingOf(rig.rebuild())?.hash;
    world.fresh = other({ forced: true });
    await rig.until(() => false, 20 * minute);
    expect(rig.rebuild().plan.forced).toBe(true);
    expect(pendingOf(rig.rebuild())?.hash).not.toBe(first);
    world.fresh = { kind: 'plan', plan: rig.rebuild().plan };
    const { asked } = world;
    const changes = () => rig.rebuild().card.notes.filter(({ kind }) => kind !== 'still_waiting');
    const notes = changes().length;
    await rig.until(() => false, 2 * 60 * minute);
    // About every quarter of an hour, and nothing is said when nothing is new.
    expect(world.asked - asked).toBeLessThanOrEqual(10);
    expect(changes()).toHaveLength(notes);
  });

  test('where nobody must approve: a ticket that took a day, and farmers that came up meanwhile', async () => {
    const rig = createRig(aRebuild());
    await rig.until(() => false, day);
    rig.world.setReplicas('farmer', 3, 'kubectl');
    rig.change((rebuild) => ({ ...rebuild, ticket: { ...rebuild.ticket, state: 'open', key: 'OPS-7' } }));
    const rebuild = await rig.until(hasEnded);
    expect(rebuild).toMatchObject({ phase: 'failed', effects: [] });
    expect(rebuild.end?.errors).toEqual([
      problemWords({ code: 'farmers_up', set: 'system6-dcr-farmer', farmers: 3 }),
    ]);
  });
});

describe('records from an earlier version', () => {
  test('approved without a word on what was granted, and not begun: approved again or not at all', async () => {
    const { rig } = open();
    rig.change((rebuild) => ({
      ...rebuild,
      approval: { by: bob, at: rig.clock.now, planHash: plan.hash },
      farmers: { ...rebuild.farmers, target: 11 },
    }));
    await rig.until(waits);
    await rig.until(() => false, day);
    expect(rig.world.scales).toEqual([]);
  });

  test('begun, and beyond what was approved: what runs goes on, nothing more is changed, a cancel tears down', async () => {
    const { rig } = open();
    await rig.until(waits);
    rig.command({ verb: 'approve' }, bob);
    await rig.until(({ progress }) => progress?.of === 'rebuild');
    rig.change((rebuild) => ({
      ...rebuild,
      approval: { by: bob, at: rebuild.at, planHash: plan.hash },
      farmers: { ...rebuild.farmers, target: 11, wanted: 11 },
    }));
    await rig.until(() => false, day);
    expect(rig.world.lookAt('farmer').wanted).toBe(4);
    const authority = authorityOf(rig.rebuild());
    expect(authority.farmers).toBe(11);
    expect(openIntervention(rig.rebuild())).toMatchObject(
      interventionWords({ code: 'approval', instance: 'system6', why: 'beyond', authority }),
    );
    rig.command({ verb: 'cancel', reason: 'enough' }, alice);
    expect((await rig.until(hasEnded)).phase).toBe('cancelled');
    expect(rig.world.lookAt('farmer').wanted).toBe(0);
  });
});
