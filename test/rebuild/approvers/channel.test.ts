import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Person } from '../../../src/core/person.ts';
import { approversDueAt } from '../../../src/rebuild/approvers/decide-approvers.ts';
import { reconcileApprovers } from '../../../src/rebuild/approvers/reconcile-approvers.ts';
import { applyRebuildCommand } from '../../../src/rebuild/commands/apply-command.ts';
import { pendingOf } from '../../../src/rebuild/model/approval.ts';
import type { RebuildCommand } from '../../../src/rebuild/model/command.ts';
import { defaultPolicy } from '../../../src/rebuild/model/policy.ts';
import type { Rebuild } from '../../../src/rebuild/model/rebuild.ts';
import { type Controls, noControls } from '../../../src/rebuild/model/rules/rules.ts';
import { writeOf } from '../../../src/rebuild/model/transition.ts';
import { glassClosed } from '../../../src/rebuild/reconcile/guarded.ts';
import { remindApprovers } from '../../../src/rebuild/reconcile/reminding.ts';
import { anInstance, aPlan, inStep, startedAt } from '../../builders/rebuild.ts';
import { Crash, createDirectMessages, type Trouble } from '../../fakes/rebuilds/direct-messages.ts';
import { oneRebuild } from '../../fakes/rebuilds/one-rebuild.ts';

/** What the approvers’ channel sees: requests for an approval, broken glasses to be reviewed, and reminders of both. */
const alice: Person = { id: 'U0ALICE', name: 'Alice Ash' };
const bob: Person = { id: 'U0BOB', name: 'Bob Birch' };
const minute = 60_000;
const hour = 60 * minute;
const plan = aPlan({ instance: anInstance({ approval: true, minimum: 2 }), farmers: 4 });
const ask = { code: 'approval', what: 'a person is needed', options: [], since: 5 } as const;
const first = inStep('ticket', { state: 'waiting', ask }, { plan, by: alice });
const waiting: Rebuild = { ...first, farmers: { ...first.farmers, target: 4 } };

const open = (said: Partial<Controls> = { channels: ['C0APP'] }, most = 10) => {
  const clock = { now: startedAt + 5 * minute };
  const one = oneRebuild(waiting);
  const slack = createDirectMessages((at) => pendingOf(at)?.hash);
  const rules = { said };
  let claims = 0;
  const deps = {
    store: one.store,
    messages: slack.port,
    whoMay: async () => ({ people: ['U0BOB'], roles: ['sre'], unknown: [] }),
    policy: () => ({
      ...{ most, claimTimeout: 90_000 },
      controls: () => ({ ...noControls('commercial'), ...rules.said }),
    }),
    now: () => clock.now,
    newClaim: () => `claim-${++claims}`,
    onDefect: (error: unknown) => {
      if (error instanceof Crash) throw error;
    },
  };
  const settle = async (): Promise<void> => {
    for (let passes = 0; passes < 80; passes++) {
      await reconcileApprovers(deps, waiting.id).catch((error: unknown) => {
        if (!(error instanceof Crash)) throw error;
      });
      const { messages = [] } = one.current();
      const due = approversDueAt(one.current());
      const busy = messages.some(
        ({ state, posting, healAt, retryAt }) => state === 'wanted' || posting || healAt || retryAt,
      );
      if (due !== undefined && (due <= clock.now || busy)) clock.now = Math.max(clock.now, due);
      else return;
    }
    throw new Error('it does not come to rest');
  };
  const set = (rebuild: Rebuild) => one.set({ ...rebuild, version: one.current().version + 1 });
  const command = (asked: RebuildCommand, by: Person) => {
    const { write, result } = applyRebuildCommand(one.current(), asked, by, clock.now, { remind: 1 });
    if (write) set(write.rebuild);
    return result.ok;
  };
  const remind = () =>
    set(
      remindApprovers(writeOf(one.current()), clock.now, { ...defaultPolicy, remindApproval: 30 * minute })
        .rebuild,
    );
  const close = () => set(glassClosed(writeOf(one.current()), clock.now).rebuild);
  const hash = () => (pendingOf(one.current())?.hash ?? '').slice(0, 8);
  const notes = () => one.current().card.notes.filter(({ kind }) => kind === 'still_waiting').length;
  return { clock, one, slack, rules, settle, set, command, remind, close, hash, notes };
};

describe('a request for an approval', () => {
  test('is told in the channel once and by direct message, and shows what became of it', async () => {
    const { slack, settle, command, hash } = open();
    await settle();
    await settle();
    expect(slack.seen()).toEqual([`0APP: asks ${hash()}`, `U0BOB: asks ${hash()}`]);
    command({ verb: 'approve' }, bob);
    await settle();
    expect(slack.seen()).toEqual(['0APP: approved', 'U0BOB: approved']);
    expect(slack.calls.filter((name) => name === 'open')).toHaveLength(1);
  });

  test('is told in the channel also where those who may approve are too many to be told one by one', async () => {
    const { slack, settle, hash } = open({ channels: ['C0APP', 'C0GOV'] }, 0);
    await settle();
    expect(slack.seen()).toEqual([`0APP: asks ${hash()}`, `0GOV: asks ${hash()}`]);
  });

  test('moves to another channel when the config names another', async () => {
    const { clock, slack, rules, settle, hash } = open();
    await settle();
    rules.said = { channels: ['C0NEW'] };
    clock.now += 16 * minute;
    await settle();
    expect(slack.seen()).toEqual(['0APP: not_theirs', `U0BOB: asks ${hash()}`, `0NEW: asks ${hash()}`]);
  });

  test('reminds in the channel, under the request: once for all reminders that were missed', async () => {
    const { clock, slack, settle, remind, command } = open();
    remind();
    await settle();
    clock.now += 31 * minute;
    remind();
    await settle();
    await settle();
    expect(slack.seen()).toContain('0APP: reminder 1 under 1');
    clock.now += 65 * minute;
    remind();
    clock.now += 130 * minute;
    remind();
    await settle();
    expect(slack.seen().filter((line) => line.includes('reminder'))).toEqual([
      '0APP: reminder 1 under 1',
      '0APP: reminder 3 under 1',
    ]);
    command({ verb: 'approve' }, bob);
    await settle();
    expect(slack.seen()[0]).toBe('0APP: approved');
  });

  test('a channel that takes no messages is on record, and the people are told all the same', async () => {
    const { one, slack, settle, hash } = open();
    slack.trouble('post', { refuses: 'not_in_channel' });
    await settle();
    expect(slack.seen()).toEqual([`U0BOB: asks ${hash()}`]);
    expect(one.current().messages?.[0]).toMatchObject({
      channel: 'C0APP',
      state: 'failed',
      error: 'not_in_channel',
    });
  });
});

describe('a broken glass', () => {
  const broken = async (said?: Partial<Controls>) => {
    const scene = open(said);
    await scene.settle();
    scene.command({ verb: 'break_glass', reason: 'the customer is down' }, alice);
    await scene.settle();
    return scene;
  };
  const ended = (rebuild: Rebuild): Rebuild => {
    const { driveAt: _, ...rest } = rebuild;
    return { ...rest, phase: 'released', endedAt: startedAt };
  };

  test('is told in the channel at once, when it closes, and when it is reviewed', async () => {
    const { slack, one, settle, close, command } = await broken();
    expect(slack.seen()).toContain('0APP: glass 1 open');
    close();
    await settle();
    expect(slack.seen()).toContain('0APP: glass 1 closed');
    expect(command({ verb: 'review', says: 'it was me' }, alice)).toBe(false);
    expect(command({ verb: 'review', says: 'as needed', verdict: 'in_order' }, bob)).toBe(true);
    await settle();
    expect(slack.seen()).toContain('0APP: reviewed');
    expect(one.current().unreviewed).toBeUndefined();
    expect(one.current().glass?.[0]?.review).toMatchObject({
      by: bob,
      verdict: 'in_order',
      says: 'as needed',
    });
  });

  test('is reminded of after a day and every day, also when the rebuild has ended, until it is reviewed', async () => {
    const { clock, one, slack, settle, set, close, command, notes } = await broken();
    close();
    set(ended(one.current()));
    await settle();
    const closed = clock.now;
    expect(approversDueAt(one.current())).toBe(closed + 24 * hour);
    for (const day of [1, 2]) {
      clock.now = closed + day * 24 * hour;
      await settle();
      expect(notes()).toBe(day);
      expect(slack.seen().filter((line) => line.includes('reminder'))).toHaveLength(day);
    }
    expect(one.current().driveAt).toBeUndefined();
    command({ verb: 'review', says: 'as needed' }, bob);
    await settle();
    expect(approversDueAt(one.current())).toBeUndefined();
    clock.now += 48 * hour;
    await settle();
    expect(notes()).toBe(2);
  });

  test('the config says after how long, and a channel is not needed for it', async () => {
    const { clock, one, settle, close, notes } = await broken({ reviewMs: 2 * hour });
    expect(one.current().unreviewed).toMatchObject({ asked: 1, first: 2 * hour });
    close();
    clock.now += 2 * hour;
    await settle();
    expect(notes()).toBe(1);
  });

  test('nobody is reminded for ever: thirty times, and the last one says so', async () => {
    const { clock, one, settle, set, close, notes } = await broken();
    close();
    set(ended(one.current()));
    for (let day = 0; day < 40; day++) {
      clock.now += 24 * hour + minute;
      await settle();
    }
    expect(notes()).toBe(30);
    expect(one.current().card.notes.at(-1)?.text).toContain('This is the last reminder');
    expect(approversDueAt(one.current())).toBeUndefined();
  });

  test('of a second one the channel is told besides, and one review is of both', async () => {
    const { slack, one, settle, close, command } = await broken();
    close();
    command({ verb: 'break_glass', reason: 'once more' }, alice);
    await settle();
    expect(command({ verb: 'review', says: 'too early' }, bob)).toBe(false);
    close();
    await settle();
    expect(slack.seen().filter((line) => line.includes('glass'))).toEqual([
      '0APP: glass 1 closed',
      '0APP: glass 2 closed',
    ]);
    command({ verb: 'review', says: 'both as needed' }, bob);
    await settle();
    expect(slack.seen().filter((line) => line.includes('reviewed'))).toHaveLength(2);
    expect(one.current().glass?.every(({ review }) => review?.by.id === 'U0BOB')).toBe(true);
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

  test('the channel has one message for each wish and glass, and each reminder once', async () => {
    const calls = fc.record({ open: some, post: some, update: some, find: some, remind: some });
    await fc.assert(
      fc.asyncProperty(calls, async (faults) => {
        const { clock, slack, settle, remind, command, close } = open();
        const harm = () => {
          for (const [name, list] of Object.entries(faults)) slack.trouble(name, ...list);
        };
        const channel = () =>
          slack
            .seen()
            .filter((line) => line.startsWith('0APP'))
            .sort();
        remind();
        harm();
        await settle();
        clock.now += 31 * minute;
        remind();
        harm();
        await settle();
        clock.now += 2 * minute;
        await settle();
        expect(channel().filter((line) => line.includes('asks'))).toHaveLength(1);
        expect(channel().filter((line) => line.includes('reminder'))).toHaveLength(1);
        command({ verb: 'break_glass', reason: 'the customer is down' }, alice);
        harm();
        await settle();
        close();
        clock.now += 25 * hour;
        harm();
        await settle();
        command({ verb: 'review', says: 'as needed' }, bob);
        harm();
        await settle();
        clock.now += 2 * minute;
        await settle();
        expect(channel().filter((line) => line.includes('reviewed'))).toHaveLength(1);
        expect(channel().filter((line) => line.includes('reminder'))).toHaveLength(2);
      }),
      { numRuns: 100 },
    );
  });
});
