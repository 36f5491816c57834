import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Person } from '../../../src/core/person.ts';
import { approversDueAt } from '../../../src/rebuild/approvers/decide-approvers.ts';
import type { MayApprove } from '../../../src/rebuild/approvers/message.ts';
import { reconcileApprovers } from '../../../src/rebuild/approvers/reconcile-approvers.ts';
import { applyRebuildCommand } from '../../../src/rebuild/commands/apply-command.ts';
import { pendingOf } from '../../../src/rebuild/model/approval.ts';
import type { RebuildCommand } from '../../../src/rebuild/model/command.ts';
import type { Rebuild } from '../../../src/rebuild/model/rebuild.ts';
import { anInstance, aPlan, inStep, startedAt } from '../../builders/rebuild.ts';
import { Crash, createDirectMessages, type Trouble } from '../../fakes/rebuilds/direct-messages.ts';
import { oneRebuild } from '../../fakes/rebuilds/one-rebuild.ts';

const alice: Person = { id: 'U0ALICE', name: 'Alice Ash' };
const bob: Person = { id: 'U0BOB', name: 'Bob Birch' };
const carol: Person = { id: 'U0CAROL', name: 'Carol Cole' };
const minute = 60_000;
const plan = aPlan({ instance: anInstance({ approval: true, minimum: 2 }), farmers: 4 });
const ask = { code: 'approval', what: 'a person is needed', options: [], since: 5 } as const;
const first = inStep('ticket', { state: 'waiting', ask }, { plan, by: alice });
const waiting: Rebuild = { ...first, farmers: { ...first.farmers, target: 4 } };
const everybody: MayApprove = {
  people: ['U0ALICE', 'U0BOB', 'U0CAROL'],
  roles: ['sre'],
  unknown: [],
};

const open = (rebuild: Rebuild = waiting, most = 10) => {
  const clock = { now: startedAt + 5 * minute };
  const one = oneRebuild(rebuild);
  const slack = createDirectMessages((at) => pendingOf(at)?.hash);
  const roles = { found: everybody };
  let claims = 0;
  const deps = {
    store: one.store,
    messages: slack.port,
    whoMay: async () => roles.found,
    policy: () => ({ most, claimTimeout: 90_000 }),
    now: () => clock.now,
    newClaim: () => `claim-${++claims}`,
    onDefect: (error: unknown) => {
      if (error instanceof Crash) throw error;
    },
  };
  /** Until nothing is left to do but to look up once more who may; a process that dies is started again. */
  const settle = async (): Promise<void> => {
    for (let passes = 0; passes < 60; passes++) {
      await reconcileApprovers(deps, rebuild.id).catch((error: unknown) => {
        if (!(error instanceof Crash)) throw error;
      });
      const { messages = [] } = one.current();
      const due = approversDueAt({ ...one.current() });
      const busy = messages.some(
        ({ state, posting, healAt, retryAt }) => state === 'wanted' || posting || healAt || retryAt,
      );
      if (due !== undefined && (due <= clock.now || busy)) clock.now = Math.max(clock.now, due);
      else return;
    }
    throw new Error('it does not come to rest');
  };
  const command = (asked: RebuildCommand, by: Person) => {
    const { write, result } = applyRebuildCommand(one.current(), asked, by, clock.now, { remind: 1 });
    if (write) one.set({ ...write.rebuild, version: one.current().version + 1 });
    return result;
  };
  const hash = () => (pendingOf(one.current())?.hash ?? '').slice(0, 8);
  return { clock, one, slack, roles, settle, command, hash };
};

describe('while a rebuild waits for its second person', () => {
  test('everybody who may approve it is told once, the requester is not', async () => {
    const { one, slack, settle, hash } = open();
    await settle();
    await settle();
    expect(slack.seen()).toEqual([`U0BOB: asks ${hash()}`, `U0CAROL: asks ${hash()}`]);
    expect(one.current().approvers).toMatchObject({ people: ['U0BOB', 'U0CAROL'], count: 2, roles: ['sre'] });
  });

  test('a new look at the same plan changes the button, and tells nobody a second time', async () => {
    const { clock, one, slack, settle, hash } = open();
    await settle();
    const before = hash();
    clock.now += 15 * minute;
    one.set({ ...one.current(), plannedAt: clock.now });
    await settle();
    expect(hash()).not.toBe(before);
    expect(slack.seen()).toEqual([`U0BOB: asks ${hash()}`, `U0CAROL: asks ${hash()}`]);
  });

  test('another plan closes what was shown, and is told as what it is', async () => {
    const { one, slack, settle, hash } = open();
    await settle();
    one.set({ ...one.current(), plan: { ...plan, hash: 'another-plan' } });
    await settle();
    expect(slack.seen()).toEqual([
      'U0BOB: replaced',
      'U0CAROL: replaced',
      `U0BOB: asks ${hash()}`,
      `U0CAROL: asks ${hash()}`,
    ]);
  });

  test('approved: every message says by whom, and none asks any more', async () => {
    const { one, slack, settle, command } = open();
    await settle();
    expect(command({ verb: 'approve' }, bob).ok).toBe(true);
    await settle();
    expect(slack.seen()).toEqual(['U0BOB: approved', 'U0CAROL: approved']);
    expect(one.current().messages?.map(({ closing }) => closing)).toEqual([
      { how: 'approved', by: bob, at: startedAt + 5 * minute },
      { how: 'approved', by: bob, at: startedAt + 5 * minute },
    ]);
    expect(approversDueAt(one.current())).toBeUndefined();
  });

  test('an approval that lapsed is said to have lapsed, and asked for again', async () => {
    const { one, slack, settle, command, hash } = open();
    await settle();
    command({ verb: 'approve' }, bob);
    await settle();
    const { approval: _, ...rest } = one.current();
    one.set({ ...rest, plannedAt: startedAt + 40 * minute });
    await settle();
    expect(slack.seen()).toEqual([
      'U0BOB: lapsed',
      'U0CAROL: lapsed',
      `U0BOB: asks ${hash()}`,
      `U0CAROL: asks ${hash()}`,
    ]);
  });

  test('cancelled or withdrawn: nothing is asked any more', async () => {
    const { slack, settle, command } = open();
    await settle();
    command({ verb: 'withdraw' }, alice);
    await settle();
    expect(slack.seen()).toEqual(['U0BOB: ended', 'U0CAROL: ended']);
  });

  test('nothing is sent when it was decided before anybody was told', async () => {
    const { slack, settle, command } = open();
    slack.trouble('open', 'away', 'away');
    command({ verb: 'approve' }, bob);
    await settle();
    expect(slack.messages).toEqual([]);
  });

  test('who joins the role later is told, who leaves it is asked no more', async () => {
    const { clock, roles, slack, settle, hash } = open();
    roles.found = { ...everybody, people: ['U0ALICE', 'U0BOB'] };
    await settle();
    roles.found = { ...everybody, people: ['U0ALICE', 'U0CAROL'] };
    clock.now += 16 * minute;
    await settle();
    expect(slack.seen()).toEqual(['U0BOB: not_theirs', `U0CAROL: asks ${hash()}`]);
  });

  test('nobody can: it is on the record, and looked up again in five minutes', async () => {
    const { clock, one, roles, slack, settle, hash } = open();
    roles.found = { ...everybody, people: ['U0ALICE'] };
    await settle();
    expect(slack.messages).toEqual([]);
    expect(one.current().approvers).toMatchObject({ people: [], count: 0 });
    expect(approversDueAt(one.current())).toBe(clock.now + 5 * minute);
    roles.found = everybody;
    clock.now += 5 * minute;
    await settle();
    expect(slack.seen()).toEqual([`U0BOB: asks ${hash()}`, `U0CAROL: asks ${hash()}`]);
  });

  test.each([
    [0, 'off'],
    [1, 'many'],
  ] as const)('at most %i are told: nobody gets a message, and the record says why', async (most, untold) => {
    const { one, slack, settle } = open(waiting, most);
    await settle();
    expect(slack.messages).toEqual([]);
    expect(one.current().approvers).toMatchObject({ count: 2, untold });
  });

  test('whom Slack does not let farmhand tell is on the record; the others are told', async () => {
    const { one, slack, settle, hash } = open();
    slack.trouble('open', { refuses: 'user_disabled' });
    await settle();
    expect(slack.seen()).toEqual([`U0CAROL: asks ${hash()}`]);
    expect(one.current().messages?.[0]).toMatchObject({
      user: 'U0BOB',
      state: 'failed',
      error: 'user_disabled',
    });
  });
});

describe('a wish beyond what was approved', () => {
  const begun = (): ReturnType<typeof open> => {
    const scene = open();
    scene.command({ verb: 'approve' }, bob);
    scene.one.set({ ...scene.one.current(), steps: inStep('ticket').steps });
    return scene;
  };

  test('is told to those who did not ask for it, and closed when it is withdrawn', async () => {
    const { slack, settle, command, hash } = begun();
    command({ verb: 'scale', farmers: 9 }, carol);
    await settle();
    // Alice started it, Carol asks for more: neither approves it.
    expect(slack.seen()).toEqual([`U0BOB: asks ${hash()}`]);
    command({ verb: 'withdraw' }, carol);
    await settle();
    expect(slack.seen()).toEqual(['U0BOB: withdrawn']);
    command({ verb: 'scale', farmers: 9 }, carol);
    await settle();
    expect(slack.seen()).toEqual(['U0BOB: withdrawn', `U0BOB: asks ${hash()}`]);
  });
});

describe('answers that are lost, and processes that die', () => {
  const trouble = fc.constantFrom<Trouble>(
    'lost before',
    'lost after',
    'crash before',
    'crash after',
    'away',
  );
  const some = fc.array(trouble, { maxLength: 3 });

  test('each person has one message for each wish, and it shows what is so', async () => {
    const calls = fc.record({ open: some, post: some, update: some, find: some });
    await fc.assert(
      fc.asyncProperty(calls, async (faults) => {
        const { slack, settle, command, hash, clock } = open();
        for (const [name, list] of Object.entries(faults)) slack.trouble(name, ...list);
        await settle();
        clock.now += 2 * minute;
        await settle();
        expect([...slack.seen()].sort()).toEqual([`U0BOB: asks ${hash()}`, `U0CAROL: asks ${hash()}`]);
        for (const [name, list] of Object.entries(faults)) slack.trouble(name, ...list);
        command({ verb: 'approve' }, carol);
        await settle();
        expect([...slack.seen()].sort()).toEqual(['U0BOB: approved', 'U0CAROL: approved']);
      }),
      { numRuns: 200 },
    );
  });
});
